"""Photographs and their masks. A public method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from plateseg.domain.types import ImageItem, ItemStatus, MaskRevision, SnapshotEntry, Split
from storage.blobs import Blobs
from storage.database import Database
from storage.deletion import Deletion, Deletions, delete_as_seen, delete_item, sweep
from storage.filters import ItemFilter, Neighbours, filtered, neighbours, page_with
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
class Addition:
    """A photograph to add, with the mask that came along.

    pictures: bytes and ending of its files. They may be in the blobs already; what a deletion took away since is put
    there again while the write lock is held.
    """

    new: NewItem
    mask: NewRevision | None = None
    pictures: tuple[tuple[bytes, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an addition: the item, whether it was new, whether the mask became its first."""

    item: ImageItem
    created: bool
    attached: bool


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Items in order of id, and how many the filter holds in all."""

    items: tuple[ImageItem, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """How many items a person has answered, and how many of these show a plate."""

    total: int
    with_plate: int


class Items:
    """The repository of photographs and mask revisions."""

    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def add(
        self, new: NewItem, mask: NewRevision | None = None, *, pictures: tuple[tuple[bytes, str], ...] = ()
    ) -> tuple[ImageItem, bool]:
        """Remember a photograph, with its mask where one came along; returns it and whether it was new.

        A photograph of the same source bytes is one item: the one already there is returned, and the mask
        is attached only if nobody has labelled it yet, the split only if it has none. One that a person excluded
        stays so. pictures: see `Addition`.
        """
        (added,) = self.add_many([Addition(new, mask, pictures)])
        return added.item, added.created

    def add_many(self, additions: Sequence[Addition]) -> list[Added]:
        """Remember photographs in one transaction: all of them or, should it fail, none. Each as `add` does it."""
        with self._database.writing() as session:
            for addition in additions:
                for data, ending in addition.pictures:
                    self._blobs.put(data, ending)
            rows = self._rows_of(session, [addition.new for addition in additions])
            return [
                self._add(session, row, addition, created=created)
                for addition, (row, created) in zip(additions, rows, strict=True)
            ]

    def _add(self, session: Session, row: ItemRow, addition: Addition, *, created: bool) -> Added:
        mask, excluded = addition.mask, row.status == ItemStatus.EXCLUDED
        if row.split == Split.UNASSIGNED and not row.pinned:
            row.split = addition.new.split.value
        attached = mask is not None and row.head == 0
        if mask is not None and attached:
            append(session, self._blobs, row, mask, self._clock())
        if excluded:
            row.status = ItemStatus.EXCLUDED
        return Added(to_item(row), created, attached)

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

    def page(
        self, chosen: ItemFilter = ItemFilter(), *, offset: int = 0, limit: int = 48, also: Collection[int] = ()
    ) -> ItemPage:
        """One page in order of id, of a filter's items and those of the ids `also`, whether they pass or not."""
        with self._database.reading() as session:
            shown, total = page_with(session, chosen, also, offset=offset, limit=limit)
            rows = session.scalars(select(ItemRow).where(ItemRow.id.in_(shown)).order_by(ItemRow.id)).all()
            return ItemPage(tuple(to_item(row) for row in rows), total)

    def ids(self, chosen: ItemFilter = ItemFilter()) -> list[int]:
        """The numbers of all items a filter holds, in order."""
        with self._database.reading() as session:
            return list(session.scalars(filtered(select(ItemRow.id), chosen).order_by(ItemRow.id)))

    def walk(self, chosen: ItemFilter = ItemFilter(), *, at_once: int = 500) -> Iterator[ImageItem]:
        """Every item a filter holds, in order of id, a few at a time: memory stays flat, and others may write between.

        The place is kept by id, not by counting, so that the last page takes no longer than the first.
        """
        after = 0
        while True:
            with self._database.reading() as session:
                query = filtered(select(ItemRow), chosen).where(ItemRow.id > after)
                rows = session.scalars(query.order_by(ItemRow.id).limit(at_once)).all()
            yield from (to_item(row) for row in rows)
            if len(rows) < at_once:
                return
            after = rows[-1].id

    def tally(self) -> dict[tuple[ItemStatus, Split], int]:
        """How many items there are of each status in each split, in one look; what there is none of is left out."""
        query = select(ItemRow.status, ItemRow.split, func.count()).group_by(ItemRow.status, ItemRow.split)
        with self._database.reading() as session:
            return {(ItemStatus(status), Split(split)): int(n) for status, split, n in session.execute(query)}

    def counts(self, *, split: Split | None = None) -> dict[ItemStatus, int]:
        """How many items stand where; every status is named."""
        found = dict.fromkeys(ItemStatus, 0)
        for (status, where), number in self.tally().items():
            found[status] += number if split in (None, where) else 0
        return found

    def split_counts(self, *, status: ItemStatus | None = None) -> dict[Split, int]:
        """How many items belong where; every split is named."""
        found = dict.fromkeys(Split, 0)
        for (stands, split), number in self.tally().items():
            found[split] += number if status in (None, stands) else 0
        return found

    def neighbours(self, item_id: int, chosen: ItemFilter = ItemFilter(), *, also: Collection[int] = ()) -> Neighbours:
        """What lies beside an item among a filter's and the items `also`; the item itself need not be one of them."""
        with self._database.reading() as session:
            return neighbours(session, item_id, chosen, also)

    def set_status(self, item_id: int, status: ItemStatus, *, seen: ImageItem | None = None) -> ImageItem:
        """Exclude an item or take it back in; with `seen` only while status and head mask are those of then."""
        with self._database.writing() as session:
            row = item_row(session, item_id)
            if seen is None or (row.status, row.head) == (seen.status, seen.head):
                row.status = status
            return to_item(row)

    def usable(self) -> tuple[tuple[ImageItem, MaskRevision], ...]:
        """Every labelled or "no plate" item with its head mask, in order of id."""
        query = _usable(select(ItemRow, RevisionRow))
        with self._database.reading() as session:
            return tuple((to_item(item), to_revision(mask)) for item, mask in session.execute(query).tuples())

    def lines(self) -> tuple[SnapshotEntry, ...]:
        """The same as lines of a snapshot, whatever their split: what one is made of, quickly."""
        query = _usable(select(ItemRow.id, RevisionRow.number, ItemRow.split, ItemRow.sha256, RevisionRow.blob))
        splits = {split.value: split for split in Split}
        with self._database.reading() as session:
            return tuple(
                SnapshotEntry(item_id, number, splits[split], sha256, blob)
                for item_id, number, split, sha256, blob in session.execute(query)
            )

    def labelled(self) -> Labelled:
        """How many items are usable, and how many of them show a plate."""
        query = _usable(select(func.count(), func.count(case((RevisionRow.plate_pixels > 0, 1)))), ordered=False)
        with self._database.reading() as session:
            total, plates = session.execute(query).one()
            return Labelled(total, plates)

    def delete(self, item_id: int) -> Deletion:
        """Really delete: the row, its masks, its pictures, and every blob nothing else refers to."""
        with self._database.writing() as session:
            deletion = delete_item(session, item_row(session, item_id))
        sweep(self._database, self._blobs)
        self._database.scrub()
        return deletion

    def delete_as_seen(self, heads: Mapping[int, int]) -> Deletions:
        """Really delete several, each only if its head is the one in `heads`, by id. A hundred or so at once."""
        return delete_as_seen(self._database, self._blobs, heads)

    def _rows_of(self, session: Session, news: Sequence[NewItem]) -> list[tuple[ItemRow, bool]]:
        """The row of each photograph, and whether it is new; of two with the same bytes the first is new."""
        try:
            with session.begin_nested():
                return self._insert(session, news)
        except IntegrityError:
            # Another import was first with the same bytes, where writers do not wait for each other; theirs they are.
            return self._insert(session, news)

    def _insert(self, session: Session, news: Sequence[NewItem]) -> list[tuple[ItemRow, bool]]:
        wanted = {new.sha256 for new in news}
        rows = {row.sha256: row for row in session.scalars(select(ItemRow).where(ItemRow.sha256.in_(wanted)))}
        answers: list[tuple[ItemRow, bool]] = []
        for new in news:
            created = new.sha256 not in rows
            if created:
                rows[new.sha256] = self._new_row(new)
                session.add(rows[new.sha256])
            answers.append((rows[new.sha256], created))
        session.flush()
        return answers

    def _new_row(self, new: NewItem) -> ItemRow:
        return ItemRow(
            sha256=new.sha256,
            name=new.name,
            width=new.width,
            height=new.height,
            capture_group=new.capture_group,
            fingerprint=new.fingerprint,
            mode=new.mode,
            pinned=False,
            split=new.split.value,
            status=ItemStatus.UNLABELLED.value,
            head=0,
            revisions=0,
            image_blob=new.image_blob,
            thumbnail_blob=new.thumbnail_blob,
            media_type=new.media_type,
            created_at=self._clock(),
        )


def _usable(query: Select[*_Columns], *, ordered: bool = True) -> Select[*_Columns]:
    joined = query.join_from(
        ItemRow, RevisionRow, and_(RevisionRow.item_id == ItemRow.id, RevisionRow.number == ItemRow.head)
    ).where(ItemRow.status.in_([ItemStatus.LABELLED, ItemStatus.NO_PLATE]))
    return joined.order_by(ItemRow.id) if ordered else joined
