"""One vehicle on a canvas of its own, seen from straight ahead or behind; `compose` gives it its perspective."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import Colour, Points, box, coverage, fill, mixed, rounded, scaled
from plateseg.domain.types import Image

CANVAS_WIDTH, CANVAS_HEIGHT = 1000, 800
PIXELS_PER_MM = 0.45
_MIDDLE, _GROUND = CANVAS_WIDTH / 2, 770.0
_PAINTS: tuple[Colour, ...] = (
    (226, 228, 230), (30, 32, 36), (126, 130, 136), (172, 176, 180), (150, 24, 30), (30, 62, 124), (54, 74, 62),
    (206, 194, 168), (88, 62, 48), (220, 142, 36), (60, 120, 160), (200, 40, 44), (240, 240, 236), (74, 78, 84),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Car:
    """pixels: (H, W, 3) uint8. cover: (H, W) float32 in 0..1. plate_at: middle of the place for the plate."""

    pixels: Image
    cover: NDArray[np.float32]
    plate_at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Build:
    """The measures of one vehicle in canvas pixels."""

    half: float
    roof: float
    belt: float
    sill: float
    lean: float
    paint: Colour
    rear: bool

    def band(self, top: float, bottom: float, *, inset: float = 0, taper: float = 0) -> Points:
        """A symmetric shape across the vehicle; `taper` draws its upper edge in."""
        wide = self.half - inset
        left, right = _MIDDLE - wide, _MIDDLE + wide
        return (left + taper, top), (right - taper, top), (right, bottom), (left, bottom)


def draw_car(rng: np.random.Generator) -> Car:
    """A vehicle of chance: hatchback to van, front or rear, in any paint."""
    build = _choose(rng)
    body = rounded(build.band(build.belt, build.sill, taper=22), 70)
    cabin = rounded(build.band(build.roof, build.belt + 60, inset=24, taper=build.lean), 80)
    canvas = np.zeros((CANVAS_HEIGHT, CANVAS_WIDTH, 3), np.uint8)
    canvas[:] = np.array(scaled(build.paint, 0.4), np.uint8)
    wheels = _wheels(build)
    for wheel in wheels:
        fill(canvas, wheel, (34, 34, 36), (14, 14, 15))
    fill(canvas, cabin, scaled(build.paint, 1.12), scaled(build.paint, 0.9))
    _draw_glass(rng, canvas, build)
    fill(canvas, body, scaled(build.paint, 1.1), scaled(build.paint, 0.55))
    shine = rounded(build.band(build.belt + 8, build.belt + 34, inset=40, taper=10))
    fill(canvas, shine, mixed(build.paint, (255, 255, 255), 0.55), build.paint, opacity=0.6)
    plate_at = _draw_rear(rng, canvas, build) if build.rear else _draw_front(rng, canvas, build)
    cover = np.zeros((CANVAS_HEIGHT, CANVAS_WIDTH), np.float32)
    mirrors = [rounded(box(_MIDDLE + side * (build.half + 14) - 34, build.belt - 12, 68, 48), 20) for side in (-1, 1)]
    for mirror in mirrors:
        fill(canvas, mirror, scaled(build.paint, 1.0), scaled(build.paint, 0.6))
    for shape in (body, cabin, *wheels, *mirrors):
        cover = np.maximum(cover, coverage(shape, width=CANVAS_WIDTH, height=CANVAS_HEIGHT))
    return Car(canvas, cover, plate_at)


def _choose(rng: np.random.Generator) -> _Build:
    tall = rng.choice([0.0, 0.5, 1.0], p=[0.5, 0.3, 0.2])
    paint = scaled(_PAINTS[int(rng.integers(len(_PAINTS)))], rng.uniform(0.85, 1.1))
    return _Build(
        half=rng.uniform(370, 410),
        roof=190 - 110 * tall + rng.uniform(-20, 20),
        belt=390 - 50 * tall + rng.uniform(-20, 20),
        sill=rng.uniform(690, 712),
        lean=rng.uniform(90, 130) - 60 * tall,
        paint=paint,
        rear=bool(rng.random() < 0.55),
    )


def _wheels(build: _Build) -> list[NDArray[np.float32]]:
    return [rounded(box(_MIDDLE + side * (build.half - 66) - 52, 610, 104, _GROUND - 610), 26) for side in (-1, 1)]


def _draw_glass(rng: np.random.Generator, canvas: Image, build: _Build) -> None:
    """The window, the sky in it, and what can be seen through it."""
    top, bottom = build.roof + 30, build.belt + 14
    window = rounded(build.band(top, bottom, inset=70, taper=build.lean * 0.85), 44)
    tone = rng.uniform(0.6, 1.5)
    fill(canvas, window, scaled((92, 110, 124), tone), scaled((34, 40, 46), tone))
    for side in (-1, 1):
        seat = rounded(box(_MIDDLE + side * 130 - 55, bottom - 92, 110, 100), 36)
        fill(canvas, seat, (24, 25, 28), opacity=0.6)
    slant, start = rng.uniform(60, 140), _MIDDLE + rng.uniform(-220, 120)
    gleam = [(start + slant, top + 6), (start + slant + 70, top + 6), (start + 90, bottom - 8), (start, bottom - 8)]
    fill(canvas, gleam, (220, 230, 236), opacity=rng.uniform(0.08, 0.28))
    if rng.random() < 0.3:
        fill(canvas, box(_MIDDLE + rng.uniform(-230, 170), bottom - 56, 60, 40), (236, 232, 220), opacity=0.9)


def _draw_rear(rng: np.random.Generator, canvas: Image, build: _Build) -> tuple[float, float]:
    lamp = float(rng.uniform(80, 150))
    top, bottom = build.belt + 50, build.belt + 50 + rng.uniform(70, 130)
    for side in (-1, 1):
        outer, inner = _MIDDLE + side * (build.half - 14), _MIDDLE + side * (build.half - 14 - lamp)
        housing = rounded([(inner, top + 10), (outer, top), (outer, bottom), (inner + side * 24, bottom - 6)], 26)
        fill(canvas, housing, (214, 30, 34), (120, 8, 14))
        lens = rounded(box(min(inner, outer) + lamp * 0.25, top + 18, lamp * 0.5, 22))
        fill(canvas, lens, (250, 190, 150) if rng.random() < 0.5 else (240, 230, 226), opacity=0.85)
    seam = scaled(build.paint, 0.45)
    lid = rounded(build.band(build.belt + 40, 572, inset=lamp * 0.6 + 30, taper=6), 40)
    cv2.polylines(canvas, [np.round(lid).astype(np.int32)], True, seam, 3, cv2.LINE_AA)
    _draw_badge(rng, canvas, build.belt + 66)
    bumper = _draw_bumper(rng, canvas, build)
    for side in (-1, 1):
        reflector = rounded(box(_MIDDLE + side * (build.half - 110) - 40, bumper + 66, 80, 14))
        fill(canvas, reflector, (190, 20, 26))
    if rng.random() < 0.6:
        fill(
            canvas,
            rounded(box(_MIDDLE + rng.choice([-1, 1]) * 210 - 36, build.sill - 16, 72, 24)),
            (150, 150, 152),
            (30, 30, 30),
        )
    on_lid = rng.random() < 0.65
    return _MIDDLE + rng.normal(0, 3), (build.belt + 150 + rng.uniform(-6, 14)) if on_lid else bumper + 58


def _draw_front(rng: np.random.Generator, canvas: Image, build: _Build) -> tuple[float, float]:
    top = build.belt + rng.uniform(70, 100)
    for side in (-1, 1):
        outer, inner = _MIDDLE + side * (build.half - 12), _MIDDLE + side * (build.half - rng.uniform(130, 170))
        housing = rounded(
            [(inner, top + 22), (outer, top), (outer - side * 6, top + 66), (inner + side * 20, top + 74)]
        )
        fill(canvas, housing, (200, 208, 214), (96, 104, 112))
        for share in (0.35, 0.7):
            centre = round(inner + (outer - inner) * share), round(top + 42)
            cv2.circle(canvas, centre, 22, (246, 248, 250), -1, cv2.LINE_AA)
            cv2.circle(canvas, centre, 22, (120, 126, 132), 3, cv2.LINE_AA)
    grille = rounded(build.band(top + 8, top + rng.uniform(86, 120), inset=rng.uniform(170, 210), taper=-14), 30)
    fill(canvas, grille, (26, 27, 30), (44, 45, 48))
    left, right = round(float(grille[:, 0].min())) + 14, round(float(grille[:, 0].max())) - 14
    metal: Colour = (176, 180, 184) if rng.random() < 0.6 else (60, 62, 66)
    for y in np.arange(top + 26, float(grille[:, 1].max()) - 8, rng.uniform(13, 22)):
        cv2.line(canvas, (left, round(y)), (right, round(y)), metal, 3, cv2.LINE_AA)
    _draw_badge(rng, canvas, top + 50)
    hood = scaled(build.paint, 0.5)
    cv2.line(
        canvas,
        (round(_MIDDLE - build.half + 40), round(top - 14)),
        (round(_MIDDLE + build.half - 40), round(top - 14)),
        hood,
        3,
        cv2.LINE_AA,
    )
    bumper = _draw_bumper(rng, canvas, build)
    for side in (-1, 1):
        fog = _MIDDLE + side * (build.half - 100), bumper + 84
        fill(canvas, rounded(box(fog[0] - 50, fog[1] - 24, 100, 48)), (22, 22, 24))
        cv2.circle(canvas, (round(fog[0]), round(fog[1])), 15, (226, 228, 220), -1, cv2.LINE_AA)
    return _MIDDLE + rng.normal(0, 6), bumper + rng.uniform(44, 70)


def _draw_bumper(rng: np.random.Generator, canvas: Image, build: _Build) -> float:
    """The bumper; answers where it begins."""
    top = rng.uniform(566, 592)
    tone = (48, 49, 52) if rng.random() < 0.35 else scaled(build.paint, 0.9)
    fill(canvas, rounded(build.band(top, build.sill + 8, inset=4, taper=4), 46), scaled(tone, 1.05), scaled(tone, 0.5))
    fill(canvas, rounded(build.band(top + 92, build.sill + 4, inset=130, taper=20), 24), (26, 26, 28), (14, 14, 15))
    line = scaled(tone, 0.6)
    cv2.line(
        canvas,
        (round(_MIDDLE - build.half + 8), round(top)),
        (round(_MIDDLE + build.half - 8), round(top)),
        line,
        3,
        cv2.LINE_AA,
    )
    return top


def _draw_badge(rng: np.random.Generator, canvas: Image, y: float) -> None:
    cv2.circle(canvas, (round(_MIDDLE), round(y)), 21, (206, 208, 210), -1, cv2.LINE_AA)
    cv2.circle(canvas, (round(_MIDDLE), round(y)), 14, scaled((40, 60, 110), rng.uniform(0.5, 1.5)), -1, cv2.LINE_AA)
