"""Plates as four corners.

Coordinates are pixel centres: the pixel in column 3 of row 5 lies at (3.0, 5.0). So the quad of a mask,
rasterised again, covers the mask's outermost pixels and not one more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.types import Mask, Quad
from plateseg.errors import BadMask

_SUBPIXEL_BITS = 8


def quad_of(component: Mask) -> Quad:
    """The four corners that fit one component best, clockwise from the top-left corner of the plate.

    component: (H, W) uint8, non-zero = plate. Several shapes are tried and the one of highest IoU with the
    component wins. Raises BadMask when there is no pixel to fit.
    """
    inside = (component != 0).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(inside)
    if width == 0 or height == 0:
        raise BadMask("There is no plate pixel to lay four corners around: draw the plate first.")
    crop = inside[y : y + height, x : x + width]
    best = max(_candidates(crop), key=lambda quad: _fit(quad, crop))
    return ordered(best + np.array([x, y], np.float32))


def ordered(corners: NDArray[np.float32]) -> Quad:
    """Four corners, clockwise on the screen, starting so that the first edge points to the right.

    corners: (4, 2) float32 in any order; of a crossed or dented shape the corners are sorted around their centre.
    """
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    around = corners[np.argsort(angles, kind="stable")]
    edges = np.roll(around, -1, axis=0) - around
    lengths = np.maximum(np.hypot(edges[:, 0], edges[:, 1]), 1e-6)
    # Of the edges that point right the top one comes first: clockwise, only the top one does.
    first = int(np.argmax(edges[:, 0] / lengths))
    return np.roll(around, -first, axis=0).astype(np.float32)


def rasterise(quad: Quad, *, width: int, height: int) -> Mask:
    """(height, width) uint8 mask of 0 and 1 with the quad filled; parts outside the image are cut off."""
    mask = np.zeros((height, width), np.uint8)
    if not np.isfinite(quad).all():
        raise BadMask("A corner of the plate is not a number: set the four corners again.")
    limit = float(2 ** (30 - _SUBPIXEL_BITS))
    points = np.round(np.clip(quad, -limit, limit) * 2**_SUBPIXEL_BITS).astype(np.int32)
    cv2.fillPoly(mask, [points.reshape(-1, 1, 2)], 1, lineType=cv2.LINE_8, shift=_SUBPIXEL_BITS)
    return mask


def _candidates(crop: Mask) -> Iterator[NDArray[np.float32]]:
    height, width = crop.shape
    right, bottom = width - 1, height - 1
    yield np.array([[0, 0], [right, 0], [right, bottom], [0, bottom]], np.float32)
    contours, _ = cv2.findContours(crop, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(np.concatenate(contours))
    yield cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float32)
    if len(hull) < 4:
        return
    yield from _simplified(hull)
    yield cv2.approxPolyN(hull, 4).reshape(4, 2).astype(np.float32)


def _simplified(hull: NDArray[Any]) -> Iterator[NDArray[np.float32]]:
    length = cv2.arcLength(hull, True)
    for share in (0.01, 0.02, 0.03, 0.05, 0.08):
        shape = cv2.approxPolyDP(hull, share * length, True)
        if len(shape) == 4:
            yield shape.reshape(4, 2).astype(np.float32)


def _fit(quad: NDArray[np.float32], crop: Mask) -> float:
    """IoU of the quad with the component, within the component's own box."""
    height, width = crop.shape
    # Compared in the component's box and a margin around it, so that what sticks out costs.
    margin = 2 + max(height, width) // 8
    drawn = rasterise(quad + margin, width=width + 2 * margin, height=height + 2 * margin)
    shared = int(np.count_nonzero(drawn[margin : margin + height, margin : margin + width] & crop))
    union = int(np.count_nonzero(drawn)) + int(np.count_nonzero(crop)) - shared
    return shared / union
