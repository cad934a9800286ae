"""A vehicle's back: lamps, lid, bumper, and the place for the plate."""

from __future__ import annotations

import cv2
import numpy as np

from plateseg.domain.drawn.body import MIDDLE, Build, draw_badge, draw_bumper, draw_trim
from plateseg.domain.drawn.brush import Colour, box, fill, rounded, scaled
from plateseg.domain.types import Image


def draw_rear(rng: np.random.Generator, canvas: Image, build: Build) -> tuple[float, float]:
    """Draw it; answers the middle of the place for the plate, in canvas pixels."""
    lamp = float(rng.uniform(60, 190))
    top = build.belt + rng.uniform(30, 80)
    bottom = top + rng.uniform(50, 160)
    _draw_lamps(rng, canvas, build, top=top, bottom=bottom, wide=lamp)
    seam = scaled(build.paint, 0.45)
    lid = rounded(build.band(build.belt + 40, 572, inset=lamp * 0.6 + 30, taper=6), 40)
    cv2.polylines(canvas, [np.round(lid).astype(np.int32)], True, seam, 3, cv2.LINE_AA)
    if rng.random() < 0.12:
        cv2.line(canvas, (round(MIDDLE), round(build.roof)), (round(MIDDLE), 600), seam, 4, cv2.LINE_AA)
    draw_badge(rng, canvas, build.belt + rng.uniform(50, 90))
    bumper = draw_bumper(rng, canvas, build)
    _draw_bumper_parts(rng, canvas, build, bumper)
    on_lid = rng.random() < 0.6
    y = build.belt + rng.uniform(120, 180) if on_lid else bumper + rng.uniform(30, 75)
    if rng.random() < 0.5:
        draw_trim(rng, canvas, y=y - rng.uniform(50, 85), half=rng.uniform(120, 270))
    if rng.random() < 0.5:
        hollow = rounded(box(MIDDLE - 170, y - 55, 340, 110), 24)
        fill(canvas, hollow, scaled(build.paint, 0.55), scaled(build.paint, 0.9))
    aside = rng.uniform(-150, 150) if rng.random() < 0.06 else rng.normal(0, 3)
    return MIDDLE + aside, y


def _draw_lamps(
    rng: np.random.Generator, canvas: Image, build: Build, *, top: float, bottom: float, wide: float
) -> None:
    lit = rng.random() < 0.25
    red: Colour = (250, 60, 50) if lit else scaled((200, 28, 34), rng.uniform(0.7, 1.15))
    white = rng.random() < 0.5
    for side in (-1, 1):
        outer, inner = MIDDLE + side * (build.half - 10), MIDDLE + side * (build.half - 14 - wide)
        housing = rounded([(inner, top + 10), (outer, top), (outer, bottom), (inner + side * 24, bottom - 6)], 26)
        fill(canvas, housing, red, scaled(red, 0.55))
        lens = rounded(box(min(inner, outer) + wide * 0.25, top + 18, wide * 0.5, 22))
        fill(canvas, lens, (240, 230, 226) if white else (250, 190, 150), opacity=0.85)
        if rng.random() < 0.5:
            amber = rounded(box(min(inner, outer) + wide * 0.2, bottom - 40, wide * 0.55, 18))
            fill(canvas, amber, (236, 140, 40), opacity=0.9)
    if rng.random() < 0.15:
        fill(canvas, rounded(box(MIDDLE - build.half + 60, top + 20, 2 * build.half - 120, 16), 8), red)


def _draw_bumper_parts(rng: np.random.Generator, canvas: Image, build: Build, bumper: float) -> None:
    for side in (-1, 1):
        reflector = rounded(box(MIDDLE + side * (build.half - 110) - 40, bumper + 66, 80, 14))
        fill(canvas, reflector, (190, 20, 26))
    if rng.random() < 0.6:
        pipe = rounded(box(MIDDLE + float(rng.choice([-1, 1])) * 210 - 36, build.sill - 16, 72, 24))
        fill(canvas, pipe, (150, 150, 152), (30, 30, 30))
    for _ in range(4 if rng.random() < 0.4 else 0):
        spot = (round(MIDDLE + rng.uniform(-300, 300)), round(bumper + 40))
        cv2.circle(canvas, spot, 9, scaled(build.paint, 0.6), 2, cv2.LINE_AA)
