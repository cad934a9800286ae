"""Frozen, hashed lists of what a run was trained and judged on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from plateseg.domain.types import Snapshot, SnapshotEntry, Split
from plateseg.errors import NotFound
from storage.database import Database
from storage.tables import SnapshotEntryRow, SnapshotRow


@dataclass(frozen=True, slots=True)
class SnapshotHead:
    """A snapshot without its lines."""

    id: int
    name: str
    sha256: str
    created_at: datetime


class Snapshots:
    """The repository of snapshots. What one holds never changes; its name is a label for people."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._sizes: dict[int, dict[Split, int]] = {}

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

    def heads(self) -> tuple[SnapshotHead, ...]:
        """Every snapshot, newest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(SnapshotRow).order_by(SnapshotRow.id.desc()))
            return tuple(SnapshotHead(row.id, row.name, row.sha256, row.created_at) for row in rows)

    def rename(self, snapshot_id: int, name: str) -> Snapshot:
        """Give a snapshot another name. Raises NotFound."""
        with self._database.writing() as session:
            row = session.get(SnapshotRow, snapshot_id)
            if row is None:
                raise NotFound(f"There is no snapshot {snapshot_id}.")
            row.name = name
            return _to_snapshot(row, _entries(session, snapshot_id))

    def trained_on(self, snapshot_ids: Collection[int]) -> frozenset[str]:
        """SHA-256 of the photographs that stand in the training part of any of these snapshots."""
        line = SnapshotEntryRow
        query = select(line.image_sha256).where(line.snapshot_id.in_(snapshot_ids), line.split == Split.TRAIN.value)
        with self._database.reading() as session:
            return frozenset(session.scalars(query))

    def sizes(self) -> dict[int, dict[Split, int]]:
        """How many entries each snapshot has in each split, by snapshot id.

        Counted once for each snapshot: a run's page asks every second, and what was frozen stays as it is.
        """
        line = SnapshotEntryRow
        with self._database.reading() as session:
            ids = set(session.scalars(select(SnapshotRow.id)))
            for snapshot_id in ids - self._sizes.keys():
                counted = select(line.split, func.count()).where(line.snapshot_id == snapshot_id).group_by(line.split)
                self._sizes[snapshot_id] = {Split(split): int(n) for split, n in session.execute(counted)}
        return {snapshot_id: dict(self._sizes[snapshot_id]) for snapshot_id in ids}


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
    line = SnapshotEntryRow
    columns = select(line.item_id, line.revision, line.split, line.image_sha256, line.mask_blob)
    rows = session.execute(columns.where(line.snapshot_id == snapshot_id).order_by(line.position))
    splits = {split.value: split for split in Split}
    return tuple(SnapshotEntry(item, number, splits[split], sha, blob) for item, number, split, sha, blob in rows)


def _to_snapshot(row: SnapshotRow, entries: tuple[SnapshotEntry, ...]) -> Snapshot:
    return Snapshot(id=row.id, name=row.name, sha256=row.sha256, created_at=row.created_at, entries=entries)
