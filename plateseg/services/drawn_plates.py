"""A small drawn dataset for people who have no photographs at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np

from plateseg.domain import drawn, images, masks, splits
from plateseg.domain.types import Image, RevisionSource
from plateseg.errors import BadInput
from plateseg.services import dataset
from plateseg.services.dataset import ImportReport, Progress
from storage import Storage
from storage.items import NewItem
from storage.revisions import NewRevision

SEED = 20261122
MAX_DRAWN = 500


def add(
    storage: Storage,
    *,
    count: int,
    labelled: int,
    seed: int = SEED,
    progress: Progress = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Draw `count` scenes and import them, the first `labelled` with their exact masks.

    The same seed draws the same scenes: asking twice adds nothing. Raises BadInput for an impossible number.
    """
    check(count=count, labelled=labelled)
    added = attached = duplicates = 0
    for number in range(count):
        if cancelled():
            break
        image, mask, _ = drawn.draw(np.random.default_rng([seed, number]), plates=1 + (number % 7 == 3))
        name = f"drawn_{number + 1:03d}.jpg"
        answer = NewRevision(
            source=RevisionSource.SYNTHETIC,
            png=masks.to_png(mask),
            plate_pixels=masks.plate_pixels(mask),
            author="drawn",
        )
        _, created = storage.items.add(_item(storage, name, image), answer if number < labelled else None)
        added += created
        duplicates += not created
        attached += created and number < labelled
        progress(number + 1, count, name)
    return ImportReport(added=added, duplicates=duplicates, masks_attached=attached)


def check(*, count: int, labelled: int) -> None:
    """Raise BadInput when that many cannot be drawn."""
    if not 0 < labelled <= count <= MAX_DRAWN:
        raise BadInput(f"Between 1 and {MAX_DRAWN} drawn photographs can be made, some or all of them labelled.")


def _item(storage: Storage, name: str, image: Image) -> NewItem:
    jpeg = images.encode_jpeg(image)
    photo = images.decode(jpeg)
    return dataset.new_item(
        storage,
        photo,
        path=name,
        sha256=hashlib.sha256(jpeg).hexdigest(),
        thumbnail=images.thumbnail(photo.pixels, side=dataset.THUMBNAIL_SIDE),
        fingerprint=splits.fingerprint(photo.pixels),
    )
