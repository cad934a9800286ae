"""The one way a photograph is brought to the network's scale and an answer back to the photograph's.

Training and prediction both come through here, so they cannot disagree on scale, rounding or padding.
"""

from __future__ import annotations

import cv2
import numpy as np

from plateseg.domain.types import Image, Mask, Probability

STRIDE = 32
"""Height and width of what a network is fed are multiples of this."""


def scaled_shape(height: int, width: int, *, longer_side: int) -> tuple[int, int]:
    """(height, width) with the aspect ratio kept and the longer side at `longer_side` pixels."""
    scale = longer_side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def padded_shape(height: int, width: int) -> tuple[int, int]:
    """The next multiples of STRIDE."""
    return -(-height // STRIDE) * STRIDE, -(-width // STRIDE) * STRIDE


def scale_image(image: Image, shape: tuple[int, int]) -> Image:
    """(H, W, 3) uint8 -> (*shape, 3) uint8; area average when shrinking, so no thin line is lost."""
    return _resized(image, shape)


def scale_mask(mask: Mask, shape: tuple[int, int]) -> Mask:
    """(H, W) uint8 of class indices -> shape; each pixel takes the class that covers most of it."""
    present = [int(value) for value in np.flatnonzero(np.bincount(mask.ravel(), minlength=1))]
    if len(present) == 1:
        return np.full(shape, present[0], np.uint8)
    covered = np.stack([_resized((mask == value).astype(np.uint8) * 255, shape) for value in present])
    chosen: Mask = np.asarray(present, np.uint8)[covered.argmax(axis=0)]
    return chosen


def upscale_probability(probability: Probability, shape: tuple[int, int]) -> Probability:
    """(h, w) float32 in 0..1 -> shape, bilinear."""
    if probability.shape == shape:
        return probability
    return cv2.resize(probability, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def _resized(pixels: Image, shape: tuple[int, int]) -> Image:
    if pixels.shape[:2] == shape:
        return pixels
    shrinks = shape[0] * shape[1] < pixels.shape[0] * pixels.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cv2.resize(_halved(pixels, shape), (shape[1], shape[0]), interpolation=method)  # type: ignore[return-value]


def _halved(pixels: Image, shape: tuple[int, int]) -> Image:
    """Halve while both sides are even and stay at least as long as wanted.

    OpenCV averages two by two ten times faster than by any other factor; an average of averages is the average.
    """
    height, width = pixels.shape[:2]
    if height % 2 or width % 2 or height < 2 * shape[0] or width < 2 * shape[1]:
        return pixels
    half: Image = cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return _halved(half, shape)
