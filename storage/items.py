"""Photographs and their masks. A public method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, and_, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from plateseg.domain.types import ImageItem, ItemStatus, MaskRevision, Split
from storage.blobs import Blobs
from storage.database import Database
from storage.deletion import Deletion, delete_item, sweep
from storage.revisions import NewRevision, append, item_row
from storage.rows import to_item, to_revision
from storage.tables import ItemRow, RevisionRow

_Columns = TypeVarTuple("_Columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A photograph to remember; its bytes lie in the blobs already."""

    sha256: str
    name: str
    width: int
    height: int
    capture_group: str
    image_blob: str
    thumbnail_blob: str
    media_type: str
    split: Split = Split.UNASSIGNED
    fingerprint: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items are meant; None and "" mean any."""

    status: ItemStatus | None = None
    split: Split | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Items in order of id, and how many the filter holds in all."""

    items: tuple[ImageItem, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where an item stands within a filter: 0-based position, ids beside it, the next one to label."""

    position: int
    total: int
    previous: int | None
    next: int | None
    next_unlabelled: int | None


class Items:
    """The repository of photographs and mask revisions."""

    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def add(self, new: NewItem, mask: NewRevision | None = None) -> tuple[ImageItem, bool]:
        """Remember a photograph, with its mask where one came along; returns it and whether it was new.

        A photograph of the same source bytes is one item: the one already there is returned, and the mask
        is attached only if nobody has labelled it yet. One that a person excluded stays so.
        """
        with self._database.writing() as session:
            row, created = self._insert(session, new)
            excluded = row.status == ItemStatus.EXCLUDED
            if mask and row.head == 0:
                append(session, self._blobs, row, mask, self._clock())
            if excluded:
                row.status = ItemStatus.EXCLUDED
            return to_item(row), created

    def get(self, item_id: int) -> ImageItem:
        """One item. Raises NotFound."""
        with self._database.reading() as session:
            return to_item(item_row(session, item_id))

    def get_many(self, item_ids: Iterable[int]) -> dict[int, ImageItem]:
        """Those of the items that still exist, by id."""
        wanted = list(item_ids)
        found: dict[int, ImageItem] = {}
        with self._database.reading() as session:
            for start in range(0, len(wanted), 500):
                rows = session.scalars(select(ItemRow).where(ItemRow.id.in_(wanted[start : start + 500])))
                found.update({row.id: to_item(row) for row in rows})
        return found

    def find(self, sha256: str) -> ImageItem | None:
        """The item of these source bytes, or None."""
        with self._database.reading() as session:
            row = session.scalars(select(ItemRow).where(ItemRow.sha256 == sha256)).one_or_none()
            return to_item(row) if row else None

    def find_many(self, sha256s: Iterable[str]) -> tuple[ImageItem, ...]:
        """The items there are of these source bytes, in order of id."""
        wanted = list(dict.fromkeys(sha256s))
        found: list[ImageItem] = []
        with self._database.reading() as session:
            for start in range(0, len(wanted), 500):
                rows = session.scalars(select(ItemRow).where(ItemRow.sha256.in_(wanted[start : start + 500])))
                found += [to_item(row) for row in rows]
        return tuple(sorted(found, key=lambda item: item.id))

    def page(self, chosen: ItemFilter = ItemFilter(), *, offset: int = 0, limit: int = 48) -> ItemPage:
        """One page in order of id."""
        with self._database.reading() as session:
            query = _filtered(select(ItemRow), chosen)
            rows = session.scalars(query.order_by(ItemRow.id).offset(offset).limit(limit)).all()
            total = session.scalar(_filtered(select(func.count(ItemRow.id)), chosen)) or 0
            return ItemPage(tuple(to_item(row) for row in rows), total)

    def walk(self, *, size: int = 500) -> Iterator[ImageItem]:
        """Every item in order of id, read `size` at a time: what comes or goes meanwhile disturbs nobody."""
        last = 0
        while True:
            with self._database.reading() as session:
                query = select(ItemRow).where(ItemRow.id > last).order_by(ItemRow.id).limit(size)
                found = [to_item(row) for row in session.scalars(query)]
            if not found:
                return
            yield from found
            last = found[-1].id

    def counts(self, *, split: Split | None = None) -> dict[ItemStatus, int]:
        """How many items stand where; every status is named."""
        query = _filtered(select(ItemRow.status, func.count()), ItemFilter(split=split)).group_by(ItemRow.status)
        with self._database.reading() as session:
            found = {str(status): int(number) for status, number in session.execute(query)}
        return {status: found.get(status.value, 0) for status in ItemStatus}

    def split_counts(self, *, status: ItemStatus | None = None) -> dict[Split, int]:
        """How many items belong where; every split is named."""
        query = _filtered(select(ItemRow.split, func.count()), ItemFilter(status=status)).group_by(ItemRow.split)
        with self._database.reading() as session:
            found = {str(split): int(number) for split, number in session.execute(query)}
        return {split: found.get(split.value, 0) for split in Split}

    def neighbours(self, item_id: int, chosen: ItemFilter = ItemFilter()) -> Neighbours:
        """What lies beside an item within a filter; the item itself need not pass it."""
        with self._database.reading() as session:

            def one(query: Select[int | None]) -> int | None:
                return session.scalar(_filtered(query, chosen))

            waiting = ItemRow.status.in_([ItemStatus.UNLABELLED, ItemStatus.PROPOSED])
            after = select(func.min(ItemRow.id)).where(waiting, ItemRow.id > item_id)
            before = select(func.min(ItemRow.id)).where(waiting, ItemRow.id < item_id)
            return Neighbours(
                position=one(select(func.count(ItemRow.id)).where(ItemRow.id < item_id)) or 0,
                total=one(select(func.count(ItemRow.id))) or 0,
                previous=one(select(func.max(ItemRow.id)).where(ItemRow.id < item_id)),
                next=one(select(func.min(ItemRow.id)).where(ItemRow.id > item_id)),
                next_unlabelled=session.scalar(after) or session.scalar(before),
            )

    def set_status(self, item_id: int, status: ItemStatus) -> ImageItem:
        """Exclude an item or take it back in."""
        with self._database.writing() as session:
            row = item_row(session, item_id)
            row.status = status
            return to_item(row)

    def usable(self) -> tuple[tuple[ImageItem, MaskRevision], ...]:
        """Every labelled or "no plate" item with its head mask, in order of id: what a snapshot is made of."""
        query = (
            select(ItemRow, RevisionRow)
            .join(RevisionRow, and_(RevisionRow.item_id == ItemRow.id, RevisionRow.number == ItemRow.head))
            .where(ItemRow.status.in_([ItemStatus.LABELLED, ItemStatus.NO_PLATE]))
            .order_by(ItemRow.id)
        )
        with self._database.reading() as session:
            return tuple((to_item(item), to_revision(mask)) for item, mask in session.execute(query).tuples())

    def delete(self, item_id: int) -> Deletion:
        """Really delete: the row, its masks, its pictures, and every blob nothing else refers to."""
        with self._database.writing() as session:
            deletion = delete_item(session, item_row(session, item_id))
        sweep(self._database, self._blobs)
        self._database.scrub()
        return deletion

    def _insert(self, session: Session, new: NewItem) -> tuple[ItemRow, bool]:
        values = {
            "sha256": new.sha256,
            "name": new.name,
            "width": new.width,
            "height": new.height,
            "capture_group": new.capture_group,
            "fingerprint": new.fingerprint,
            "mode": new.mode,
            "split": new.split.value,
            "status": ItemStatus.UNLABELLED.value,
            "head": 0,
            "revisions": 0,
            "image_blob": new.image_blob,
            "thumbnail_blob": new.thumbnail_blob,
            "media_type": new.media_type,
            "created_at": self._clock(),
        }
        created = False
        try:
            with session.begin_nested():
                session.execute(insert(ItemRow).values(values))
            created = True
        except IntegrityError:
            # Another import was first with the same bytes; the item below is theirs.
            created = False
        row = session.scalars(select(ItemRow).where(ItemRow.sha256 == new.sha256)).one()
        return row, created


def _filtered(query: Select[*_Columns], chosen: ItemFilter) -> Select[*_Columns]:
    if chosen.status is not None:
        query = query.where(ItemRow.status == chosen.status.value)
    if chosen.split is not None:
        query = query.where(ItemRow.split == chosen.split.value)
    if chosen.text:
        query = query.where(ItemRow.name.icontains(chosen.text, autoescape=True))
    return query
