"""Which split each photograph belongs to, what links it to others, and who chose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from plateseg.domain.types import ItemStatus, Split
from storage.database import Database
from storage.tables import ItemRow

_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Member:
    """A photograph as far as splits go."""

    id: int
    sha256: str
    name: str
    capture_group: str
    fingerprint: str
    thumbnail_blob: str
    split: Split
    pinned: bool
    status: ItemStatus

    @property
    def usable(self) -> bool:
        """Whether a person has answered, so that it can train or judge."""
        return self.status is ItemStatus.LABELLED or self.status is ItemStatus.NO_PLATE


class Splits:
    """The repository of splits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def members(self) -> tuple[Member, ...]:
        """Every photograph that is not excluded, in order of id."""
        query = (
            select(
                ItemRow.id,
                ItemRow.sha256,
                ItemRow.name,
                ItemRow.capture_group,
                ItemRow.fingerprint,
                ItemRow.thumbnail_blob,
                ItemRow.split,
                ItemRow.pinned,
                ItemRow.status,
            )
            .where(ItemRow.status != ItemStatus.EXCLUDED.value)
            .order_by(ItemRow.id)
        )
        # Looked up, not constructed: of a hundred thousand rows that is a noticeable part of a snapshot's time.
        splits = {each.value: each for each in Split}
        statuses = {each.value: each for each in ItemStatus}
        with self._database.reading() as session:
            return tuple(
                Member(number, sha256, name, capture, look, thumbnail, splits[split], pinned, statuses[status])
                for number, sha256, name, capture, look, thumbnail, split, pinned, status in session.execute(
                    query
                ).tuples()
            )

    def remember_looks(self, looks: Mapping[int, str]) -> None:
        """Write down how photographs look. looks: 16 hex digits by item."""
        with self._database.writing() as session:
            for item_id, look in looks.items():
                session.execute(update(ItemRow).where(ItemRow.id == item_id).values(fingerprint=look))

    def assign(self, splits: Mapping[int, Split], *, pin: Collection[int] = ()) -> None:
        """Move photographs into splits and pin some of them there, all or none.

        One that is pinned already is left alone: who pins meanwhile is not overruled.
        """
        with self._database.writing() as session:
            for split in Split:
                for ids in _some([item_id for item_id, chosen in splits.items() if chosen is split]):
                    free = ItemRow.id.in_(ids) & ~ItemRow.pinned
                    # No row was read in this session, so none is to be kept in step.
                    moved = update(ItemRow).where(free).values(split=split.value)
                    session.execute(moved, execution_options={"synchronize_session": False})
            for ids in _some(pin):
                session.execute(update(ItemRow).where(ItemRow.id.in_(ids)).values(pinned=True))

    def pin(self, item_ids: Collection[int], split: Split) -> int:
        """A person's word: these photographs belong to `split`, for ever. Returns how many there are of them."""
        with self._database.writing() as session:
            done = 0
            for ids in _some(item_ids):
                moved = update(ItemRow).where(ItemRow.id.in_(ids)).values(split=split.value, pinned=True)
                done += len(session.execute(moved.returning(ItemRow.id)).all())
            return done

    def unpin(self, item_ids: Collection[int]) -> int:
        """Let photographs go: they keep their split, and `split --anew` may move them. Returns how many."""
        with self._database.writing() as session:
            done = 0
            for ids in _some(item_ids):
                freed = update(ItemRow).where(ItemRow.id.in_(ids)).values(pinned=False)
                done += len(session.execute(freed.returning(ItemRow.id)).all())
            return done


def _some(ids: Collection[int]) -> Iterator[list[int]]:
    """At most 5,000 at once: a statement takes only so many values, 32,766 of SQLite's."""
    wanted = list(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]
