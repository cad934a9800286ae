"""export-run and reproduce: a run as a folder, and that folder put to the test."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from plateseg.cli.opened import opened
from plateseg.domain.runs import Run
from plateseg.services import bundles, reproduction, training
from plateseg.services.prediction import Models
from plateseg.settings import Settings
from storage import Storage

DAY = 24 * 3600.0


def add(verbs: Any) -> None:
    """The verbs and their options."""
    out = verbs.add_parser("export-run", help="write a run with its weights, scores and curves into a folder")
    out.add_argument("which", metavar="RUN", help="a run's number, or champion")
    out.add_argument("folder", type=Path, metavar="DIR")
    out.set_defaults(run=export_run)
    again = verbs.add_parser("reproduce", help="check the scores of an exported run, or train it again")
    again.add_argument("folder", type=Path, metavar="DIR")
    again.add_argument("--train", action="store_true", help="train again with the same settings, seed and photographs")
    again.add_argument(
        "--tolerance", type=float, default=reproduction.TOLERANCE, help="of a photograph's IoU [%(default)s]"
    )
    again.add_argument("--json", action="store_true", help="as JSON")
    again.set_defaults(run=reproduce)


def export_run(options: argparse.Namespace) -> int:
    """Write the bundle."""
    with opened() as (storage, settings):
        run = training.find(storage, options.which)
        written = bundles.export(storage, Models(settings.scratch / "models"), settings, run.id, options.folder)
    print(f"run {run.id}, {run.name}, is in {options.folder}: {', '.join(written)}")
    return 0


def reproduce(options: argparse.Namespace) -> int:
    """Compare; 0 when the scores hold within the tolerance, 1 when they do not."""
    bundle = reproduction.read(options.folder)
    with opened() as (storage, settings):
        if options.train:
            run, found = reproduction.train_again(storage, settings, bundle, _train, tolerance=options.tolerance)
            if not options.json:
                print(f"run {run.id} trained again: {run.message}")
        else:
            models = Models(settings.scratch / "models")
            found = reproduction.check(storage, models, bundle, tolerance=options.tolerance)
    if options.json:
        print(json.dumps(asdict(found) | {"holds": found.holds}))
        return 0 if found.holds else 1
    missing = f", {found.missing} not found" if found.missing else ""
    print(f"photographs          {found.found}{missing}")
    print(f"mean IoU then, now   {found.mean_then:.5f}  {found.mean_now:.5f}")
    print(
        f"largest difference   {found.largest:.5f} (of photograph {found.worst[:12]}…; tolerance {found.tolerance:g})"
    )
    print("The scores hold." if found.holds else "The scores do not hold.")
    return 0 if found.holds else 1


def _train(storage: Storage, settings: Settings, run_id: int) -> Run:
    from plateseg.services import trainer

    return trainer.train(storage, settings, run_id, wait_seconds=DAY)
