"""import: photographs come in, with masks and other tools' annotations."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plateseg.cli.opened import opened
from plateseg.domain.annotations import readers
from plateseg.domain.annotations.emptiness import WithoutShape
from plateseg.domain.frames import FrameChoice
from plateseg.errors import NotFound
from plateseg.services import dataset, exchange
from plateseg.services.dataset import SourceFile
from plateseg.services.exchange import ImportChoice
from plateseg.services.import_report import ImportReport


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("import", help="import a folder, a ZIP or a file: photographs, masks, annotations")
    verb.add_argument("path", type=Path)
    verb.add_argument("--format", choices=readers.NAMES, default=readers.AUTO, help="auto looks into the files")
    verb.add_argument("--label", action="append", default=[], help="a label that means a plate; may be repeated")
    verb.add_argument(
        "--without-shape",
        choices=[each.value for each in WithoutShape],
        default=WithoutShape.AUTO.value,
        help="photographs that an annotation file lists without a shape: auto goes by the format",
    )
    verb.add_argument("--every", type=float, default=1.0, help="seconds from one frame of a video to the next")
    verb.add_argument("--by-change", action="store_true", help="take a video's frames whenever the scene has changed")
    verb.set_defaults(run=bring)


def bring(options: argparse.Namespace) -> int:
    """Import, and print what became of each file; 1 when every one was rejected."""
    sources = _sources(options.path)
    frames = FrameChoice(every=options.every, by_change=options.by_change)
    choice = ImportChoice(
        only=options.format,
        labels=tuple(options.label),
        without_shape=WithoutShape(options.without_shape),
        frames=frames,
    )
    with opened() as (storage, settings):
        settings.scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="import-", dir=settings.scratch) as scratch:
            report = exchange.bring(storage, sources, Path(scratch), choice=choice, progress=show_progress)
    print(file=sys.stderr)
    for remark in report.rejected:
        print(f"rejected  {remark.name}: {remark.text}")
    for remark in report.notes:
        print(f"note      {remark.name}: {remark.text}")
    print(f"{as_counts(report)}, {len(report.rejected)} rejected")
    return 0 if report.taken or not report.rejected else 1


def as_counts(report: ImportReport) -> str:
    """What became of the files, in a line."""
    proposals = f", {report.proposals} proposals" if report.proposals else ""
    return f"{report.added} added, {report.duplicates} duplicates, {report.masks_attached} masks attached{proposals}"


def show_progress(done: int, total: int, _name: str) -> None:
    """A line that counts up, for a person who watches."""
    if sys.stderr.isatty() or done == total:
        print(f"\r{done}/{total or '?'}", end="", file=sys.stderr, flush=True)


def _sources(path: Path) -> list[SourceFile]:
    if path.is_dir():
        return list(dataset.files_under(path))
    if path.is_file():
        return [SourceFile(path.name, path)]
    raise NotFound(f"There is no folder {path}.")
