"""The Annotate tab: open an item, propose, save a correction, restore, decide "no plate here"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plateseg.domain import masks
from plateseg.domain.types import ImageItem, ItemStatus, Mask, MaskRevision, Prediction, RevisionSource
from plateseg.errors import BadMask, WrongState
from storage import Storage
from storage.revisions import NewRevision

MAX_RUNS = 8_000_000
"""Longest run-length list that is read: far above what a drawn mask of 100 megapixels needs."""
MAX_AUTHOR = 80


@dataclass(frozen=True, slots=True)
class SavedMask:
    """A revision with its pixels."""

    revision: MaskRevision
    mask: Mask


def open_mask(storage: Storage, item: ImageItem) -> SavedMask | None:
    """The person's current mask of an item, or None when nobody has answered yet."""
    return read_mask(storage, item, item.head) if item.head else None


def read_mask(storage: Storage, item: ImageItem, number: int) -> SavedMask:
    """One revision with its pixels. Raises NotFound."""
    revision = storage.revisions.get(item.id, number)
    return SavedMask(revision, masks.read_png(storage.blobs.get(revision.blob)))


def newest_proposal(storage: Storage, item: ImageItem) -> SavedMask | None:
    """What a model drew, or what came as boxes, last; None for nothing."""
    found = next((r for r in storage.revisions.of(item.id) if r.source is RevisionSource.MODEL), None)
    return read_mask(storage, item, found.number) if found else None


def save_correction(
    storage: Storage,
    item_id: int,
    runs: object,
    *,
    after: int,
    no_plate: bool = False,
    seeded_from: str = "",
    author: str = "",
) -> MaskRevision:
    """Append a person's mask that began from revision `after` (0: from nothing).

    runs: the run-length list of the whole image, [value, length, ...] row by row. Raises BadMask when it does
    not fit the image, StaleRevision when somebody saved in the meantime, NotFound, StorageUnavailable.
    """
    item = storage.items.get(item_id)
    if isinstance(runs, list) and len(runs) > MAX_RUNS:
        raise BadMask(f"The mask has {len(runs) // 2} runs; at most {MAX_RUNS // 2} are taken. Clean up its specks.")
    mask = masks.from_runs(runs, width=item.width, height=item.height)
    pixels = masks.plate_pixels(mask)
    if no_plate and pixels:
        raise BadMask(
            '"No plate here" was said of a mask that holds a plate. Clear the mask first, or save it as it is.'
        )
    new = NewRevision(
        source=RevisionSource.MANUAL,
        png=masks.to_png(mask),
        plate_pixels=pixels,
        author=author[:MAX_AUTHOR],
        parent=after,
        seeded_from=seeded_from,
        no_plate=no_plate,
    )
    return storage.revisions.append(item_id, new, after=after)


def restore(storage: Storage, item_id: int, *, number: int, after: int, author: str = "") -> MaskRevision:
    """Make an old revision the newest by appending a copy of it. Raises StaleRevision, NotFound."""
    old = storage.revisions.get(item_id, number)
    new = NewRevision(
        source=RevisionSource.MANUAL,
        png=storage.blobs.get(old.blob),
        plate_pixels=old.plate_pixels,
        author=author[:MAX_AUTHOR],
        parent=number,
        seeded_from=old.seeded_from,
        no_plate=old.no_plate,
    )
    return storage.revisions.append(item_id, new, after=after)


def keep_proposal(storage: Storage, item_id: int, prediction: Prediction, *, author: str) -> MaskRevision:
    """Keep what a model drew as a proposal; the item reads "proposed" until a person answers.

    author: the mark of the weights that drew it.
    """
    new = NewRevision(
        source=RevisionSource.MODEL,
        png=masks.to_png(prediction.mask),
        plate_pixels=masks.plate_pixels(prediction.mask),
        author=author,
        seeded_from=prediction.model,
        score=prediction.score,
    )
    return storage.revisions.append_proposal(item_id, new)


def exclude(storage: Storage, item_id: int, *, excluded: bool) -> ImageItem:
    """Take an item out of training and out of the queue, or back in with the status its masks give it."""
    if excluded:
        return storage.items.set_status(item_id, ItemStatus.EXCLUDED)
    item = storage.items.get(item_id)
    if item.status is not ItemStatus.EXCLUDED:
        raise WrongState("This photograph is not excluded.")
    return _bring_back(storage, item)


def exclude_many(storage: Storage, item_ids: Sequence[int], *, excluded: bool) -> int:
    """Exclude several items, or take them back in; returns how many changed. What stands so already is passed over."""
    items = storage.items.get_many(item_ids).values()
    due = [item for item in items if (item.status is ItemStatus.EXCLUDED) is not excluded]
    for item in due:
        if excluded:
            storage.items.set_status(item.id, ItemStatus.EXCLUDED)
        else:
            _bring_back(storage, item)
    return len(due)


def _bring_back(storage: Storage, item: ImageItem) -> ImageItem:
    """Who saves a mask meanwhile has brought it back already, with the status of that mask."""
    return storage.items.set_status(item.id, _status_by_masks(storage, item), seen=item)


def _status_by_masks(storage: Storage, item: ImageItem) -> ItemStatus:
    if item.head:
        head = storage.revisions.get(item.id, item.head)
        if head.plate_pixels:
            return ItemStatus.LABELLED
        return ItemStatus.NO_PLATE if head.no_plate else ItemStatus.UNLABELLED
    return ItemStatus.PROPOSED if storage.revisions.of(item.id) else ItemStatus.UNLABELLED
