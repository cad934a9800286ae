"""runs: list them, stop, rename, delete or promote one."""

from __future__ import annotations

import argparse
import json
from typing import Any

from plateseg.cli.opened import opened
from plateseg.services import run_view, training
from storage.storage import utc_now


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("runs", help="list the runs, or do something with one")
    verb.add_argument("--json", action="store_true", help="as JSON")
    for action, words in (("stop", "stop a run; it keeps its best model"), ("promote", "make a run the champion")):
        verb.add_argument(f"--{action}", metavar="RUN", help=words)
    verb.add_argument("--delete", metavar="RUN", help="delete a run with its checkpoints and curves")
    verb.add_argument("--rename", nargs=2, metavar=("RUN", "NAME"))
    verb.set_defaults(run=runs)


def runs(options: argparse.Namespace) -> int:
    """Do what was asked, then print the list."""
    with opened() as (storage, settings):
        now = utc_now()
        if options.stop:
            training.stop(storage, training.find(storage, options.stop).id, settings=settings, now=now)
        if options.promote:
            training.promote(storage, training.find(storage, options.promote).id)
        if options.rename:
            training.rename(storage, training.find(storage, options.rename[0]).id, options.rename[1])
        if options.delete:
            training.delete(storage, training.find(storage, options.delete).id, settings=settings, now=now)
        found = run_view.view_all(storage, settings, now)
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    for run in reversed(found):
        best = f"{run['best_iou']:.4f}" if run["best_iou"] is not None else "-"
        star = "*" if run["champion"] else " "
        where = f"epoch {run['epoch']}/{run['epochs']}"
        print(
            f"{star}{run['id']:>4}  {run['status']:<9} {best:>7}  {where:<14} {run['architecture']:<26} {run['name']}"
        )
    if not found:
        print("No runs yet: python -m plateseg train")
    return 0
