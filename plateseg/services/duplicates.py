"""Near-duplicates: groups of photographs that look alike, the one worth keeping first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from plateseg.domain.grouping import Links
from plateseg.domain.lookalikes import NEAR
from plateseg.domain.types import ImageItem
from plateseg.services import annotation
from plateseg.services.splitting import members_with_looks
from storage import Storage
from storage.splits import Member


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Photographs that look alike. The first is to be kept: pinned, or else labelled, the largest, the oldest."""

    items: tuple[ImageItem, ...]

    @property
    def keep(self) -> ImageItem:
        """The one to keep."""
        return self.items[0]

    @property
    def surplus(self) -> tuple[ImageItem, ...]:
        """Those that add nothing, but that a person pinned."""
        return tuple(item for item in self.items[1:] if not item.pinned)


def find(storage: Storage, *, distance: int = NEAR) -> tuple[Lookalikes, ...]:
    """All groups of two and more, the largest first; excluded photographs are left out. Raises BadConfig."""
    members = members_with_looks(storage)
    answered = {member.id for member in members if member.usable}
    ids = _grouped(members, distance)
    items = storage.items.get_many(item_id for group in ids for item_id in group)
    groups = [
        sorted((items[i] for i in group if i in items), key=lambda item: _worth(item, item.id in answered))
        for group in ids
    ]
    found = [Lookalikes(tuple(group)) for group in groups if len(group) > 1]
    return tuple(sorted(found, key=lambda group: (-len(group.items), group.keep.id)))


def exclude_surplus(storage: Storage, group: Lookalikes) -> int:
    """Exclude all of a group but the one to keep and those that are pinned; returns how many. They can come back."""
    for item in group.surplus:
        annotation.exclude(storage, item.id, excluded=True)
    return len(group.surplus)


def _grouped(members: Sequence[Member], distance: int) -> list[list[int]]:
    links = Links([str(member.id) for member in members], [member.fingerprint for member in members], distance)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for member, root in zip(members, links.lookalikes().tolist(), strict=True):
        groups[root].append(member.id)
    return [group for group in groups.values() if len(group) > 1]


def _worth(item: ImageItem, answered: bool) -> tuple[bool, bool, int, int]:
    return not item.pinned, not answered, -item.width * item.height, item.id
