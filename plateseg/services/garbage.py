"""gc: what nothing refers to goes, and what snapshots still hold is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import Storage, garbage
from storage.garbage import Garbage, Held

PATIENCE = timedelta(hours=1)
"""A file younger than this may belong to an import whose row is on its way."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What went, or with a dry run would go, and what only snapshots keep."""

    garbage: Garbage
    held: tuple[Held, ...]


def collect(storage: Storage, *, now: datetime, dry_run: bool = False, patience: timedelta = PATIENCE) -> Collected:
    """Delete every file that no photograph, mask, snapshot, model or preview refers to."""
    found = garbage.collect(storage.database, storage.blobs, now=now, patience=patience, dry_run=dry_run)
    if not dry_run:
        storage.database.scrub()
    return Collected(found, garbage.held_by_snapshots(storage.database))
