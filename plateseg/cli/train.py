"""train: the same run as on the Train tab, in this terminal."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from dataclasses import fields, replace
from typing import Any

from plateseg.cli.opened import opened
from plateseg.domain.runs import Run, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadConfig, WrongState
from plateseg.services import training
from plateseg.settings import Settings
from storage import Storage
from storage.storage import utc_now

DAY = 24 * 3600.0
MAY_CHANGE = {
    *("epochs", "time_budget_minutes", "patience", "device", "compile"),
    *("checkpoint_minutes", "keep_every_epochs", "workers"),
}
"""What a resumed run may be given anew; everything else would make it another run."""


def add(verbs: Any) -> None:
    """One option for each setting of TrainConfig, and the ways to continue."""
    verb = verbs.add_parser("train", help="train a model on what is labelled, or resume a run")
    for spec in fields(TrainConfig):
        words: dict[str, Any] = {
            "dest": spec.name,
            "default": None,
            "help": f"{spec.metadata['help']} [{spec.default}]",
        }
        option = "--time-budget" if spec.name == "time_budget_minutes" else f"--{spec.name.replace('_', '-')}"
        if isinstance(spec.default, bool):
            switched_off = option.replace("--", "--no-") if spec.default else option
            action = "store_false" if spec.default else "store_true"
            verb.add_argument(switched_off, action=action, **words)
            continue
        kind = type(spec.default)
        name = "MINUTES" if "minutes" in spec.name else "RUN_OR_FILE" if spec.name == "start_from" else kind.__name__
        verb.add_argument(option, type=kind, metavar=name.upper(), **words)
    verb.add_argument("--name", default="", help="the run's name")
    verb.add_argument("--resume", metavar="RUN", help="continue this run from its last checkpoint")
    verb.add_argument("--queued", type=int, metavar="RUN", help=argparse.SUPPRESS)
    verb.set_defaults(run=train)


def train(options: argparse.Namespace) -> int:
    """Train in this process; 0 when it finished or was stopped, 1 when it failed."""
    from plateseg.services import following, trainer

    with opened() as (storage, settings):
        if settings.rank:
            following.follow(storage, settings)
            return 0
        if options.queued is not None:
            return _train_queued(storage, settings, options.queued)
        run = _resumed(storage, settings, options) if options.resume else _started(storage, settings, options)
        print(f"run {run.id}: {run.name}", flush=True)
        try:
            ended = trainer.train(storage, settings, run.id, wait_seconds=DAY)
        except KeyboardInterrupt:  # while it waited: at work, Ctrl-C is a stop that saves
            return _withdrawn(storage, run.id)
    best = f", best validation mean IoU {ended.best_iou:.4f}" if ended.best_iou is not None else ""
    print(f"run {ended.id} {ended.status.value}{best}: {ended.message}")
    return 1 if ended.status is RunStatus.FAILED else 0


def _train_queued(storage: Storage, settings: Settings, run_id: int) -> int:
    """The launcher's child: losing the race for the device or the claim is no failure."""
    from plateseg.services import trainer

    try:
        trainer.train(storage, settings, run_id, wait_seconds=3)
    except WrongState as error:
        print(f"Run {run_id} is left to others: {error}", file=sys.stderr)
    return 0


def _withdrawn(storage: Storage, run_id: int) -> int:
    with suppress(WrongState):
        storage.runs.request_stop(run_id)
    print(f"\nrun {run_id} was withdrawn; `train --resume {run_id}` queues it again", file=sys.stderr)
    return 130


def _started(storage: Storage, settings: Settings, options: argparse.Namespace) -> Run:
    config = TrainConfig(**_given(options))
    return training.start(storage, config, name=options.name, settings=settings, now=utc_now())


def _resumed(storage: Storage, settings: Settings, options: argparse.Namespace) -> Run:
    run = training.find(storage, options.resume)
    given = _given(options)
    fixed = set(given) - MAY_CHANGE
    if fixed:
        raise BadConfig(f"A resumed run keeps its {', '.join(sorted(fixed))}. Leave that out, or use --start-from.")
    if run.status is RunStatus.QUEUED and not given:
        return run  # its process died before the run's turn came, or the app is away: it can be trained here
    config = replace(run.config, **given) if given else None
    return training.resume(storage, run.id, settings=settings, now=utc_now(), config=config)


def _given(options: argparse.Namespace) -> dict[str, Any]:
    values = {spec.name: getattr(options, spec.name) for spec in fields(TrainConfig)}
    given = {name: value for name, value in values.items() if value is not None}
    if given.get("start_from") and not str(given["start_from"]).isdigit():
        given["start_from"] = os.path.abspath(given["start_from"]) if given["start_from"] != "champion" else "champion"
    return given
