"""Tables and pictures of a run's scores: photograph by photograph, beside another run's; drawn without a model."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from plateseg.domain import images, masks
from plateseg.domain.types import Image, Mask
from plateseg.services import judging
from plateseg.services.judging import best_weights
from plateseg.services.run_reporter import PLATE_COLOUR, TRUTH_COLOUR
from storage import Storage
from storage.scores import Scored

SIDE = 480
"""Longer side of a picture in pixels."""
_MARGIN = 0.7
"""Around the plates, of their size."""
_SMALLEST_VIEW = 120
_ASPECT = 1.6


def table(storage: Storage, run_id: int, *, against: int | None) -> dict[str, Any]:
    """A run's validation photographs with their scores, worst first, as plain JSON; of: how many there are to judge.

    against: another run, whose IoU is put beside it where it was judged with the same mask; None: the champion.
    Raises NotFound for a run that does not exist.
    """
    run, other = storage.runs.get(run_id), _rival(storage, run_id, against)
    weights = best_weights(storage, run_id)
    pairs = judging.validation_pairs(storage, run.snapshot_id)
    named = {item.id: (item.name, entry.mask_blob) for item, entry in pairs}
    own = storage.scores.of(run_id, weights=weights) if weights else ()
    others = _by_mask(storage, other)
    shown = [
        _line(each, named[each.item_id][0], others.get((each.item_id, each.truth)))
        for each in sorted(own, key=lambda scored: (scored.score.iou, scored.item_id))
        if each.item_id in named and named[each.item_id][1] == each.truth
    ]
    name = storage.runs.get(other).name if other else None
    against_whom = {"run_id": other, "name": name} if other else None
    return {"run_id": run_id, "against": against_whom, "of": len(pairs), "images": shown}


def draw(storage: Storage, run_id: int, item_id: int, *, whole: bool) -> tuple[bytes, str]:
    """What a run's model drew of a photograph: JPEG bytes, and a tag that changes when the picture does.

    Filled: the model's mask; outlined: the person's. whole: the photograph, else the part around the plates.
    Raises NotFound when the run was not judged on it.
    """
    scored, png = storage.scores.predicted(run_id, item_id)
    item = storage.items.get(item_id)
    predicted, truth = masks.read_png(png), masks.read_png(storage.blobs.get(scored.truth))
    image = images.read(storage.blobs.get(item.image_blob))
    jpeg = two_masks(image, filled=predicted, outlined=truth, whole=whole)
    return jpeg, f"{scored.weights[:16]}{scored.truth[:16]}{int(whole)}"


def two_masks(image: Image, *, filled: Mask, outlined: Mask, whole: bool = False, around: Mask | None = None) -> bytes:
    """Two masks over their photograph, as JPEG bytes.

    whole: all of the photograph, else the part around what `around` (H, W) marks; without it around the plates.
    """
    view = (slice(None), slice(None)) if whole else _around(filled | outlined if around is None else around)
    return images.encode_jpeg(_drawn(image[view], filled[view], outlined[view]), quality=88)


def _rival(storage: Storage, run_id: int, against: int | None) -> int | None:
    if against is not None:
        return storage.runs.get(against).id
    champion = storage.runs.champion()
    return champion.id if champion and champion.id != run_id else None


def _by_mask(storage: Storage, run_id: int | None) -> dict[tuple[int, str], Scored]:
    weights = best_weights(storage, run_id) if run_id is not None else None
    if run_id is None or weights is None:
        return {}
    return {(each.item_id, each.truth): each for each in storage.scores.of(run_id, weights=weights)}


def _line(scored: Scored, name: str, other: Scored | None) -> dict[str, Any]:
    plates = scored.score.plates(0.5)
    return {
        "item_id": scored.item_id,
        "name": name,
        "iou": round(scored.score.iou, 5),
        "boundary_iou": round(scored.score.boundary_iou, 5),
        "found": plates.tp,
        "missed": plates.fn,
        "invented": plates.fp,
        "other_iou": round(other.score.iou, 5) if other else None,
    }


def _drawn(image: Image, predicted: Mask, truth: Mask) -> Image:
    """Both masks over the photograph, at the picture's scale, so that the outline is a line and not a speck."""
    height, width = truth.shape
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(image, size, interpolation=smooth), np.uint8)
    said, real = (_scaled(mask, size) for mask in (predicted, truth))
    drawn = masks.overlay(small, said, colour=PLATE_COLOUR, opacity=0.45)
    drawn[masks.outline(real, thickness=2) > 0] = TRUTH_COLOUR
    return drawn


def _scaled(mask: Mask, size: tuple[int, int]) -> Mask:
    shrinks = size[0] < mask.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    covered = cv2.resize((mask != 0).astype(np.uint8) * 255, size, interpolation=method)
    return (np.asarray(covered) >= 100).astype(np.uint8)


def _around(plates: Mask) -> tuple[slice, slice]:
    """The window around all plates, of the pictures' aspect ratio where the photograph allows it."""
    height, width = plates.shape
    left, top, across, down = cv2.boundingRect((plates != 0).astype(np.uint8))
    if not across:
        return slice(None), slice(None)
    wanted_width = max(across * (1 + 2 * _MARGIN), down * (1 + 2 * _MARGIN) * _ASPECT, _SMALLEST_VIEW)
    wide = min(width, round(wanted_width))
    high = min(height, max(round(wide / _ASPECT), round(down * (1 + _MARGIN))))
    x = min(max(0, left + across // 2 - wide // 2), width - wide)
    y = min(max(0, top + down // 2 - high // 2), height - high)
    return slice(y, y + high), slice(x, x + wide)
