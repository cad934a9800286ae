"""Laying flat pictures onto a scene in perspective, and the truth about what was laid."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import blend, coverage, window_of
from plateseg.domain.drawn.placing import Matrix, shift, through
from plateseg.domain.types import Image, Mask, Quad

Window = tuple[int, int, int, int]
"""Left, top, right, bottom of the part of the scene that is touched."""


def window(scene: Image, points: NDArray[np.float32], *, margin: int = 2) -> Window:
    """The part of the scene around some points; empty when they lie outside."""
    return window_of(points, width=scene.shape[1], height=scene.shape[0], margin=margin)


def lay(scene: Image, pixels: Image, warp: Matrix, where: Window, *, cover: NDArray[np.float32]) -> None:
    """Lay a picture over a part of the scene. cover: (bottom - top, right - left) float32 in 0..1."""
    left, top, right, bottom = where
    if right > left and bottom > top:
        blend(scene[top:bottom, left:right], warped(pixels, warp, where), cover)


def warped(pixels: NDArray[Any], warp: Matrix, where: Window) -> NDArray[Any]:
    """A picture as it is seen in a part of the scene; a cover is 0 outside its canvas."""
    left, top, right, bottom = where
    edge = cv2.BORDER_REPLICATE if pixels.ndim == 3 else cv2.BORDER_CONSTANT
    size = max(0, right - left), max(0, bottom - top)
    if not all(size):
        return np.zeros((size[1], size[0], *pixels.shape[2:]), pixels.dtype)
    return np.asarray(cv2.warpPerspective(pixels, shift(-left, -top) @ warp, size, borderMode=edge))


def lay_plate(scene: Image, plate: Image, onto: Matrix, *, opacity: float = 1.0) -> NDArray[np.float32]:
    """Lay a plate onto the scene; its corners in the scene's pixels, clockwise from the top left."""
    height, width = plate.shape[:2]
    corners = through(onto, np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64))
    ratio = float(np.linalg.norm(corners[1] - corners[0])) / width
    # Made about as large as it will be seen first: warping alone would skip pixels of its characters.
    across, down = (max(2, round(side * min(1.0, ratio))) for side in (width, height))
    small = np.asarray(cv2.resize(plate, (across, down), interpolation=cv2.INTER_AREA), np.uint8)
    fit = np.diag([width / small.shape[1], height / small.shape[0], 1.0])
    half = shift(0.5, 0.5)
    warp = np.linalg.inv(half) @ onto @ fit @ half
    where = window(scene, corners)
    left, top, right, bottom = where
    mine = coverage(corners - 0.5 - [left, top], width=right - left, height=bottom - top)
    lay(scene, small, warp, where, cover=mine * np.float32(opacity))
    return corners


def inside(quad: Quad, *, width: int, height: int) -> Mask:
    """The pixels whose centre lies within a convex quad: (height, width) uint8 of 0 and 1."""
    mask = np.zeros((height, width), np.uint8)
    left, top, right, bottom = window_of(quad, width=width, height=height)
    x, y = np.arange(left, right, dtype=np.float32)[None, :], np.arange(top, bottom, dtype=np.float32)[:, None]
    within = np.ones((bottom - top, right - left), bool)
    for start, edge in zip(quad, np.roll(quad, -1, axis=0) - quad, strict=True):
        within &= edge[0] * (y - start[1]) - edge[1] * (x - start[0]) >= 0
    mask[top:bottom, left:right] = within
    return mask
