"""From what is labelled now to a frozen snapshot: splits for the newcomers, then the list and its hash."""

from __future__ import annotations

from collections import Counter

from plateseg.domain import splits
from plateseg.domain.types import ImageItem, MaskRevision, Snapshot, SnapshotEntry, Split
from plateseg.errors import WrongState
from storage import Storage

DEFAULT_VAL_SHARE = 0.2
Usable = tuple[tuple[ImageItem, MaskRevision], ...]


def split_items(
    storage: Storage, *, val: float = DEFAULT_VAL_SHARE, test: float = 0.0, seed: int = 0, anew: bool = False
) -> dict[Split, int]:
    """Give every usable item a split, whole capture groups at a time; returns the number of items in each.

    Items that have a split keep it for ever, unless `anew`. Photographs without an answer keep none.
    """
    usable = storage.items.usable()
    sizes = Counter(item.capture_group for item, _ in usable)
    kept = {} if anew else {i.capture_group: i.split for i, _ in usable if i.split is not Split.UNASSIGNED}
    groups = {group: splits.Group(size, kept.get(group, Split.UNASSIGNED)) for group, size in sizes.items()}
    chosen = splits.assign(groups, val=val, test=test, seed=seed)
    moved = {item.id: chosen[item.capture_group] for item, _ in usable if item.split is not chosen[item.capture_group]}
    storage.items.assign_splits(moved)
    return {split: sum(sizes[g] for g, s in chosen.items() if s is split) for split in Split}


def freeze(storage: Storage, *, val: float = DEFAULT_VAL_SHARE, seed: int = 0) -> Snapshot:
    """The snapshot of what is labelled now. Raises WrongState with the way out when there is too little."""
    return storage.snapshots.freeze(choose(storage, val=val, seed=seed))


def choose(storage: Storage, *, val: float = DEFAULT_VAL_SHARE, seed: int = 0) -> list[SnapshotEntry]:
    """What a snapshot of now would hold, newcomers given their split. Freezes nothing.

    Raises WrongState with the way out when there is too little to train on or to validate on.
    """
    refuse_too_little(storage.items.usable())
    split_items(storage, val=val, seed=seed)
    entries = [
        SnapshotEntry(item.id, mask.number, item.split, item.sha256, mask.blob)
        for item, mask in storage.items.usable()
        if item.split is not Split.UNASSIGNED
    ]
    for split, word in ((Split.TRAIN, "train on"), (Split.VAL, "validate on")):
        if not any(entry.split is split for entry in entries):
            raise WrongState(
                f"There is no labelled photograph to {word}: all of them stand in another split or show the "
                "same scene. Label a photograph of another vehicle, or run `split` again."
            )
    return entries


def refuse_too_little(usable: Usable) -> None:
    """Raise WrongState when nothing can be learnt from the labelled photographs."""
    if not usable:
        raise WrongState(
            "No photograph is labelled yet. Draw masks on the Annotate tab, or upload photographs with their masks."
        )
    if not any(mask.plate_pixels for _, mask in usable):
        raise WrongState(
            f'All {len(usable)} labelled photographs say "no plate here", so there is nothing to learn. '
            "Draw the plate on at least one photograph."
        )
    if len(usable) < 2:
        raise WrongState(
            "Only one photograph is labelled. One is needed to train on and another to validate on: label one more."
        )
