"""import and drawn: photographs come in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plateseg.cli.opened import opened
from plateseg.errors import NotFound
from plateseg.services import dataset, drawn_plates, imports
from plateseg.services.dataset import ImportReport, Remark


def add(verbs: Any) -> None:
    """The verbs and their options."""
    verb = verbs.add_parser("import", help="import a folder: images/ and optionally masks/, or photographs and ZIPs")
    verb.add_argument("folder", type=Path)
    verb.set_defaults(run=import_folder)
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
