"""Deleting for good: rows, and the blobs that nothing refers to any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.blobs import Blobs
from storage.tables import CheckpointRow, EventRow, ItemRow, PreviewRow, RevisionRow, SnapshotEntryRow

REFERENCES = (
    ItemRow.image_blob,
    ItemRow.thumbnail_blob,
    RevisionRow.blob,
    SnapshotEntryRow.mask_blob,
    CheckpointRow.blob,
    PreviewRow.blob,
)
"""Every column that can name a blob."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What went, and what was held back: snapshots keep the masks (not the photographs) they were hashed over."""

    name: str
    blobs_deleted: int
    held_by_snapshots: int


def delete_item(session: Session, blobs: Blobs, row: ItemRow) -> Deletion:
    """Delete a photograph with its masks, previews and unshared blobs, inside the caller's transaction."""
    names = {row.image_blob, row.thumbnail_blob}
    names |= set(session.scalars(select(RevisionRow.blob).where(RevisionRow.item_id == row.id)))
    names |= set(session.scalars(select(PreviewRow.blob).where(PreviewRow.item_id == row.id)))
    held = session.scalar(
        select(func.count(func.distinct(SnapshotEntryRow.snapshot_id))).where(SnapshotEntryRow.item_id == row.id)
    )
    name = row.name
    session.execute(delete(PreviewRow).where(PreviewRow.item_id == row.id))
    session.execute(delete(RevisionRow).where(RevisionRow.item_id == row.id))
    session.execute(delete(EventRow).where(EventRow.item_id == row.id))
    session.execute(delete(ItemRow).where(ItemRow.id == row.id))
    return Deletion(name, delete_unreferenced(session, blobs, names), held or 0)


def delete_unreferenced(session: Session, blobs: Blobs, names: Iterable[str]) -> int:
    """Delete those of the blobs that no row names; returns how many. The caller holds the write lock."""
    session.flush()
    gone = 0
    for name in set(names):
        if not any(session.scalar(select(column).where(column == name).limit(1)) for column in REFERENCES):
            blobs.delete(name)
            gone += 1
    return gone
