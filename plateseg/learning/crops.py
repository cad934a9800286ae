"""Crops for training: most of them around plates, which fill little of a photograph and are all there is to learn."""

from __future__ import annotations

import numpy as np

from plateseg.domain.types import Image, Mask

AROUND_PLATES = 0.75
"""Share of the crops that hold a plate where there is one; the others show what is no plate."""


def cropped_shape(shape: tuple[int, int], side: int) -> tuple[int, int]:
    """(height, width) of a crop `side` pixels wide and high from a photograph that may be smaller."""
    return min(shape[0], side), min(shape[1], side)


def crop(image: Image, mask: Mask, side: int, rng: np.random.Generator) -> tuple[Image, Mask]:
    """A window on image (H, W, 3) and mask (H, W), uint8 both: around some pixel of a plate, or anywhere."""
    plate = np.flatnonzero(mask) if rng.random() < AROUND_PLATES else np.empty(0, np.int64)
    pixel = int(plate[rng.integers(len(plate))]) if len(plate) else int(rng.integers(mask.size))
    centre = divmod(pixel, mask.shape[1])
    rows, columns = (_around(at, length, min(side, length), rng) for at, length in zip(centre, mask.shape, strict=True))
    return image[rows, columns], mask[rows, columns]


def _around(at: int, length: int, side: int, rng: np.random.Generator) -> slice:
    """`side` pixels that hold the one `at`, wherever among them it comes to lie."""
    start = min(max(0, at - int(rng.integers(side))), length - side)
    return slice(start, start + side)
