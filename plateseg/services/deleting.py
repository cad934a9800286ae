"""delete: photographs go for good, and what snapshots still hold of them is told, before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plateseg.errors import NotFound
from storage import Storage
from storage.holding import Holdings, count_masks, holdings

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a deletion takes, and what stays. masks: revisions that go. held: what snapshots keep of them."""

    photographs: int
    masks: int
    held: Holdings


def foresee(storage: Storage, item_ids: Sequence[int]) -> Foresight:
    """What would become of these photographs. Raises NotFound when one is not there."""
    wanted = set(item_ids)
    if missing := wanted - storage.items.get_many(wanted).keys():
        raise NotFound(f"There is no photograph {min(missing)}; it may have been deleted. Nothing was deleted now.")
    return Foresight(len(wanted), count_masks(storage.database, wanted), holdings(storage.database, wanted))


def delete(
    storage: Storage, item_ids: Sequence[int], progress: Callable[[int, int], None] = lambda done, total: None
) -> Foresight:
    """Delete photographs with their masks, previews and thumbnails; returns what went and what snapshots hold.

    Raises NotFound, before anything is deleted, when one is not there. What was deleted until the store fails is gone.
    """
    seen = foresee(storage, item_ids)
    wanted = sorted(set(item_ids))
    for done, item_id in enumerate(wanted, start=1):
        storage.items.delete(item_id)
        progress(done, len(wanted))
    return seen


def held_sentence(held: Holdings) -> str:
    """What snapshots keep, for a person; empty for nothing."""
    if not held.photographs:
        return ""
    names = ", ".join(holding.snapshot for holding in held.snapshots[:_SHOWN])
    more = f" and {len(held.snapshots) - _SHOWN} more" if len(held.snapshots) > _SHOWN else ""
    several = len(held.snapshots) > 1
    return (
        f"Snapshot{'s' if several else ''} {names}{more} {'keep' if several else 'keeps'} the frozen masks of "
        f"{held.photographs} of them: the photographs go, these masks stay with the "
        f"snapshot{'s' if several else ''}, without the photograph."
    )
