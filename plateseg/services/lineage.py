"""Where a model's weights come from: the run itself, the one it started from, and so on to the first.

What any of them was trained on the model has seen, so none of it tells how good the model is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plateseg.domain.runs import Run
from plateseg.errors import NotFound
from plateseg.services.models import is_number
from storage import Storage

_MAY = "may have seen some of them"


@dataclass(frozen=True, slots=True)
class Lineage:
    """runs: the model's own first. doubt: half a sentence on what else it may have seen; empty where that is known."""

    runs: tuple[Run, ...]
    doubt: str = ""


def trace(storage: Storage, run: Run) -> Lineage:
    """Follow `start_from` back as far as it is known."""
    runs = [run]
    while origin := runs[-1].config.start_from:
        number = runs[-1].id
        if not is_number(origin):
            return Lineage(tuple(runs), f"run {number} began with the file {Path(origin).name}, which {_MAY}")
        if int(origin) in {each.id for each in runs}:
            break  # no start can make a circle, but a database edited by hand can
        try:
            runs.append(storage.runs.get(int(origin)))
        except NotFound:
            return Lineage(tuple(runs), f"run {number} began with run {origin}, which was deleted and {_MAY}")
    return Lineage(tuple(runs))


def photographs_seen(storage: Storage, *lineages: Lineage) -> frozenset[str]:
    """SHA-256 of every photograph that a run of these was trained on."""
    return storage.snapshots.trained_on({run.snapshot_id for lineage in lineages for run in lineage.runs})
