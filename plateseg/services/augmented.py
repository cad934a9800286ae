"""What training makes of the labelled photographs: augmented examples, masks outlined, for the Train tab."""

from __future__ import annotations

import random

from plateseg.domain import images, masks
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import WrongState
from storage import Storage

SIDE = 384
"""Longer side of a preview in pixels; what is trained on may be larger."""
OUTLINE = (0, 230, 120)


def examples(storage: Storage, *, count: int, turn: int) -> list[int]:
    """Ids of labelled photographs to show, others at each turn. Raises WrongState when there are none."""
    usable = [item.id for item, mask in storage.items.usable() if mask.plate_pixels]
    if not usable:
        raise WrongState("No photograph shows a drawn plate yet: draw one on the Annotate tab first.")
    return sorted(random.Random(turn).sample(usable, min(count, len(usable))))


def example(storage: Storage, item_id: int, config: TrainConfig, *, turn: int) -> bytes:
    """One photograph as training would see it in epoch `turn`, as JPEG. Raises NotFound or WrongState."""
    from plateseg.learning.preview import augmented

    item = storage.items.get(item_id)
    if not item.head:
        raise WrongState(f"{item.name} has no mask yet, so training does not see it.")
    photo = images.read(storage.blobs.get(item.image_blob))
    mask = masks.read_png(storage.blobs.get(storage.revisions.get(item_id, item.head).blob))
    picture, truth = augmented(photo, mask, config, index=item_id, epoch=turn)
    drawn = picture.copy()
    drawn[masks.outline((truth > 0).astype("uint8"), thickness=max(1, max(truth.shape) // 256)) > 0] = OUTLINE
    return images.thumbnail(drawn, side=SIDE)
