"""Mask revisions: append-only, one row of numbers per photograph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from plateseg.domain.types import ImageItem, ItemStatus, MaskRevision, RevisionSource, Split
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What brings a photograph back to how it stood. None leaves that part as it is.

    item: as it was seen; mask: goes on top of the others; status: set where no mask does it.
    """

    item: ImageItem
    mask: NewRevision | None = None
    status: ItemStatus | None = None
    split: Split | None = None


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

    def head_blobs(self, item_ids: Iterable[int]) -> dict[int, str]:
        """The blob of the mask each of these items stands with; items without one are left out."""
        wanted = list(item_ids)
        found: dict[int, str] = {}
        with self._database.reading() as session:
            for start in range(0, len(wanted), 500):
                head = and_(RevisionRow.item_id == ItemRow.id, RevisionRow.number == ItemRow.head)
                query = select(ItemRow.id, RevisionRow.blob).join_from(ItemRow, RevisionRow, head)
                rows = session.execute(query.where(ItemRow.id.in_(wanted[start : start + 500])))
                found |= {item_id: blob for item_id, blob in rows}  # noqa: C416 - rows, not tuples
        return found

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

    def bring_back(self, returns: Sequence[Return]) -> list[bool]:
        """Bring photographs back in one transaction, each only if it still is as it was seen; returns which were.

        One that somebody saved, excluded, pinned or deleted meanwhile is left alone. At most a few hundred at once:
        other writers wait.
        """
        now = self._clock()
        with self._database.writing() as session:
            ids = [each.item.id for each in returns]
            rows = {row.id: row for row in session.scalars(select(ItemRow).where(ItemRow.id.in_(ids)))}
            untouched = [_is_as_seen(rows.get(each.item.id), each.item) for each in returns]
            for each in (each for each, same in zip(returns, untouched, strict=True) if same):
                row = rows[each.item.id]
                if each.status is not None:
                    row.status = each.status.value
                if each.split is not None:
                    row.split = each.split.value
                if each.mask is not None:
                    append(session, self._blobs, row, each.mask, now)
            return untouched


def _is_as_seen(row: ItemRow | None, item: ImageItem) -> bool:
    return row is not None and (row.head, row.status, row.pinned) == (item.head, item.status.value, item.pinned)


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
