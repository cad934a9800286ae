"""Which items are meant, and what stands where among them: pages and neighbours by indexes, at any number of items."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TypeVarTuple

from sqlalchemy import Select, case, func, select, union_all
from sqlalchemy.orm import Session

from plateseg.domain.types import TO_DO, ItemStatus, Split
from storage.searching import Contains
from storage.tables import ItemRow

_Columns = TypeVarTuple("_Columns")


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items are meant; None and "" mean any. status: one, or several of which any will do."""

    status: ItemStatus | tuple[ItemStatus, ...] | None = None
    split: Split | None = None
    text: str = ""

    @property
    def statuses(self) -> tuple[ItemStatus, ...]:
        """The statuses that pass."""
        if self.status is None:
            return tuple(ItemStatus)
        return (self.status,) if isinstance(self.status, ItemStatus) else self.status


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where an item stands within a filter: 0-based position, ids beside it, the next one to label."""

    position: int
    total: int
    previous: int | None
    next: int | None
    next_unlabelled: int | None


def filtered(query: Select[*_Columns], chosen: ItemFilter) -> Select[*_Columns]:
    """The query, of those items only."""
    status, split = ItemRow.status, ItemRow.split
    if chosen.text:
        query = query.where(Contains(ItemRow.name, chosen.text))
        # As expressions, so that the names' index is walked, which holds both, and not one of theirs with the rows.
        status, split = status.concat(""), split.concat("")  # type: ignore[assignment]
    if chosen.status is not None:
        query = query.where(status.in_([each.value for each in chosen.statuses]))
    if chosen.split is not None:
        query = query.where(split == chosen.split.value)
    return query


def page_of_ids(session: Session, chosen: ItemFilter, *, offset: int, limit: int) -> tuple[list[int], int]:
    """The ids of a page and how many there are in all: found in an index, so that skipped rows are never read."""
    if chosen.text:
        # One look through the names tells the total and the page; two would take twice as long.
        ids = sorted(session.scalars(filtered(select(ItemRow.id), chosen)))
        return ids[offset : offset + limit], len(ids)
    total = session.scalar(filtered(select(func.count(ItemRow.id)), chosen)) or 0
    if offset <= total // 2:
        return list(session.scalars(_in_order(chosen, offset=offset, limit=limit))), total
    # The far half is nearer from the end.
    limit = min(limit, total - offset)
    if limit <= 0:
        return [], total
    backward = _in_order(chosen, offset=total - offset - limit, limit=limit, from_end=True)
    return list(session.scalars(backward)), total


def page_with(
    session: Session, chosen: ItemFilter, also: Collection[int], *, offset: int, limit: int
) -> tuple[list[int], int]:
    """The same of a filter's items and some more: those of the ids `also` that exist, whether they pass or not."""
    more = _outside(session, chosen, also)
    # However they lie between the others, they move each of these by no more than their number.
    start = max(0, offset - len(more))
    ids, total = page_of_ids(session, chosen, offset=start, limit=limit + len(more))
    return sorted([*ids, *more])[offset - start : offset - start + limit], total + len(more)


def neighbours(session: Session, item_id: int, chosen: ItemFilter, also: Collection[int] = ()) -> Neighbours:
    """What lies beside an item among a filter's and the items `also`; the item itself need not be one of them."""
    waiting = ItemRow.status.in_(TO_DO)
    after = select(func.min(ItemRow.id)).where(waiting, ItemRow.id > item_id)
    before = select(func.min(ItemRow.id)).where(waiting, ItemRow.id < item_id)
    next_unlabelled = session.scalar(after) or session.scalar(before)
    position, total, previous, following = _place(session, item_id, chosen)
    more = _outside(session, chosen, also)
    at, past = bisect_left(more, item_id), bisect_right(more, item_id)
    return Neighbours(
        position=position + at,
        total=total + len(more),
        previous=max([each for each in (previous, *more[:at]) if each is not None], default=None),
        next=min([each for each in (following, *more[past:]) if each is not None], default=None),
        next_unlabelled=next_unlabelled,
    )


def _in_order(chosen: ItemFilter, *, offset: int, limit: int, from_end: bool = False) -> Select[int]:
    """The ids of a filter without a text, some of them."""
    if chosen.status is None or len(chosen.statuses) == 1:
        query = filtered(select(ItemRow.id), chosen)
        return query.order_by(ItemRow.id.desc() if from_end else ItemRow.id).offset(offset).limit(limit)
    # An index has the ids of each status in order: the database merges these, where IN would make it sort all of them.
    parts = [filtered(select(ItemRow.id), replace(chosen, status=status)) for status in chosen.statuses]
    merged = union_all(*parts).subquery()
    return select(merged.c.id).order_by(merged.c.id.desc() if from_end else merged.c.id).offset(offset).limit(limit)


def _outside(session: Session, chosen: ItemFilter, ids: Collection[int]) -> list[int]:
    """Those of the ids that exist and do not pass, in order."""
    if not ids:
        return []
    there = select(ItemRow.id).where(ItemRow.id.in_(ids))
    return sorted(set(session.scalars(there)) - set(session.scalars(filtered(there, chosen))))


def _place(session: Session, item_id: int, chosen: ItemFilter) -> tuple[int, int, int | None, int | None]:
    """Position, total, previous and next."""
    if chosen.text:
        ids = sorted(session.scalars(filtered(select(ItemRow.id), chosen)))
        at, past = bisect_left(ids, item_id), bisect_right(ids, item_id)
        return at, len(ids), ids[at - 1] if at else None, ids[past] if past < len(ids) else None
    lower = func.count(case((ItemRow.id < item_id, 1)))
    total, position = session.execute(filtered(select(func.count(ItemRow.id), lower), chosen)).one()
    previous = session.scalar(filtered(select(func.max(ItemRow.id)), chosen).where(ItemRow.id < item_id))
    following = session.scalar(filtered(select(func.min(ItemRow.id)), chosen).where(ItemRow.id > item_id))
    return position, total, previous, following
