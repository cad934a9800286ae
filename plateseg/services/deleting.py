"""delete: photographs go for good, and what snapshots still hold of them is told, before and after."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from plateseg.domain.types import ImageItem, RevisionSource
from plateseg.errors import NotFound
from storage import Storage
from storage.holding import Holdings, count_masks, holdings

_SHOWN = 5
_WEIGHED = 200


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a deletion takes, and what stays.

    items: in order of id. masks: revisions that go, by who drew them. held: what snapshots keep of them.
    """

    items: tuple[ImageItem, ...]
    masks: Mapping[RevisionSource, int]
    held: Holdings


def foresee(storage: Storage, item_ids: Sequence[int]) -> Foresight:
    """What would become of these photographs. Raises NotFound when one is not there."""
    wanted = set(item_ids)
    found = storage.items.get_many(wanted)
    if missing := wanted - found.keys():
        raise NotFound(f"There is no photograph {min(missing)}; it may have been deleted. Nothing was deleted now.")
    return _foresight(storage, found)


def foresee_rest(storage: Storage, item_ids: Iterable[int]) -> Foresight:
    """What would become of those of these photographs that are still there. Raises NotFound when none is."""
    found = storage.items.get_many(set(item_ids))
    if not found:
        raise NotFound("None of these photographs is there any more: they were deleted already.")
    return _foresight(storage, found)


def _foresight(storage: Storage, found: Mapping[int, ImageItem]) -> Foresight:
    items = tuple(found[item_id] for item_id in sorted(found))
    return Foresight(items, count_masks(storage.database, found), holdings(storage.database, found))


def weigh(storage: Storage, items: Sequence[ImageItem]) -> int:
    """About how many bytes the pictures of these photographs take: two hundred are looked at, evenly chosen.

    items: at least one.
    """
    looked_at = items[:: math.ceil(len(items) / _WEIGHED)]
    found = sum(storage.blobs.size(blob) for item in looked_at for blob in (item.image_blob, item.thumbnail_blob))
    return round(found * len(items) / len(looked_at))


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
