"""import: photographs come in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plateseg.cli.opened import opened
from plateseg.errors import NotFound
from plateseg.services import dataset, imports
from plateseg.services.dataset import ImportReport, Remark


def add(verbs: Any) -> None:
    """The verbs and their options."""
    verb = verbs.add_parser("import", help="import a folder: images/ and optionally masks/, or photographs and ZIPs")
    verb.add_argument("folder", type=Path)
    verb.set_defaults(run=import_folder)


def import_folder(options: argparse.Namespace) -> int:
    """Import a folder and print what became of each file."""
    if not options.folder.is_dir():
        raise NotFound(f"There is no folder {options.folder}.")
    with opened() as (storage, settings):
        rejected: list[Remark] = []
        settings.scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="import-", dir=settings.scratch) as scratch:
            files = list(imports.unpacked(list(dataset.files_under(options.folder)), Path(scratch), rejected))
            report = dataset.import_files(storage, files, progress=show_progress)
    print(file=sys.stderr)
    for remark in (*rejected, *report.rejected):
        print(f"rejected  {remark.name}: {remark.text}")
    for remark in report.notes:
        print(f"note      {remark.name}: {remark.text}")
    total = len(rejected) + len(report.rejected)
    print(f"{as_counts(report)}, {total} rejected")
    return 0


def as_counts(report: ImportReport) -> str:
    """What became of the files, in a line."""
    return f"{report.added} added, {report.duplicates} duplicates, {report.masks_attached} masks attached"


def show_progress(done: int, total: int, _name: str) -> None:
    """A line that counts up, for a person who watches."""
    if sys.stderr.isatty() or done == total:
        print(f"\r{done}/{total}", end="", file=sys.stderr, flush=True)
