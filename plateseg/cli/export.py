"""export: the dataset goes out, in other tools' formats."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from plateseg.cli.dataset import show_progress
from plateseg.cli.opened import opened
from plateseg.domain.annotations import writers
from plateseg.domain.types import TO_DO_NAME, Split, statuses_named
from plateseg.errors import BadInput
from plateseg.services import exporting, packing, versions
from plateseg.services.exporting import Export, ExportChoice


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("export", help="write the dataset into a folder, or a ZIP when the name ends in .zip")
    verb.add_argument("target", type=Path)
    verb.add_argument("--format", choices=tuple(writers.FORMATS), default="masks")
    verb.add_argument("--split", action="append", default=[], choices=[split.value for split in Split])
    verb.add_argument(
        "--status", action="append", default=[],
        choices=[*(status.value for status in exporting.STATUSES), TO_DO_NAME],
        help="which photographs (todo: unlabelled and proposed); without it those that somebody has answered",
    )  # fmt: skip
    verb.add_argument("--snapshot", metavar="SNAPSHOT", help="the photographs, masks and splits of a snapshot")
    verb.add_argument("--dry-run", action="store_true", help="only say what would be written, and name what would not")
    verb.add_argument("--json", action="store_true", help="with --dry-run: as JSON")
    verb.set_defaults(run=take_out)


def take_out(options: argparse.Namespace) -> int:
    """Export, or say what an export would hold."""
    named = tuple(status for name in options.status for status in statuses_named(name))
    statuses = named or exporting.DEFAULT_STATUSES
    choice = ExportChoice(options.format, tuple(map(Split, options.split)), statuses)
    if options.json and not options.dry_run:
        raise BadInput("--json tells what a --dry-run found: say both.")
    packing.refuse_taken(options.target)
    with opened() as (storage, _):
        export = Export(storage, choice, versions.find(storage, options.snapshot) if options.snapshot else None)
        if options.dry_run:
            _tell_all(export, as_json=options.json)
            return 0
        print("\n".join(exporting.text_of(export.preview())))
        packing.write(export.files(lambda done, total: show_progress(done, total, "")), options.target)
    print(file=sys.stderr)
    for name, reason in export.left_out:
        print(f"left out  {name}: {reason}")
    print(f"{export.size - len(export.left_out)} photographs written to {options.target}")
    return 1 if export.left_out else 0


def _tell_all(export: Export, *, as_json: bool) -> None:
    preview = export.preview()
    print(json.dumps(asdict(preview), indent=2) if as_json else "\n".join(exporting.text_of(preview, every=True)))
