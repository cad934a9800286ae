"""synthesize, drawn: labelled photographs that were drawn, to train on or to try things on."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import Any

from plateseg.cli.dataset import as_counts, show_progress
from plateseg.cli.opened import opened
from plateseg.errors import NotFound
from plateseg.services import corner_list, drawn_plates
from plateseg.services.drawn_plates import Ground
from plateseg.services.import_report import ImportReport
from storage import Storage


def add(verbs: Any) -> None:
    """The verbs and their options."""
    verb = verbs.add_parser("synthesize", help="import drawn photographs with exact masks, as many as you like")
    verb.add_argument("--count", type=int, required=True)
    verb.add_argument("--seed", type=int, default=0, help="the same seed draws the same")
    verb.add_argument("--side", type=int, default=drawn_plates.SIDE, help="longer side of a drawn photograph in pixels")
    verb.add_argument("--corners", type=Path, metavar="CSV", help="write the exact corners of every plate into a file")
    onto = verb.add_mutually_exclusive_group()
    onto.add_argument("--onto", type=Path, metavar="FOLDER", help="paste the plates into photographs without plates")
    onto.add_argument(
        "--onto-items", action="store_true", help='paste them into the dataset\'s "no plate here" photographs'
    )
    verb.set_defaults(run=synthesize)
    verb = verbs.add_parser("drawn", help="import a small set of drawn plates, to try things on")
    verb.add_argument("--count", type=int, default=24)
    verb.add_argument("--labelled", type=int, default=18, help="how many of them come with their masks")
    verb.set_defaults(run=drawn)


def synthesize(options: argparse.Namespace) -> int:
    """Draw, or paste, and import."""
    with opened() as (storage, _):
        draw = partial(
            drawn_plates.synthesize,
            storage,
            count=options.count,
            seed=options.seed,
            side=options.side,
            grounds=_grounds(storage, options),
            progress=show_progress,
        )
        if options.corners is None:
            return _tell(draw())
        with corner_list.writing(options.corners) as write:
            return _tell(draw(corners=write))


def drawn(options: argparse.Namespace) -> int:
    """Import the newcomer's set."""
    with opened() as (storage, _):
        report = drawn_plates.add(storage, count=options.count, labelled=options.labelled, progress=show_progress)
    return _tell(report)


def _grounds(storage: Storage, options: argparse.Namespace) -> list[Ground]:
    if options.onto_items:
        return drawn_plates.grounds_of_items(storage)
    if options.onto is None:
        return []
    if not options.onto.is_dir():
        raise NotFound(f"There is no folder {options.onto}.")
    return drawn_plates.grounds_of_folder(options.onto)


def _tell(report: ImportReport) -> int:
    print(file=sys.stderr)
    for remark in report.rejected:
        print(f"rejected  {remark.name}: {remark.text}")
    print(as_counts(report))
    return 0
