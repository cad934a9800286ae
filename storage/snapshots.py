"""Frozen, hashed lists of what a run was trained and judged on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session, aliased

from plateseg.domain.types import Snapshot, SnapshotEntry, Split
from plateseg.errors import BadInput, NotFound, WrongState
from storage.blobs import Blobs
from storage.database import Database
from storage.deletion import doom, sweep
from storage.tables import RevisionRow, RunRow, SnapshotEntryRow, SnapshotRow


@dataclass(frozen=True, slots=True)
class SnapshotHead:
    """A snapshot without its lines."""

    id: int
    name: str
    sha256: str
    created_at: datetime


class Snapshots:
    """The repository of snapshots. What one holds never changes; its name is a label for people."""

    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._sizes: dict[int, dict[Split, int]] = {}
        self._without_plate: dict[int, dict[Split, int]] = {}

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
            return _to_snapshot(_row(session, snapshot_id), _entries(session, snapshot_id))

    def heads(self) -> tuple[SnapshotHead, ...]:
        """Every snapshot, newest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(SnapshotRow).order_by(SnapshotRow.id.desc()))
            return tuple(SnapshotHead(row.id, row.name, row.sha256, row.created_at) for row in rows)

    def rename(self, snapshot_id: int, name: str) -> None:
        """Give a snapshot another name. Raises NotFound, and BadInput when another one has it."""
        with self._database.writing() as session:
            row = _row(session, snapshot_id)
            taken = select(SnapshotRow.id).where(SnapshotRow.name == name, SnapshotRow.id != snapshot_id)
            if session.scalars(taken).first() is not None:
                raise BadInput(f"There is a snapshot {name!r} already. Choose another name, or rename that one.")
            row.name = name

    def refusal(self, snapshot_id: int) -> str:
        """Why a snapshot cannot be deleted: a sentence that names the run that holds it; empty when none does."""
        with self._database.reading() as session:
            return _refusal(session, _row(session, snapshot_id))

    def masks_alone(self, snapshot_id: int) -> int:
        """How many masks nothing but this snapshot keeps: those of photographs that were deleted since."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(_alone(snapshot_id).subquery())) or 0

    def delete(self, snapshot_id: int) -> int:
        """Delete a snapshot, with the masks nothing else names; returns how many these were.

        Raises NotFound, and WrongState when a run holds it.
        """
        with self._database.writing() as session:
            row = _row(session, snapshot_id)
            if refusal := _refusal(session, row):
                raise WrongState(refusal)
            alone = session.scalars(_alone(snapshot_id)).all()
            session.execute(delete(SnapshotEntryRow).where(SnapshotEntryRow.snapshot_id == snapshot_id))
            session.delete(row)
            went = doom(session, alone)
        sweep(self._database, self._blobs)
        self._database.scrub()
        return went

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

    def naming_only(self) -> frozenset[int]:
        """The snapshots that name photographs and hold no mask, by id: what the starter model was trained on."""
        line = SnapshotEntryRow
        mask = select(line.position).where(line.snapshot_id == SnapshotRow.id, line.mask_blob != "").exists()
        with self._database.reading() as session:
            return frozenset(session.scalars(select(SnapshotRow.id).where(~mask)))

    def without_plate(self, snapshot_ids: Iterable[int]) -> dict[int, dict[Split, int]]:
        """How many entries of these snapshots say "no plate here", by split; counted once each, like `sizes`.

        A mask says so by its bytes. Where these are nobody's mask any more, its photograph deleted, it counts as one
        with a plate.
        """
        line, wanted = SnapshotEntryRow, set(snapshot_ids)
        empty = select(RevisionRow.id).where(RevisionRow.blob == line.mask_blob, RevisionRow.plate_pixels == 0).exists()
        with self._database.reading() as session:
            for snapshot_id in wanted - self._without_plate.keys():
                counted = select(line.split, func.count()).where(line.snapshot_id == snapshot_id, empty)
                found = session.execute(counted.group_by(line.split))
                self._without_plate[snapshot_id] = {Split(split): int(n) for split, n in found}
        return {snapshot_id: dict(self._without_plate[snapshot_id]) for snapshot_id in wanted}


def hash_of(entries: Sequence[SnapshotEntry]) -> str:
    """SHA-256 over photograph, mask and split of every entry in order; ids do not count, so it travels."""
    lines = [[entry.image_sha256, entry.mask_blob, entry.split.value] for entry in entries]
    return hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()


def _row(session: Session, snapshot_id: int) -> SnapshotRow:
    row = session.get(SnapshotRow, snapshot_id)
    if row is None:
        raise NotFound(f"There is no snapshot {snapshot_id}; it may have been deleted.")
    return row


def _refusal(session: Session, row: SnapshotRow) -> str:
    held = select(RunRow.id, RunRow.name).where(RunRow.snapshot_id == row.id).order_by(RunRow.id)
    runs = [f"run {run_id} ({name})" for run_id, name in session.execute(held)]
    if not runs:
        return ""
    more = f" and {len(runs) - 3} more" if len(runs) > 3 else ""
    verb = "was" if len(runs) == 1 else "were"
    return (
        f"Snapshot {row.name!r} cannot be deleted: {', '.join(runs[:3])}{more} {verb} trained on it. "
        "Delete what was trained on it first."
    )


def _alone(snapshot_id: int) -> Select[str]:
    """The masks that neither a revision nor another snapshot names."""
    line, other = SnapshotEntryRow, aliased(SnapshotEntryRow)
    revision = select(RevisionRow.id).where(RevisionRow.blob == line.mask_blob).exists()
    elsewhere = select(other.position).where(other.mask_blob == line.mask_blob, other.snapshot_id != snapshot_id)
    # The starter's photographs are known by their hash only: their lines name no mask.
    mine = (line.snapshot_id == snapshot_id) & (line.mask_blob != "")
    return select(line.mask_blob).distinct().where(mine, ~revision, ~elsewhere.exists())


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
