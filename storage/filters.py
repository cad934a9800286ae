"""Which items are meant, and what stands where among them: pages and neighbours by indexes, at any number of items."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from plateseg.domain.types import ItemStatus, Split
from storage.searching import Contains
from storage.tables import ItemRow

_Columns = TypeVarTuple("_Columns")


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items are meant; None and "" mean any."""

    status: ItemStatus | None = None
    split: Split | None = None
    text: str = ""


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
        query = query.where(status == chosen.status.value)
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
        forward = filtered(select(ItemRow.id), chosen).order_by(ItemRow.id).offset(offset).limit(limit)
        return list(session.scalars(forward)), total
    # The far half is nearer from the end.
    limit = min(limit, total - offset)
    if limit <= 0:
        return [], total
    backward = filtered(select(ItemRow.id), chosen).order_by(ItemRow.id.desc())
    return list(session.scalars(backward.offset(total - offset - limit).limit(limit))), total


def neighbours(session: Session, item_id: int, chosen: ItemFilter) -> Neighbours:
    """What lies beside an item within a filter; the item itself need not pass it."""
    waiting = ItemRow.status.in_([ItemStatus.UNLABELLED, ItemStatus.PROPOSED])
    after = select(func.min(ItemRow.id)).where(waiting, ItemRow.id > item_id)
    before = select(func.min(ItemRow.id)).where(waiting, ItemRow.id < item_id)
    next_unlabelled = session.scalar(after) or session.scalar(before)
    return Neighbours(*_place(session, item_id, chosen), next_unlabelled)


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
