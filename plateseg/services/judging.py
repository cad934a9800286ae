"""A run's best model, photograph by photograph: what it draws, how good that is, kept for verdicts and tables."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

from plateseg.domain import images, masks, scores
from plateseg.domain.mask_files import wrong_size
from plateseg.domain.runs import CheckpointKind, Run
from plateseg.domain.types import Image, ImageItem, Mask, SnapshotEntry, Split
from plateseg.errors import BadInput, BadMask, NotFound
from plateseg.services.prediction import Models
from storage import Storage
from storage.scores import Scored

log = logging.getLogger(__name__)

_AT_ONCE = 16
"""Scores written in one transaction."""

Pairs = list[tuple[ImageItem, SnapshotEntry]]


def always() -> bool:
    """Go on, however long it takes."""
    return True


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Go on for so long, counted from the first photograph: what loading a model takes is not its fault."""
    until: float | None = None

    def in_time() -> bool:
        nonlocal until
        if until is None:
            until = time.monotonic() + seconds
        return time.monotonic() < until

    return in_time


def validation_pairs(storage: Storage, snapshot_id: int) -> Pairs:
    """The validation photographs of a snapshot that are still there, each with its frozen line."""
    return frozen_pairs(storage, snapshot_id, Split.VAL)


def frozen_pairs(storage: Storage, snapshot_id: int, split: Split) -> Pairs:
    """The photographs of a part of a snapshot that are still there, each with its frozen line."""
    part = storage.snapshots.get(snapshot_id).part(split)
    items = storage.items.get_many(entry.item_id for entry in part)
    return [(items[entry.item_id], entry) for entry in part if entry.item_id in items]


def present_pairs(storage: Storage, split: Split, *, pinned: bool = False) -> Pairs:
    """The labelled photographs of a split as it is now, each with its newest mask. pinned: only those pinned there."""
    return [
        (item, SnapshotEntry(item.id, mask.number, split, item.sha256, mask.blob))
        for item, mask in storage.items.usable()
        if item.split is split and (item.pinned or not pinned)
    ]


def read_pair(storage: Storage, item: ImageItem, entry: SnapshotEntry) -> tuple[Image, Mask]:
    """Photograph and frozen mask at full size. Raises NotFound or BadInput when a file is missing, damaged or unfit."""
    image, mask = images.read(storage.blobs.get(item.image_blob)), masks.read_png(storage.blobs.get(entry.mask_blob))
    if mask.shape != image.shape[:2]:
        height, width = image.shape[:2]
        raise BadMask(wrong_size(mask.shape[1], mask.shape[0], width=width, height=height))
    return image, mask


def best_weights(storage: Storage, run_id: int) -> str | None:
    """Name of the blob of a run's best weights, or None."""
    best = storage.checkpoints.get(run_id, CheckpointKind.BEST)
    return best.blob if best else None


def waiting(storage: Storage, run: Run, pairs: Pairs) -> Pairs:
    """Those that a run's best model was not judged on with this mask; all of them without a model.

    In an order of chance that is the same for every run: what a judgement that was cut short holds is a fair part,
    and two runs were judged on the same one.
    """
    weights = best_weights(storage, run.id)
    scored = storage.scores.of(run.id, weights=weights) if weights else ()
    known = {(each.item_id, each.truth) for each in scored}
    todo = [(item, entry) for item, entry in pairs if (item.id, entry.mask_blob) not in known]
    return sorted(todo, key=lambda pair: pair[1].image_sha256)


def judge(
    storage: Storage, models: Models, run: Run, pairs: Pairs, *, keep_going: Callable[[], bool] = always
) -> tuple[float, ...]:
    """Have a run's best model draw what it was not judged on yet; returns the seconds it took for each photograph.

    keep_going: asked before each photograph. One that cannot be read is named in the log and left out.
    Raises NotFound without a model, BadCheckpoint for one that cannot be used.
    """
    if best_weights(storage, run.id) is None:
        raise NotFound(f"Run {run.id} has no validated model yet. Wait for its first validation, or stop it.")
    todo = waiting(storage, run, pairs)
    if todo:
        models.load(storage, str(run.id))
    seconds: list[float] = []
    batch: list[tuple[Scored, bytes]] = []
    for item, entry in todo:
        if not keep_going():
            break
        for scored, png, took in _judged(storage, models, run, item, entry):
            batch.append((scored, png))
            seconds.append(took)
        if len(batch) >= _AT_ONCE:
            storage.scores.put(run.id, batch)
            batch = []
    storage.scores.put(run.id, batch)
    return tuple(seconds)


def _judged(
    storage: Storage, models: Models, run: Run, item: ImageItem, entry: SnapshotEntry
) -> Iterator[tuple[Scored, bytes, float]]:
    try:
        image, truth = read_pair(storage, item, entry)
    except (NotFound, BadInput) as error:
        log.warning("%s is left out of the judgement: %s", item.name, error)
        return
    # Named by the weights that drew it: a run that trains meanwhile may find a better model between two photographs.
    weights, said = models.predict_with(storage, image, model=str(run.id))
    scored = Scored(item.id, entry.mask_blob, weights.key, scores.score(said.mask, truth))
    yield scored, masks.to_png(said.mask), said.seconds
