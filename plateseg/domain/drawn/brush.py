"""What every part of the drawing is made with: gradients, rounded shapes and noise. Colours are RGB, 0..255."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.types import Image, Mask

Colour = tuple[float, float, float]
Points = Sequence[tuple[float, float]]


def scaled(colour: Colour, factor: float) -> Colour:
    """A darker (factor < 1) or lighter colour."""
    red, green, blue = (min(255.0, max(0.0, channel * factor)) for channel in colour)
    return red, green, blue


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second colour, the rest of the first."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def any_colour(rng: np.random.Generator, darkest: float, lightest: float) -> Colour:
    """A colour of chance, each channel between these levels."""
    red, green, blue = rng.uniform(darkest, lightest, 3).tolist()
    return red, green, blue


def rounded(points: Points, radius: float = 12) -> NDArray[np.float32]:
    """A closed polygon with its corners rounded (quadratic curves): (N, 2) float32."""
    corners = np.asarray(points, np.float32)
    before, after = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
    share = np.linspace(0, 1, 7, dtype=np.float32)[:, None]
    curves = []
    for corner, back, ahead in zip(corners, before, after, strict=True):
        start, end = (corner + way * min(0.5, radius / max(1.0, float(np.hypot(*way)))) for way in (back, ahead))
        curves.append(start * (1 - share) ** 2 + corner * 2 * share * (1 - share) + end * share**2)
    return np.concatenate(curves)


def box(x: float, y: float, width: float, height: float) -> Points:
    """The corners of an upright rectangle."""
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)


def fill(
    canvas: Image, shape: NDArray[np.float32] | Points, top: Colour, bottom: Colour | None = None, *, opacity: float = 1
) -> None:
    """Fill a polygon on the canvas, shaded from `top` to `bottom` over its own height, with smooth edges."""
    points = np.asarray(shape, np.float32)
    left, upper, right, lower = window_of(points, width=canvas.shape[1], height=canvas.shape[0])
    if right <= left or lower <= upper:
        return
    cover = coverage(points - [left, upper], width=right - left, height=lower - upper)
    share = np.linspace(0, 1, lower - upper, dtype=np.float32)[:, None, None]
    ends = np.array([top, top if bottom is None else bottom], np.float32)
    column = np.round(ends[0] * (1 - share) + ends[1] * share).astype(np.uint8)
    paint = np.asarray(cv2.repeat(column, 1, right - left), np.uint8)
    blend(canvas[upper:lower, left:right], paint, cover if opacity == 1 else cover * np.float32(opacity))


def blend(window: Image, paint: Image, cover: NDArray[np.float32]) -> None:
    """Lay paint over a part of a canvas, in place. paint: (H, W, 3) uint8; cover: (H, W) float32 in 0..1."""
    window[:] = cv2.blendLinear(np.ascontiguousarray(window), paint, 1 - cover, cover)


def window_of(
    points: NDArray[np.floating[Any]], *, width: int, height: int, margin: int = 1
) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the part of a canvas that a shape touches; empty when it lies outside."""
    left, top = np.maximum(np.floor(points.min(axis=0)).astype(int) - margin, 0)
    right, bottom = np.minimum(np.ceil(points.max(axis=0)).astype(int) + 1 + margin, [width, height])
    return int(left), int(top), int(right), int(bottom)


def coverage(points: NDArray[np.floating[Any]], *, width: int, height: int) -> NDArray[np.float32]:
    """How much of each pixel a polygon covers: (height, width) float32 in 0..1. Points in pixel centres."""
    drawn: Mask = np.zeros((height, width), np.uint8)
    fixed = np.round(np.asarray(points) * 16).astype(np.int32).reshape(-1, 1, 2)
    cv2.fillPoly(drawn, [fixed], 255, lineType=cv2.LINE_AA, shift=4)
    return drawn * np.float32(1 / 255)


def clouds(
    rng: np.random.Generator, *, width: int, height: int, coarsest: int = 4, octaves: int = 4
) -> NDArray[np.float32]:
    """Smooth noise of several sizes: (height, width) float32 around 0, about -1..1."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        cells = coarsest * 2**octave
        rows = max(2, round(cells * height / width))
        grid = rng.standard_normal((rows, cells), np.float32)
        smooth = np.asarray(cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
        total += smooth * np.float32(0.5 ** (octave + 1))
    return total


def tint(canvas: Image, change: NDArray[np.float32]) -> None:
    """Add brightness to the canvas in place. change: (H, W) float32 in grey levels."""
    grey = np.asarray(change, np.float32)
    canvas[:] = cv2.add(np.ascontiguousarray(canvas), cv2.merge([grey, grey, grey]), dtype=cv2.CV_8U)
