"""How long an epoch will take on this machine, before the click: from earlier runs here, else by trying."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from math import ceil

from plateseg.domain.runs import Run
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import ItemStatus, Split
from plateseg.errors import WrongState
from plateseg.services import feasibility, origins, snapshotting, splitting
from plateseg.settings import Settings
from storage import Storage

LONG_RUN_SECONDS = 3 * 3600.0
TRIED_BATCH = 4
SAME_WORK = (
    "encoder",
    "image_size",
    "crop_size",
    "batch_size",
    "accumulate",
    "augment",
    "optimizer",
    "freeze_backbone",
    "compile",
)
"""Settings that decide what a step costs."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a run would be trained on now. problem: why it cannot start, empty when it can."""

    train: int
    val: int
    unlabelled: int
    problem: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds for one epoch and for the whole run; measured: by an earlier run here, else by a short trial."""

    architecture: str
    device: str
    seconds_per_epoch: float
    seconds_in_all: float
    measured: bool

    @property
    def is_long(self) -> bool:
        """Whether a person should think twice."""
        return self.seconds_in_all > LONG_RUN_SECONDS


class Trials:
    """Remembers what was tried in this process, so that moving a slider back costs nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds_per_image: dict[tuple[str, str, str, int, int, bool], float] = {}

    def seconds_per_step(self, config: TrainConfig, architecture: str, device: str) -> float:
        """Seconds of one training step, tried with a small batch and scaled to the asked one."""
        from plateseg.learning import estimate

        key = (architecture, config.encoder, device, config.image_size, config.crop_size, config.freeze_backbone)
        with self._lock:
            if key not in self._seconds_per_image:
                one = replace(config, architecture=architecture, device=device, batch_size=TRIED_BATCH, accumulate=1)
                self._seconds_per_image[key] = estimate.estimate_seconds_per_step(one) / TRIED_BATCH
            return self._seconds_per_image[key] * at_once(config)


def count(storage: Storage) -> Dataset:
    """What is there to train on, without changing any split."""
    usable = storage.items.labelled()
    tally = storage.items.tally()
    problem = ""
    try:
        snapshotting.refuse_too_little(usable)
    except WrongState as error:
        problem = str(error)
    val, fresh = (
        sum(tally.get((status, split), 0) for status in (ItemStatus.LABELLED, ItemStatus.NO_PLATE))
        for split in (Split.VAL, Split.UNASSIGNED)
    )
    val += round(fresh * splitting.DEFAULT_VAL_SHARE) or int(bool(fresh and not val and usable.total > 1))
    val = min(val, usable.total)
    waiting = sum(n for (status, _), n in tally.items() if status in (ItemStatus.UNLABELLED, ItemStatus.PROPOSED))
    return Dataset(train=usable.total - val, val=val, unlabelled=waiting, problem=problem)


def estimate(
    storage: Storage, trials: Trials, config: TrainConfig, *, train: int, val: int, settings: Settings
) -> Estimate:
    """Seconds per epoch and in all for a run of this configuration. Raises BadConfig, NotFound and BadCheckpoint."""
    from plateseg.learning import architectures

    feasibility.refuse_impossible(config)
    config = origins.followed(storage, config, scratch=settings.scratch)
    architecture, device = architectures.resolve(config)
    known = _measured(storage, config, architecture, device, settings)
    if known is not None and known.seconds_per_step is not None:
        # With its share of validation in it, and of as many photographs as that run took at once.
        step_of = known.batch_taken * config.accumulate or at_once(config)
        per_epoch = ceil(train / step_of) * known.seconds_per_step
    else:
        per_step = trials.seconds_per_step(config, architecture, device)
        # Validating is a third of the work.
        per_epoch = ceil(train / at_once(config)) * per_step + ceil(val / at_once(config)) * per_step / 3
    in_all = per_epoch * config.epochs
    if config.time_budget_minutes:
        in_all = min(in_all, config.time_budget_minutes * 60)
    return Estimate(architecture, device, per_epoch, in_all, known is not None)


def at_once(config: TrainConfig) -> int:
    """Photographs of one step of the optimiser; a batch size that will be found by trying is guessed."""
    return (config.batch_size or TRIED_BATCH) * config.accumulate


def _measured(storage: Storage, config: TrainConfig, architecture: str, device: str, settings: Settings) -> Run | None:
    """The newest run here that did the same work, and measured its steps."""

    def same(run: Run) -> bool:
        there = run.config
        return (
            run.host == settings.machine
            and run.device == device
            and there.architecture == architecture
            and all(getattr(there, name) == getattr(config, name) for name in SAME_WORK)
        )

    return next((run for run in storage.runs.all() if run.seconds_per_step is not None and same(run)), None)
