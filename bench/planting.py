"""Label errors planted on purpose, so that it can be counted how many are found."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from plateseg.domain import masks
from plateseg.domain.types import Mask

KINDS = ("shifted", "missing", "swapped", "boxed")


def plant(truth: Sequence[Mask], *, share: float, seed: int) -> tuple[list[Mask], dict[int, str]]:
    """The masks with errors in `share` of them, and which error each of those has, by index.

    shifted: by a quarter to a half of the plate's width and height. missing: no plate at all. swapped: another
    photograph's mask. boxed: the upright box of a plate; only plates that fill at most 85 % of it, for boxing a level
    plate is no error.
    """
    rng = np.random.default_rng(seed)
    planted, kinds = list(truth), dict[int, str]()
    order = [int(index) for index in rng.permutation(len(truth))]
    for number in range(round(share * len(truth))):
        kind = KINDS[number % len(KINDS)]
        index = next(i for i in order if i not in kinds and (kind != "boxed" or _fill(truth[i]) <= 0.85))
        kinds[index] = kind
        planted[index] = _broken(truth, index, kind, rng)
    return planted, kinds


def _broken(truth: Sequence[Mask], index: int, kind: str, rng: np.random.Generator) -> Mask:
    mask = truth[index]
    x, y, width, height = cv2.boundingRect(mask)
    if kind == "missing":
        return np.zeros_like(mask)
    if kind == "swapped":
        other = truth[(index + 1 + int(rng.integers(len(truth) - 1))) % len(truth)]
        return np.asarray(cv2.resize(other, mask.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)
    if kind == "boxed":
        boxed = np.zeros_like(mask)
        boxed[y : y + height, x : x + width] = masks.PLATE
        return boxed
    across, down = rng.uniform(0.25, 0.5, 2) * rng.choice([-1, 1], 2) * (width, height)
    move = np.array([[1, 0, across], [0, 1, down]], np.float32)
    return np.asarray(cv2.warpAffine(mask, move, mask.shape[::-1], flags=cv2.INTER_NEAREST), np.uint8)


def _fill(mask: Mask) -> float:
    _, _, width, height = cv2.boundingRect(mask)
    return masks.plate_pixels(mask) / max(1, width * height)
