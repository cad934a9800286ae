"""Deleting for good: rows, and the blobs that nothing refers to any more.

Bytes go after the rows' transaction is on disk, never before: a process killed in between, or a commit that fails
on a full disk, would leave rows that name missing bytes. What is to go is noted in the same transaction, so that
it goes at the next start at the latest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.blobs import Blobs
from storage.database import Database
from storage.tables import (
    CheckpointRow,
    DoomedBlobRow,
    EventRow,
    ItemRow,
    PreviewRow,
    RevisionRow,
    SnapshotEntryRow,
)

REFERENCES = (
    ItemRow.image_blob,
    ItemRow.thumbnail_blob,
    RevisionRow.blob,
    SnapshotEntryRow.mask_blob,
    CheckpointRow.blob,
    PreviewRow.blob,
)
"""Every column that can name a blob."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Deletion:
    """What went, and what was held back: snapshots keep the masks (not the photographs) they were hashed over."""

    name: str
    blobs_deleted: int
    held_by_snapshots: int


@dataclass(frozen=True, slots=True)
class Deletions:
    """What became of several. ids: those that went, or had gone already; kept: ids that somebody saved meanwhile."""

    ids: tuple[int, ...]
    kept: tuple[int, ...]
    held_by_snapshots: int


def delete_as_seen(database: Database, blobs: Blobs, heads: Mapping[int, int]) -> Deletions:
    """Really delete those photographs whose head still is the one they were seen with; a hundred or so at once.

    heads: number of the head mask by id. A mask that a person saved since then was in nobody's question.
    """
    with database.writing() as session:
        rows = {row.id: row for row in session.scalars(select(ItemRow).where(ItemRow.id.in_(heads)))}
        kept = tuple(item_id for item_id, row in rows.items() if row.head != heads[item_id])
        done = [delete_item(session, row) for item_id, row in rows.items() if item_id not in kept]
    sweep(database, blobs)
    database.scrub()
    gone = tuple(item_id for item_id in heads if item_id not in kept)
    return Deletions(gone, kept, sum(deletion.held_by_snapshots > 0 for deletion in done))


def delete_item(session: Session, row: ItemRow) -> Deletion:
    """Delete a photograph with its masks and previews and doom its blobs, inside the caller's transaction."""
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
    return Deletion(name, doom(session, names), held or 0)


def doom(session: Session, names: Iterable[str]) -> int:
    """Note those of the blobs that no row names any more; returns how many. `sweep` follows the commit."""
    session.flush()
    doomed = unnamed(session, set(names))
    for some in _some(doomed):
        known = set(session.scalars(select(DoomedBlobRow.blob).where(DoomedBlobRow.blob.in_(some))))
        session.add_all(DoomedBlobRow(blob=name) for name in some if name not in known)
    return len(doomed)


def sweep(database: Database, blobs: Blobs) -> None:
    """Delete the bytes of what was doomed, unless a row has come to name them again.

    The write lock is held meanwhile, so that a mask with the same bytes cannot be appended in between; for a few
    hundred files at a time, so that nobody else waits long.
    """
    while _any_doomed(database):
        with database.writing() as session:
            rows = session.scalars(select(DoomedBlobRow).limit(_AT_ONCE)).all()
            for name in unnamed(session, [row.blob for row in rows]):
                blobs.delete(name)
            for row in rows:
                session.delete(row)


def unnamed(session: Session, names: Iterable[str]) -> list[str]:
    """Those of the blobs that no row names."""
    lonely: list[str] = []
    for some in _some(names):
        named: set[str] = set()
        for column in REFERENCES:
            named |= set(session.scalars(select(column).where(column.in_(some))))
        lonely += [name for name in some if name not in named]
    return lonely


def _any_doomed(database: Database) -> bool:
    with database.reading() as session:
        return session.scalars(select(DoomedBlobRow.blob).limit(1)).first() is not None


def _some(names: Iterable[str]) -> Iterator[list[str]]:
    """At most 500 at once: a statement takes only so many values."""
    rest = iter(names)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
