"""Frozen, hashed lists of what a run was trained and judged on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from plateseg.domain.types import Snapshot, SnapshotEntry, Split
from plateseg.errors import NotFound
from storage.database import Database
from storage.tables import SnapshotEntryRow, SnapshotRow


class Snapshots:
    """The repository of snapshots; nothing in it ever changes."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def freeze(self, entries: Sequence[SnapshotEntry], *, name: str = "") -> Snapshot:
        """Freeze a list of entries. The same list is frozen once: its snapshot is returned again.

        Photographs that were deleted and imported again since have new numbers; its lines then name these.
        """
        digest = hash_of(entries)
        with self._database.writing() as session:
            row = session.scalars(select(SnapshotRow).where(SnapshotRow.sha256 == digest)).one_or_none()
            if row is None:
                row = SnapshotRow(name=name or digest[:8], sha256=digest, created_at=self._clock())
                session.add(row)
                session.flush()
            if _entries(session, row.id) != tuple(entries):
                lines = [_values(row.id, position, entry) for position, entry in enumerate(entries)]
                session.execute(delete(SnapshotEntryRow).where(SnapshotEntryRow.snapshot_id == row.id))
                session.execute(insert(SnapshotEntryRow), lines)
            return _to_snapshot(row, tuple(entries))

    def get(self, snapshot_id: int) -> Snapshot:
        """One snapshot with its entries. Raises NotFound."""
        with self._database.reading() as session:
            row = session.get(SnapshotRow, snapshot_id)
            if row is None:
                raise NotFound(f"There is no snapshot {snapshot_id}.")
            return _to_snapshot(row, _entries(session, snapshot_id))

    def sizes(self) -> dict[int, dict[Split, int]]:
        """How many entries each snapshot has in each split, by snapshot id."""
        query = select(SnapshotEntryRow.snapshot_id, SnapshotEntryRow.split, func.count()).group_by(
            SnapshotEntryRow.snapshot_id, SnapshotEntryRow.split
        )
        sizes: dict[int, dict[Split, int]] = {}
        with self._database.reading() as session:
            for snapshot_id, split, number in session.execute(query):
                sizes.setdefault(snapshot_id, {})[Split(split)] = number
        return sizes


def hash_of(entries: Sequence[SnapshotEntry]) -> str:
    """SHA-256 over photograph, mask and split of every entry in order; ids do not count, so it travels."""
    lines = [[entry.image_sha256, entry.mask_blob, entry.split.value] for entry in entries]
    return hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()


def _values(snapshot_id: int, position: int, entry: SnapshotEntry) -> dict[str, object]:
    return {
        "snapshot_id": snapshot_id,
        "position": position,
        "item_id": entry.item_id,
        "revision": entry.revision,
        "split": entry.split.value,
        "image_sha256": entry.image_sha256,
        "mask_blob": entry.mask_blob,
    }


def _entries(session: Session, snapshot_id: int) -> tuple[SnapshotEntry, ...]:
    rows = session.scalars(
        select(SnapshotEntryRow).where(SnapshotEntryRow.snapshot_id == snapshot_id).order_by(SnapshotEntryRow.position)
    )
    return tuple(
        SnapshotEntry(row.item_id, row.revision, Split(row.split), row.image_sha256, row.mask_blob) for row in rows
    )


def _to_snapshot(row: SnapshotRow, entries: tuple[SnapshotEntry, ...]) -> Snapshot:
    return Snapshot(id=row.id, name=row.name, sha256=row.sha256, created_at=row.created_at, entries=entries)
