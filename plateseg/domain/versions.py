"""What differs between two frozen states of a dataset. Photographs are told apart by their source's hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plateseg.domain.types import SnapshotEntry

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
