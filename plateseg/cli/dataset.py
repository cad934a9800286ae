"""import, inspect, verify, split, drawn: the dataset's verbs."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plateseg.cli.opened import opened
from plateseg.domain.types import Split
from plateseg.errors import NotFound
from plateseg.services import dataset, drawn_plates, imports, inspection, snapshotting
from plateseg.services.dataset import ImportReport, Remark


def add(verbs: Any) -> None:
    """The verbs and their options."""
    verb = verbs.add_parser("import", help="import a folder: images/ and optionally masks/, or photographs and ZIPs")
    verb.add_argument("folder", type=Path)
    verb.set_defaults(run=import_folder)
    verb = verbs.add_parser("inspect", help="counts, sizes, plate sizes")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=inspect)
    verb = verbs.add_parser("verify", help="check every photograph and mask; exit code 1 when something is wrong")
    verb.set_defaults(run=verify)
    verb = verbs.add_parser("split", help="divide the labelled photographs into train, val and test")
    verb.add_argument("--val", type=float, default=snapshotting.DEFAULT_VAL_SHARE, help="share to validate on")
    verb.add_argument("--test", type=float, default=0.0, help="share kept aside")
    verb.add_argument("--seed", type=int, default=0)
    verb.add_argument("--anew", action="store_true", help="move photographs that have a split already, too")
    verb.set_defaults(run=split)
    verb = verbs.add_parser("drawn", help="import a small set of drawn plates, to try things on")
    verb.add_argument("--count", type=int, default=24)
    verb.add_argument("--labelled", type=int, default=18, help="how many of them come with their masks")
    verb.set_defaults(run=drawn)


def import_folder(options: argparse.Namespace) -> int:
    """Import a folder and print what became of each file."""
    if not options.folder.is_dir():
        raise NotFound(f"There is no folder {options.folder}.")
    with opened() as (storage, settings):
        rejected: list[Remark] = []
        settings.scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="import-", dir=settings.scratch) as scratch:
            files = list(imports.unpacked(list(dataset.files_under(options.folder)), Path(scratch), rejected))
            report = dataset.import_files(storage, files, progress=_progress)
    print(file=sys.stderr)
    for remark in (*rejected, *report.rejected):
        print(f"rejected  {remark.name}: {remark.text}")
    for remark in report.notes:
        print(f"note      {remark.name}: {remark.text}")
    total = len(rejected) + len(report.rejected)
    print(f"{_counts(report)}, {total} rejected")
    return 0


def inspect(options: argparse.Namespace) -> int:
    """Print what the dataset holds."""
    with opened() as (storage, _):
        found = inspection.inspect(storage)
    print(json.dumps(found, indent=2) if options.json else inspection.as_table(found))
    return 0


def verify(_options: argparse.Namespace) -> int:
    """Check everything; print a line a fault and return 1 when there is one."""
    with opened() as (storage, _):
        faults = list(inspection.verify(storage))
        total = storage.items.page(limit=1).total
    for fault in faults:
        print(f"item {fault.item_id} {fault.name}: {fault.problem}")
    print(f"{total} photographs checked, {len(faults)} faults")
    return 1 if faults else 0


def split(options: argparse.Namespace) -> int:
    """Divide the labelled photographs; photographs of one scene stay together."""
    with opened() as (storage, _):
        sizes = snapshotting.split_items(
            storage, val=options.val, test=options.test, seed=options.seed, anew=options.anew
        )
    print(", ".join(f"{sizes[part]} {part.value}" for part in (Split.TRAIN, Split.VAL, Split.TEST)))
    return 0


def drawn(options: argparse.Namespace) -> int:
    """Import drawn plates."""
    with opened() as (storage, _):
        report = drawn_plates.add(storage, count=options.count, labelled=options.labelled, progress=_progress)
    print(f"\n{_counts(report)}")
    return 0


def _counts(report: ImportReport) -> str:
    return f"{report.added} added, {report.duplicates} duplicates, {report.masks_attached} masks attached"


def _progress(done: int, total: int, _name: str) -> None:
    if sys.stderr.isatty() or done == total:
        print(f"\r{done}/{total}", end="", file=sys.stderr, flush=True)
