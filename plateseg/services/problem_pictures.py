"""Pictures of label problems: the mask outlined over its photograph, filled what one click would make of it."""

from __future__ import annotations

import numpy as np

from plateseg.domain import images, mask_health, masks
from plateseg.domain.mask_health import KINDS, REPAIRS
from plateseg.domain.types import Mask
from plateseg.errors import BadConfig
from plateseg.services import annotation, judged_pictures
from storage import Storage


def draw(storage: Storage, item_id: int, kind: str, *, revision: int) -> tuple[bytes, str]:
    """JPEG bytes of the part of the photograph that the problem is about, and a tag that changes when they do.

    kind: of a problem of this revision's mask. Raises NotFound, BadMask for what is no mask of the photograph, and
    BadConfig for an unknown kind.
    """
    if kind not in KINDS:
        raise BadConfig(f"There is no label problem {kind!r}; there are {', '.join(KINDS)}.")
    item = storage.items.get(item_id)
    saved = annotation.read_mask(storage, item, revision)
    mask = masks.check(saved.mask, width=item.width, height=item.height)
    mended = REPAIRS[kind](mask) if kind in REPAIRS else mask
    image = images.read(storage.blobs.get(item.image_blob))
    drawn = judged_pictures.two_masks(image, filled=mended, outlined=mask, around=_marked(mask, kind))
    return drawn, f"{saved.revision.blob[:16]}{kind}"


def _marked(mask: Mask, kind: str) -> Mask | None:
    """(H, W) with the places of the problem marked; None where it is about the mask as a whole."""
    boxes = mask_health.places(mask, kind)
    if not boxes:
        return None
    marked = np.zeros(mask.shape, np.uint8)
    for x, y, width, height in boxes:
        marked[y : y + height, x : x + width] = 1
    return marked
