"""The measures of one vehicle on its own canvas, and the shapes its parts are made of."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import Colour, Points, box, coverage, fill, mixed, rounded, scaled
from plateseg.domain.drawn.lettering import Font, letters, write
from plateseg.domain.types import Image

CANVAS_WIDTH, CANVAS_HEIGHT = 1000, 800
PIXELS_PER_MM = 0.45
MIDDLE, GROUND = CANVAS_WIDTH / 2, 770.0
PAINTS: tuple[Colour, ...] = (
    (226, 228, 230), (240, 240, 238), (236, 234, 228), (30, 32, 36), (16, 17, 20), (126, 130, 136), (172, 176, 180),
    (196, 198, 200), (150, 24, 30), (200, 40, 44), (110, 20, 34), (30, 62, 124), (60, 120, 160), (24, 36, 70),
    (54, 74, 62), (110, 150, 60), (206, 194, 168), (88, 62, 48), (220, 142, 36), (236, 204, 60), (74, 78, 84),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Build:
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
        left, right = MIDDLE - wide, MIDDLE + wide
        return (left + taper, top), (right - taper, top), (right, bottom), (left, bottom)


def choose_build(rng: np.random.Generator) -> Build:
    """Hatchback to van, front or rear, in any paint."""
    tall = rng.choice([0.0, 0.5, 1.0], p=[0.5, 0.3, 0.2])
    return Build(
        half=rng.uniform(360, 415),
        roof=190 - 110 * tall + rng.uniform(-20, 20),
        belt=390 - 50 * tall + rng.uniform(-30, 30),
        sill=rng.uniform(685, 715),
        lean=rng.uniform(80, 135) - 60 * tall,
        paint=scaled(PAINTS[int(rng.integers(len(PAINTS)))], rng.uniform(0.8, 1.12)),
        rear=bool(rng.random() < 0.55),
    )


def draw_bumper(rng: np.random.Generator, canvas: Image, build: Build) -> float:
    """The bumper; answers where it begins."""
    top = rng.uniform(550, 595)
    tone = (48, 49, 52) if rng.random() < 0.3 else scaled(build.paint, 0.9)
    radius = rng.uniform(20, 70)
    bumper = rounded(build.band(top, build.sill + 8, inset=4, taper=4), radius)
    fill(canvas, bumper, scaled(tone, rng.uniform(0.95, 1.2)), scaled(tone, rng.uniform(0.4, 0.7)))
    lip = build.band(top + rng.uniform(80, 105), build.sill + 4, inset=rng.uniform(60, 200), taper=rng.uniform(-20, 30))
    fill(canvas, rounded(lip, 24), (26, 26, 28), (14, 14, 15))
    for y in (top, top + rng.uniform(30, 60)):
        draw_seam(canvas, build, y, scaled(tone, rng.uniform(0.5, 0.75)))
        if rng.random() < 0.5:
            break
    return top


def draw_seam(canvas: Image, build: Build, y: float, colour: Colour) -> None:
    """A line across the vehicle."""
    ends = (round(MIDDLE - build.half + 8), round(y)), (round(MIDDLE + build.half - 8), round(y))
    cv2.line(canvas, *ends, colour, 3, cv2.LINE_AA)


def draw_badge(rng: np.random.Generator, canvas: Image, y: float) -> None:
    """A maker's mark: round, wide or lettered."""
    metal: Colour = scaled((206, 208, 210), rng.uniform(0.6, 1.15))
    inner = scaled((40, 60, 110), rng.uniform(0.3, 1.5)) if rng.random() < 0.5 else scaled((60, 60, 64), 1.0)
    centre, size = (round(MIDDLE), round(y)), round(rng.uniform(15, 32))
    kind = rng.random()
    if kind < 0.15:
        area = (MIDDLE - size * 3, y - size * 0.5, size * 6.0, size * 1.0)
        write(canvas, letters(rng, int(rng.integers(3, 7))), box_of=area, ink=metal, font=Font("sans", 800), widest=2)
        return
    flat = rng.uniform(0.55, 1.0)
    cv2.ellipse(canvas, centre, (size, round(size * flat)), 0, 0, 360, metal, -1, cv2.LINE_AA)
    cv2.ellipse(canvas, centre, (size - 6, round(size * flat) - 5), 0, 0, 360, inner, -1, cv2.LINE_AA)
    if rng.random() < 0.6:
        area = (MIDDLE - size * 0.5, y - size * flat * 0.4, size * 1.0, size * flat * 0.8)
        write(canvas, letters(rng, 1 + int(rng.integers(3))), box_of=area, ink=metal, font=Font("sans", 800))


def draw_mesh(rng: np.random.Generator, canvas: Image, shape: NDArray[np.float32], *, metal: Colour) -> None:
    """A dark opening with bars across, upright bars, a lattice or honeycomb in it."""
    fill(canvas, shape, (22, 23, 26), (40, 41, 44))
    left, top = np.floor(shape.min(axis=0)).astype(int)
    right, bottom = np.ceil(shape.max(axis=0)).astype(int)
    left, top = max(0, int(left)), max(0, int(top))
    window = canvas[top:bottom, left:right]
    if window.size == 0:
        return
    sheet = window.copy()
    step, thick = rng.uniform(9, 26), int(rng.integers(2, 6))
    kind = str(rng.choice(["across", "upright", "lattice", "slanted", "none"], p=[0.4, 0.12, 0.2, 0.18, 0.1]))
    height, width = sheet.shape[:2]
    if kind in ("across", "lattice"):
        for y in np.arange(step / 2, height, step):
            cv2.line(sheet, (0, round(y)), (width, round(y)), metal, thick, cv2.LINE_AA)
    if kind in ("upright", "lattice"):
        for x in np.arange(step / 2, width, step):
            cv2.line(sheet, (round(x), 0), (round(x), height), metal, thick, cv2.LINE_AA)
    if kind == "slanted":
        for x in np.arange(-height, width, step * 1.5):
            cv2.line(sheet, (round(x), 0), (round(x + height), height), metal, thick, cv2.LINE_AA)
            cv2.line(sheet, (round(x + height), 0), (round(x), height), metal, thick, cv2.LINE_AA)
    cover = coverage(shape - [left, top], width=width, height=height)
    window[:] = cv2.blendLinear(np.ascontiguousarray(window), sheet, 1 - cover, cover)


def draw_trim(rng: np.random.Generator, canvas: Image, *, y: float, half: float) -> None:
    """A strip of chrome or paint across the vehicle, bright above and dark below."""
    tall = rng.uniform(8, 26)
    metal = scaled((200, 204, 208), rng.uniform(0.5, 1.2))
    strip = rounded(box(MIDDLE - half, y, 2 * half, tall), tall / 2)
    fill(canvas, strip, mixed(metal, (255, 255, 255), 0.4), scaled(metal, 0.5))
