"""What was measured of each photograph's current mask, and what a dataset holds by count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select

from plateseg.domain.types import ImageItem, ItemStatus, MaskRevision, Split
from storage.database import Database
from storage.rows import to_item, to_revision
from storage.tables import ItemRow, MaskFactsRow, RevisionRow

_ANSWERED = (ItemStatus.LABELLED.value, ItemStatus.NO_PLATE.value)


@dataclass(frozen=True, slots=True)
class Measured:
    """A mask in numbers, with what of its photograph is needed to judge them."""

    item_id: int
    name: str
    width: int
    height: int
    split: Split
    status: ItemStatus
    revision: int
    facts: dict[str, Any]

    @property
    def pixels(self) -> int:
        """Pixels of the photograph."""
        return self.width * self.height


class Facts:
    """The repository of measurements. Photographs without an answer, and excluded ones, have none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, rules: int, *, limit: int) -> tuple[tuple[ImageItem, MaskRevision], ...]:
        """Answered photographs whose mask was not measured yet by these rules, in order of id."""
        query = (
            select(ItemRow, RevisionRow)
            .join(RevisionRow, and_(RevisionRow.item_id == ItemRow.id, RevisionRow.number == ItemRow.head))
            .outerjoin(MaskFactsRow, MaskFactsRow.item_id == ItemRow.id)
            .where(ItemRow.status.in_(_ANSWERED), _outdated(rules))
            .order_by(ItemRow.id)
            .limit(limit)
        )
        with self._database.reading() as session:
            return tuple((to_item(item), to_revision(mask)) for item, mask in session.execute(query).tuples())

    def count_due(self, rules: int) -> int:
        """How many there are of them."""
        query = (
            select(func.count(ItemRow.id))
            .outerjoin(MaskFactsRow, MaskFactsRow.item_id == ItemRow.id)
            .where(ItemRow.status.in_(_ANSWERED), ItemRow.head > 0, _outdated(rules))
        )
        with self._database.reading() as session:
            return session.scalar(query) or 0

    def remember(self, rules: int, facts: Mapping[tuple[int, int], dict[str, Any]]) -> None:
        """Keep measurements by (item, revision); those of photographs deleted meanwhile are dropped."""
        with self._database.writing() as session:
            ids = [item_id for item_id, _ in facts]
            present = set(session.scalars(select(ItemRow.id).where(ItemRow.id.in_(ids))))
            session.execute(delete(MaskFactsRow).where(MaskFactsRow.item_id.in_(ids)))
            rows = [
                {"item_id": item_id, "revision": revision, "rules": rules, "facts": each}
                for (item_id, revision), each in facts.items()
                if item_id in present
            ]
            if rows:
                session.execute(insert(MaskFactsRow), rows)

    def all(self, rules: int) -> tuple[Measured, ...]:
        """Everything measured by these rules that still holds, in order of item."""
        query = (
            select(
                ItemRow.id,
                ItemRow.name,
                ItemRow.width,
                ItemRow.height,
                ItemRow.split,
                ItemRow.status,
                ItemRow.head,
                MaskFactsRow.facts,
            )
            .join(MaskFactsRow, MaskFactsRow.item_id == ItemRow.id)
            .where(ItemRow.status.in_(_ANSWERED), MaskFactsRow.revision == ItemRow.head, MaskFactsRow.rules == rules)
            .order_by(ItemRow.id)
        )
        with self._database.reading() as session:
            return tuple(
                Measured(row[0], row[1], row[2], row[3], Split(row[4]), ItemStatus(row[5]), row[6], row[7])
                for row in session.execute(query)
            )

    def sizes(self) -> dict[tuple[int, int], int]:
        """How many photographs there are of each width and height."""
        query = select(ItemRow.width, ItemRow.height, func.count()).group_by(ItemRow.width, ItemRow.height)
        with self._database.reading() as session:
            return {(width, height): number for width, height, number in session.execute(query)}

    def modes(self) -> dict[str, int]:
        """How many photographs came in which colour mode; empty: not known."""
        query = select(ItemRow.mode, func.count()).group_by(ItemRow.mode)
        with self._database.reading() as session:
            return {mode: number for mode, number in session.execute(query)}  # noqa: C416 - rows, not tuples

    def captures(self) -> int:
        """How many different captures all photographs are of, whether answered or not."""
        query = select(func.count(func.distinct(ItemRow.capture_group)))
        with self._database.reading() as session:
            return session.scalar(query) or 0

    def after(self, item_id: int, *, limit: int) -> tuple[ImageItem, ...]:
        """Photographs in order of id, from the one after `item_id`."""
        query = select(ItemRow).where(ItemRow.id > item_id).order_by(ItemRow.id).limit(limit)
        with self._database.reading() as session:
            return tuple(to_item(row) for row in session.scalars(query))


def _outdated(rules: int) -> ColumnElement[bool]:
    return or_(MaskFactsRow.item_id.is_(None), MaskFactsRow.revision != ItemRow.head, MaskFactsRow.rules != rules)
