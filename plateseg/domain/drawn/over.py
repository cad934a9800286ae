"""What stands before the vehicles: another vehicle's edge, posts, branches, and small things before a plate itself.

The truth is the plate's own surface: what hangs before it hides a part of it and moves no corner.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.body import PAINTS
from plateseg.domain.drawn.brush import Colour, box, fill, rounded, scaled
from plateseg.domain.types import Image, Quad


def cover_a_little(rng: np.random.Generator, scene: Image, quad: NDArray[np.float32]) -> None:
    """A tow ball, a cable, leaves or a clot of mud before a plate. quad: (4, 2) in the scene's pixels."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    size = float(np.hypot(*across))

    def at(x: float, y: float) -> NDArray[np.float32]:
        return np.asarray(quad[0] + across * x + down * y, np.float32)

    kind = str(rng.choice(["ball", "cable", "leaves", "mud"]))
    if kind == "ball":
        x, y = at(rng.uniform(0.3, 0.7), rng.uniform(0.8, 1.05))
        radius = size * rng.uniform(0.04, 0.07)
        fill(scene, box(x - radius * 0.4, y, radius * 0.8, radius * 4), (60, 60, 62), (30, 30, 32))
        fill(scene, rounded(box(x - radius, y - radius, 2 * radius, 2 * radius), radius), (150, 150, 152), (50, 50, 54))
    elif kind == "cable":
        ends = [at(rng.uniform(-0.1, 1.1), -0.3), at(rng.uniform(-0.1, 1.1), 1.3)]
        ink = scaled((50, 50, 54), rng.uniform(0.3, 3.5))
        points = [tuple(np.round(end).astype(int).tolist()) for end in ends]
        cv2.line(scene, points[0], points[1], ink, max(1, round(size * rng.uniform(0.008, 0.03))), cv2.LINE_AA)
    else:
        tone: Colour = (96, 84, 66) if kind == "mud" else (rng.uniform(60, 140), rng.uniform(80, 120), 40)
        for _ in range(int(rng.integers(2, 6))):
            centre, radius = at(rng.uniform(0, 1), rng.uniform(0, 1.1)), size * rng.uniform(0.02, 0.06)
            angles = np.arange(0, 6.28, 1.0)
            reach = radius * rng.uniform(0.6, 1.3, len(angles))
            blob = centre + np.stack([np.cos(angles) * reach, np.sin(angles) * reach * 0.7], axis=1)
            fill(scene, rounded(blob.tolist(), radius), scaled(tone, rng.uniform(0.7, 1.3)), opacity=0.95)


def stand_before(rng: np.random.Generator, scene: Image, quads: list[Quad]) -> None:
    """A post, or the edge of a vehicle near the camera, where it hides no plate."""
    height, width = scene.shape[:2]
    if rng.random() < 0.5:
        paint = scaled(PAINTS[int(rng.integers(len(PAINTS)))], rng.uniform(0.6, 1.1))
        side, reach, rise = rng.random() < 0.5, width * rng.uniform(0.1, 0.55), height * rng.uniform(0.08, 0.4)
        edge = [(-9.0, height - rise), (reach * 0.5, height - rise * rng.uniform(0.6, 1.1)), (reach, height + 9.0)]
        shape = [*edge, (-9.0, height + 9.0)]
        if not side:
            shape = [(width - x, y) for x, y in shape]
        _fill_beside(scene, quads, rounded(shape, reach * 0.3), paint, scaled(paint, 0.5))
        return
    x, wide, top = rng.uniform(0, width), width * rng.uniform(0.01, 0.05), height * rng.uniform(-0.1, 0.6)
    tone = scaled((130, 130, 128), rng.uniform(0.3, 1.4))
    post = np.asarray(box(x, top, wide, height - top + 9), np.float32)
    _fill_beside(scene, quads, post, tone, scaled(tone, 0.6))


def _fill_beside(scene: Image, quads: list[Quad], shape: NDArray[np.float32], top: Colour, bottom: Colour) -> None:
    low, high = shape.min(axis=0), shape.max(axis=0)
    if any((quad.max(axis=0) + 3 > low).all() and (quad.min(axis=0) - 3 < high).all() for quad in quads):
        return
    fill(scene, shape, top, bottom)
