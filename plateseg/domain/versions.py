"""What differs between two states of a dataset, and what brings one back. Photographs go by their source's hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plateseg.domain.types import ImageItem, ItemStatus, SnapshotEntry

USABLE = (ItemStatus.LABELLED, ItemStatus.NO_PLATE)
"""A person has answered: such photographs are what a snapshot holds."""

Pair = tuple[SnapshotEntry, SnapshotEntry]
"""The same photograph before and after."""


@dataclass(frozen=True, slots=True)
class Difference:
    """added, removed: photographs only the later or the earlier state has. changed: masks. moved: between splits.

    A photograph can be both changed and moved. All in the order of the state they are from.
    """

    added: tuple[SnapshotEntry, ...]
    removed: tuple[SnapshotEntry, ...]
    changed: tuple[Pair, ...]
    moved: tuple[Pair, ...]

    @property
    def empty(self) -> bool:
        """Whether both states are the same."""
        return not (self.added or self.removed or self.changed or self.moved)


def compare(before: Iterable[SnapshotEntry], after: Iterable[SnapshotEntry]) -> Difference:
    """What happened on the way from one state to the other."""
    earlier = {entry.image_sha256: entry for entry in before}
    later = {entry.image_sha256: entry for entry in after}
    both = [(entry, later[sha256]) for sha256, entry in earlier.items() if sha256 in later]
    return Difference(
        added=tuple(entry for sha256, entry in later.items() if sha256 not in earlier),
        removed=tuple(entry for sha256, entry in earlier.items() if sha256 not in later),
        changed=tuple(pair for pair in both if pair[0].mask_blob != pair[1].mask_blob),
        moved=tuple(pair for pair in both if pair[0].split is not pair[1].split),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """What brings a photograph back to its line of a snapshot; nothing at all when every part is False.

    mask: its frozen mask comes on top of those it has. back: it is excluded or unanswered and counts again.
    moves: it changes its split. held: it stands elsewhere and stays there, because a person pinned it.
    """

    item: ImageItem
    entry: SnapshotEntry
    mask: bool
    back: bool
    moves: bool
    held: bool

    @property
    def idle(self) -> bool:
        """Whether the photograph stands as it stood, as far as it may be moved."""
        return not (self.mask or self.back or self.moves)


def steps_back(
    entries: Iterable[SnapshotEntry], *, items: Mapping[str, ImageItem], masks: Mapping[int, str]
) -> Iterator[Step]:
    """A step for each photograph of a snapshot that is still there.

    items: by source hash. masks: the blob each item's newest mask lies in, by item.
    """
    for entry in entries:
        item = items.get(entry.image_sha256)
        if item is None:
            continue
        other_mask = masks.get(item.id) != entry.mask_blob
        elsewhere = item.split is not entry.split
        yield Step(
            item=item,
            entry=entry,
            mask=other_mask,
            back=not other_mask and item.status not in USABLE,
            moves=elsewhere and not item.pinned,
            held=elsewhere and item.pinned,
        )
