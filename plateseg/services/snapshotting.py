"""From what is labelled now to a frozen snapshot: splits for the newcomers, then the list and its hash."""

from __future__ import annotations

from plateseg.domain.types import Snapshot, SnapshotEntry, Split
from plateseg.errors import WrongState
from plateseg.services import splitting
from plateseg.services.splitting import DEFAULT_VAL_SHARE
from storage import Storage
from storage.items import Labelled


def freeze(storage: Storage, *, val: float = DEFAULT_VAL_SHARE, seed: int = 0) -> Snapshot:
    """The snapshot of what is labelled now. Raises WrongState with the way out when there is too little."""
    return storage.snapshots.freeze(choose(storage, val=val, seed=seed))


def choose(storage: Storage, *, val: float = DEFAULT_VAL_SHARE, seed: int = 0) -> list[SnapshotEntry]:
    """What a snapshot of now would hold, newcomers given their split. Freezes nothing.

    Raises WrongState with the way out when there is too little to train on or to validate on.
    """
    refuse_too_little(storage.items.labelled())
    splitting.settle(storage, val=val, seed=seed)
    entries = [entry for entry in storage.items.lines() if entry.split is not Split.UNASSIGNED]
    for split, word in ((Split.TRAIN, "train on"), (Split.VAL, "validate on")):
        if not any(entry.split is split for entry in entries):
            raise WrongState(
                f"There is no labelled photograph to {word}: all of them stand in another split or show the "
                "same scene. Label a photograph of another vehicle, or run `split` again."
            )
    return entries


def refuse_too_little(usable: Labelled) -> None:
    """Raise WrongState when nothing can be learnt from the labelled photographs."""
    if not usable.total:
        raise WrongState(
            "No photograph is labelled yet. Draw masks on the Annotate tab, or upload photographs with their masks."
        )
    if not usable.with_plate:
        raise WrongState(
            f'All {usable.total} labelled photographs say "no plate here", so there is nothing to learn. '
            "Draw the plate on at least one photograph."
        )
    if usable.total < 2:
        raise WrongState(
            "Only one photograph is labelled. One is needed to train on and another to validate on: label one more."
        )
