"""Files that nothing refers to, and what only snapshots still hold.

A deletion takes its own files along. What is found here was left by processes killed between writing a picture and
its row, by restored backups, or by hands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storage.blobs import Blobs
from storage.database import Database
from storage.deletion import sweep, unnamed
from storage.tables import ItemRow, RevisionRow, SnapshotEntryRow, SnapshotRow

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Garbage:
    """files, bytes: that nothing refers to. young: files as lonely, but so new that their row may be on its way."""

    files: int = 0
    bytes: int = 0
    young: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What a snapshot alone keeps. deleted: lines of photographs that are gone. masks: files no revision names."""

    snapshot: str
    deleted: int
    masks: int


def collect(database: Database, blobs: Blobs, *, now: datetime, patience: timedelta, dry_run: bool) -> Garbage:
    """Delete every file older than `patience` that no row names; with `dry_run` only count. Memory stays flat.

    The write lock is held for a few hundred files at a time, so that no row can come to name one in between.
    """
    if not dry_run:
        sweep(database, blobs)
    files = size = young = 0
    stored = blobs.stored()
    while some := list(islice(stored, _AT_ONCE)):
        with database.reading() if dry_run else database.writing() as session:
            alone = set(unnamed(session, [blob.name for blob in some]))
            lonely = [blob for blob in some if blob.name in alone]
            old = [blob for blob in lonely if blob.written_at is None or now - blob.written_at >= patience]
            young += len(lonely) - len(old)
            for blob in old:
                if not dry_run:
                    blobs.delete(blob.name)
                files, size = files + 1, size + blob.size
    return Garbage(files, size, young)


def held_by_snapshots(database: Database) -> tuple[Held, ...]:
    """The snapshots that keep masks nobody else names, or lines of photographs that were deleted; newest first."""
    line = SnapshotEntryRow
    # The starter's photographs are known by their hash only and were never here: their lines name no mask.
    named = line.mask_blob != ""
    gone = named & ~select(ItemRow.id).where(ItemRow.sha256 == line.image_sha256).exists()
    alone = named & ~select(RevisionRow.id).where(RevisionRow.blob == line.mask_blob).exists()
    with database.reading() as session:
        names = {row.id: row.name for row in session.execute(select(SnapshotRow.id, SnapshotRow.name))}
        deleted = _by_snapshot(session, func.count(), gone)
        masks = _by_snapshot(session, func.count(func.distinct(line.mask_blob)), alone)
    ids = sorted(deleted.keys() | masks.keys(), reverse=True)
    return tuple(Held(names[one], deleted.get(one, 0), masks.get(one, 0)) for one in ids)


def _by_snapshot(session: Session, counted: ColumnElement[int], condition: ColumnElement[bool]) -> dict[int, int]:
    line = SnapshotEntryRow
    query = select(line.snapshot_id, counted).where(condition).group_by(line.snapshot_id)
    return {int(snapshot_id): int(number) for snapshot_id, number in session.execute(query)}
