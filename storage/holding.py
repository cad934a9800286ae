"""What snapshots keep of photographs: the masks they froze, which outlive the photographs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select

from plateseg.domain.types import RevisionSource
from storage.database import Database
from storage.tables import RevisionRow, SnapshotEntryRow, SnapshotRow

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Holding:
    """How many photographs a snapshot has a frozen mask of."""

    snapshot: str
    photographs: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """photographs: how many of those asked about at least one snapshot keeps a mask of. snapshots: newest first."""

    photographs: int = 0
    snapshots: tuple[Holding, ...] = ()


def holdings(database: Database, item_ids: Iterable[int]) -> Holdings:
    """Which snapshots have frozen masks of these photographs."""
    line = SnapshotEntryRow
    counts: Counter[int] = Counter()
    held: set[int] = set()
    with database.reading() as session:
        for some in _some(item_ids):
            query = select(line.snapshot_id, line.item_id).where(line.item_id.in_(some), line.mask_blob != "")
            found = set(session.execute(query.distinct()).tuples())
            counts.update(snapshot_id for snapshot_id, _ in found)
            held |= {item_id for _, item_id in found}
        names = {row.id: row.name for row in session.execute(select(SnapshotRow.id, SnapshotRow.name))}
    newest = sorted(counts, reverse=True)
    return Holdings(len(held), tuple(Holding(names[one], counts[one]) for one in newest))


def count_masks(database: Database, item_ids: Iterable[int]) -> dict[RevisionSource, int]:
    """How many mask revisions there are of these photographs, proposals included, by who drew them."""
    counts: Counter[RevisionSource] = Counter()
    query = select(RevisionRow.source, func.count()).group_by(RevisionRow.source)
    with database.reading() as session:
        for some in _some(item_ids):
            for source, number in session.execute(query.where(RevisionRow.item_id.in_(some))):
                counts[RevisionSource(source)] += number
    return dict(counts)


def _some(ids: Iterable[int]) -> Iterator[list[int]]:
    """At most 500 at once: a statement takes only so many values."""
    rest = iter(set(ids))
    while some := list(islice(rest, _AT_ONCE)):
        yield some
