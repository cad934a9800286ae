"""Mask revisions: append-only, one row of numbers per photograph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from plateseg.domain.types import ItemStatus, MaskRevision, RevisionSource
from plateseg.errors import NotFound, StaleRevision
from storage.blobs import Blobs
from storage.database import Database
from storage.rows import to_revision
from storage.tables import ItemRow, RevisionRow

PERSONS_SOURCES = (RevisionSource.MANUAL, RevisionSource.IMPORTED, RevisionSource.SYNTHETIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """A mask to append. `png`: the mask as a PNG of 0 and 255."""

    source: RevisionSource
    png: bytes
    plate_pixels: int
    author: str = ""
    parent: int = 0
    seeded_from: str = ""
    score: float | None = None
    no_plate: bool = False


class Revisions:
    """The repository of masks. The "head" is the person's newest one; a model's never becomes it."""

    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def of(self, item_id: int) -> tuple[MaskRevision, ...]:
        """All masks of an item, newest first."""
        query = select(RevisionRow).where(RevisionRow.item_id == item_id).order_by(RevisionRow.number.desc())
        with self._database.reading() as session:
            return tuple(to_revision(row) for row in session.scalars(query))

    def get(self, item_id: int, number: int) -> MaskRevision:
        """One mask. Raises NotFound."""
        with self._database.reading() as session:
            row = session.scalars(
                select(RevisionRow).where(RevisionRow.item_id == item_id, RevisionRow.number == number)
            ).one_or_none()
            if row is None:
                raise NotFound(f"Item {item_id} has no mask revision {number}. Reload the page to see those it has.")
            return to_revision(row)

    def append(self, item_id: int, new: NewRevision, *, after: int) -> MaskRevision:
        """Append a person's mask if the item's head still is `after`.

        Raises StaleRevision when somebody saved in the meantime; nothing is written then. Raises NotFound.
        """
        with self._database.writing() as session:
            row = item_row(session, item_id)
            if row.head != after:
                raise StaleRevision(
                    f"This mask was saved by somebody else as revision {row.head} while you worked from "
                    f"{after or 'an empty one'}. Both are kept: choose yours, theirs or their union.",
                    current=row.head,
                )
            return to_revision(append(session, self._blobs, row, new, self._clock()))

    def append_proposal(self, item_id: int, new: NewRevision) -> MaskRevision:
        """Append a model's mask. It never becomes the head; the same pixels by the same model are kept once."""
        with self._database.writing() as session:
            row = item_row(session, item_id)
            newest = session.scalars(
                select(RevisionRow)
                .where(RevisionRow.item_id == item_id, RevisionRow.source == RevisionSource.MODEL)
                .order_by(RevisionRow.number.desc())
            ).first()
            blob = self._blobs.put(new.png, "png")
            if newest and newest.blob == blob and newest.seeded_from == new.seeded_from:
                return to_revision(newest)
            return to_revision(append(session, self._blobs, row, new, self._clock()))


def append(session: Session, blobs: Blobs, row: ItemRow, new: NewRevision, now: datetime) -> RevisionRow:
    """Append a mask inside the caller's transaction; a person's becomes the head.

    The blob is written while the write lock is held, so that a deletion cannot take it away in between.
    """
    blob = blobs.put(new.png, "png")
    row.revisions += 1
    revision = RevisionRow(
        item_id=row.id,
        number=row.revisions,
        source=new.source.value,
        author=new.author,
        parent=new.parent,
        seeded_from=new.seeded_from,
        blob=blob,
        plate_pixels=new.plate_pixels,
        score=new.score,
        no_plate=new.no_plate,
        created_at=now,
    )
    session.add(revision)
    if new.source in PERSONS_SOURCES:
        row.head = revision.number
        row.status = _status_of(new)
    elif row.status == ItemStatus.UNLABELLED and row.head == 0:
        row.status = ItemStatus.PROPOSED
    return revision


def item_row(session: Session, item_id: int) -> ItemRow:
    """The row of an item. Raises NotFound."""
    row = session.get(ItemRow, item_id, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no photograph {item_id}; it may have been deleted. Choose another one.")
    return row


def _status_of(new: NewRevision) -> ItemStatus:
    if new.no_plate:
        return ItemStatus.NO_PLATE
    return ItemStatus.LABELLED if new.plate_pixels else ItemStatus.UNLABELLED
