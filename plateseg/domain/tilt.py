"""How far a plate hangs to one side, seen in the photograph itself: by its edges and the lines of its characters."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.types import Image

LIMIT = 32
"""Degrees to either side that are tried."""
SMALLEST = 40
"""A plate narrower than this many pixels shows no lines to go by."""
_WIDTH = 160
_CLEARER = 1.2
_FAINTEST = 60.0
"""Sobel strength of the clearest lines: a soft shade from side to side is no line (a plate's characters give 200)."""


def tilt_of(image: Image, box: tuple[int, int, int, int]) -> float:
    """Degrees by which the lines in a box run down to the right (negative: up); 0.0 when they are level or not seen.

    image: (H, W, 3) uint8. box: x, y, width, height in pixels. The box is sheared by whole degrees; where its lines
    come to lie level, rows full of edges and rows without take turns, so the variance of the rows' edge strength is
    highest (skew by projection profile, as in document scanning; Postl, 1986). The best must beat level by a fifth.
    On 359 real plates that were boxed on purpose: none of 229 within 4 degrees of level came out at 6 or more, 80 of
    83 at 6 or more did (docs/dataset.md).
    """
    x, y, width, height = box
    if width < SMALLEST or height < SMALLEST // 4:
        return 0.0
    grey = cv2.cvtColor(image[y : y + height, x : x + width], cv2.COLOR_RGB2GRAY)
    size = (_WIDTH, max(16, round(_WIDTH * height / width)))
    edges = _edges(np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32))
    if float(edges.max()) < _FAINTEST:
        return 0.0
    angles = range(-LIMIT, LIMIT + 1)
    clear = np.array([_clearness(edges, angle) for angle in angles])
    best = int(clear.argmax())
    if clear[best] <= _CLEARER * clear[LIMIT]:
        return 0.0
    return float(angles[best])


def _edges(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """How strongly brightness changes from row to row; a few very strong edges do not outshout the rest."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    strength = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    return np.asarray(np.minimum(strength, np.percentile(strength, 97)), np.float32)


def _clearness(edges: NDArray[np.float32], angle: int) -> float:
    height, width = edges.shape
    slope = float(np.tan(np.radians(angle)))
    shear = np.array([[1, 0, 0], [-slope, 1, slope * (width - 1) / 2]], np.float32)
    covered = cv2.warpAffine(np.ones_like(edges), shear, (width, height)).sum(axis=1)
    rows = cv2.warpAffine(edges, shear, (width, height)).sum(axis=1)
    enough = covered > width / 2
    return float(np.var(rows[enough] / covered[enough])) if np.count_nonzero(enough) > 6 else 0.0
