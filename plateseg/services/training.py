"""The Train tab and the buttons of Runs: start, stop, resume, rename, delete, promote."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from plateseg.domain.runs import STARTER, CheckpointKind, Run, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import Split
from plateseg.errors import BadConfig, NotFound, WrongState
from plateseg.services import feasibility, liveness, origins, snapshotting, verdicts
from plateseg.services.models import is_number
from plateseg.settings import Settings
from storage import Storage

CAN_RESUME = (RunStatus.STOPPED, RunStatus.FAILED, RunStatus.LOST, RunStatus.FINISHED)
MAX_NAME = 120


def start(storage: Storage, config: TrainConfig, *, name: str = "", settings: Settings, now: datetime) -> Run:
    """Freeze what is labelled and queue a run on it.

    Raises WrongState, NotFound or BadConfig, with the way out, before any process starts: nothing labelled, one class
    of answer only, a batch larger than the set, a loss or a network that cannot be had, weights to start from that are
    not there or of another network.
    """
    feasibility.refuse_impossible(config)
    if config.start_from:
        # The champion may be another run by the time this one's turn comes: what was meant is written down now.
        origin = origins.find(storage, config.start_from, scratch=settings.scratch)
        config = origins.follow(replace(config, start_from=origin.id), origin)
        feasibility.refuse_other_network(config, origin)
    title = _name(name) if name.strip() else f"{config.architecture} {now:%Y-%m-%d %H:%M}"
    entries = snapshotting.choose(storage)
    train = sum(entry.split is Split.TRAIN for entry in entries)
    if config.batch_size > train:
        raise BadConfig(
            f"A batch of {config.batch_size} is larger than the {train} training photograph{'s' if train > 1 else ''}. "
            f"Set the batch size to {train} or less, or label more."
        )
    feasibility.refuse_small_batch(config, train=train)
    # Frozen last: a snapshot holds masks back from deletion, so a refused start must leave none.
    snapshot = storage.snapshots.freeze(entries)
    return storage.runs.create(name=title, config=config, snapshot_id=snapshot.id)


def stop(storage: Storage, run_id: int, *, settings: Settings, now: datetime) -> Run:
    """Ask a run to stop; it validates, saves and ends. Raises WrongState when it has ended or its process is gone."""
    run = current(storage, run_id, settings=settings, now=now)
    if run.status is RunStatus.LOST:
        raise WrongState(f"The process of run {run_id} is gone already. Resume or delete the run.")
    return storage.runs.request_stop(run_id)


def resume(
    storage: Storage, run_id: int, *, settings: Settings, now: datetime, config: TrainConfig | None = None
) -> Run:
    """Queue an ended or lost run again; it continues from its last checkpoint.

    A finished run has nothing left to do unless its `config` asks for more epochs or time. Raises WrongState.
    """
    run = current(storage, run_id, settings=settings, now=now)
    if run.origin == STARTER:
        raise WrongState("The starter model was trained elsewhere and cannot go on. Start a new run from it.")
    if run.status not in CAN_RESUME:
        raise WrongState(f"Run {run_id} is {run.status.value}; there is nothing to resume.")
    if config is not None:
        feasibility.refuse_impossible(config)
    wanted = config or run.config
    if run.status is RunStatus.FINISHED:
        _refuse_nothing_left(run, wanted)
    return storage.runs.requeue(run_id, seen=run, config=replace(wanted, architecture=run.config.architecture))


def _refuse_nothing_left(run: Run, wanted: TrainConfig) -> None:
    """Raise WrongState when a finished run would end at once again."""
    if run.epoch >= wanted.epochs:
        raise WrongState(
            f"Run {run.id} has done all its {run.epoch} epochs. Start a new run from it, or resume it with more epochs."
        )
    if run.epoch >= run.config.epochs:
        return
    budget, patience = run.config.time_budget_minutes, run.config.patience
    limits = [
        (f"used its time budget of {budget:g} minutes", "time (--time-budget", budget, wanted.time_budget_minutes),
        (f"had no better model for {patience} epochs", "patience (--patience", patience, wanted.patience),
    ]
    given = [limit for limit in limits if limit[2]]
    if given and all(0 < asked <= before for _, _, before, asked in given):
        raise WrongState(
            f"Run {run.id} has {' or '.join(reason for reason, *_ in given)}. Resume it with more "
            f"{' or more '.join(f'{way}; 0: no limit)' for _, way, *_ in given)}, or start a new run from it."
        )


def rename(storage: Storage, run_id: int, name: str) -> Run:
    """Give a run another name. Raises BadConfig for an empty or endless one."""
    return storage.runs.rename(run_id, _name(name))


def delete(storage: Storage, run_id: int, *, settings: Settings, now: datetime) -> None:
    """Delete a run with its checkpoints, curves, pictures and log. Raises WrongState while it is at work."""
    run = current(storage, run_id, settings=settings, now=now)
    if run.status is RunStatus.RUNNING:
        raise WrongState(f"Run {run_id} is still training. Stop it first, then delete it.")
    storage.runs.delete(run_id)
    shutil.rmtree(settings.run_folder(run_id), ignore_errors=True)


def promote(storage: Storage, run_id: int, *, anyway: bool = False) -> Run:
    """Make a run's best model the champion. Raises NotFound, and WrongState when it has no model yet.

    Raises NotBetter when it is not shown to be better than the champion, unless `anyway`.
    """
    wanted = storage.runs.get(run_id)
    if storage.checkpoints.get(run_id, CheckpointKind.BEST) is None:
        raise WrongState(f"Run {run_id} has no validated model yet. Wait for its first validation, or stop it.")
    if not anyway:
        verdicts.refuse_unless_better(storage, wanted)
    run = storage.runs.promote(run_id)
    storage.events.add("champion", {"name": run.name, "best_iou": run.best_iou}, run_id=run_id)
    verdicts.renew(storage)
    return run


def current(storage: Storage, run_id: int, *, settings: Settings, now: datetime) -> Run:
    """A run with its derived status. Raises NotFound."""
    return as_it_stands(storage, storage.runs.get(run_id), settings=settings, now=now)


def as_it_stands(storage: Storage, run: Run, *, settings: Settings, now: datetime) -> Run:
    """A run that was read just now, with its derived status."""
    seen = liveness.as_it_stands(run, settings, now)
    if seen.status is not RunStatus.LOST:
        return seen
    # It may have ended between the look at its row and the one at its lock: a process writes its end, then lets go.
    with suppress(NotFound):
        return liveness.as_it_stands(storage.runs.get(run.id), settings, now)
    return seen


def log_tail(settings: Settings, run_id: int, *, size: int = 16_384) -> str:
    """The end of a run's log, at most `size` bytes, whole lines; empty when there is none."""
    path: Path = settings.run_folder(run_id) / "log.txt"
    if not path.exists():
        return ""
    with path.open("rb") as file:
        length = file.seek(0, 2)
        file.seek(max(0, length - size))
        text = file.read().decode("utf-8", errors="replace")
    return text if length <= size else text.split("\n", 1)[-1]


def find(storage: Storage, reference: str) -> Run:
    """A run by its number or by "champion". Raises NotFound."""
    if reference == "champion":
        champion = storage.runs.champion()
        if champion is None:
            raise NotFound("There is no champion yet: train a model first.")
        return champion
    if not is_number(reference):
        raise NotFound(f"{reference!r} is not the number of a run. `python -m plateseg runs` lists them.")
    return storage.runs.get(int(reference))


def _name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean or len(clean) > MAX_NAME:
        raise BadConfig(f"A run's name has 1 to {MAX_NAME} characters.")
    return clean
