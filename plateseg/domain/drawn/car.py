"""One vehicle on a canvas of its own, seen from straight ahead or behind; `compose` gives it its perspective."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.body import (
    CANVAS_HEIGHT,
    CANVAS_WIDTH,
    GROUND,
    MIDDLE,
    PIXELS_PER_MM,
    Build,
    choose_build,
)  # fmt: skip
from plateseg.domain.drawn.brush import box, fill, mixed, rounded, scaled
from plateseg.domain.drawn.clutter import draw_sticker, mark_body
from plateseg.domain.drawn.front import draw_front
from plateseg.domain.drawn.rear import draw_rear
from plateseg.domain.drawn.texture import reflect
from plateseg.domain.types import Image

__all__ = ["CANVAS_HEIGHT", "CANVAS_WIDTH", "PIXELS_PER_MM", "Car", "draw_car"]


@dataclass(frozen=True, slots=True)
class Car:
    """pixels: (H, W, 3) uint8. cover: (H, W) uint8, 255 where it is. plate_at: middle of the place for the plate."""

    pixels: Image
    cover: NDArray[np.uint8]
    plate_at: tuple[float, float]


def draw_car(rng: np.random.Generator) -> Car:
    """A vehicle of chance: hatchback to van, front or rear, in any paint."""
    build = choose_build(rng)
    body = rounded(build.band(build.belt, build.sill, taper=22), rng.uniform(40, 110))
    cabin = rounded(build.band(build.roof, build.belt + 60, inset=24, taper=build.lean), 80)
    canvas = np.zeros((CANVAS_HEIGHT, CANVAS_WIDTH, 3), np.uint8)
    canvas[:] = np.array(scaled(build.paint, 0.4), np.uint8)
    wheels = _wheels(build)
    for wheel in wheels:
        fill(canvas, wheel, (34, 34, 36), (14, 14, 15))
    fill(canvas, cabin, scaled(build.paint, 1.12), scaled(build.paint, 0.9))
    _draw_glass(rng, canvas, build)
    fill(canvas, body, scaled(build.paint, 1.1), scaled(build.paint, rng.uniform(0.5, 0.85)))
    shine = rounded(build.band(build.belt + 8, build.belt + 34, inset=40, taper=10))
    fill(canvas, shine, mixed(build.paint, (255, 255, 255), 0.55), build.paint, opacity=0.6)
    # Light paint mirrors little that can be seen, dark varnish everything.
    strength = rng.uniform(4, 40) * (1.3 - sum(build.paint) / 850)
    reflect(rng, canvas[int(build.belt) :], strength=strength, bands=rng.random() < 0.6)
    mark_body(rng, canvas, top=build.belt + 60, bottom=build.sill - 60, paint=build.paint)
    plate_at = draw_rear(rng, canvas, build) if build.rear else draw_front(rng, canvas, build)
    return Car(canvas, _cover(canvas, build, [body, cabin, *wheels]), plate_at)


def _cover(canvas: Image, build: Build, shapes: list[NDArray[np.float32]]) -> NDArray[np.uint8]:
    """Mirrors drawn, and where on the canvas the vehicle is at all."""
    for side in (-1, 1):
        mirror = rounded(box(MIDDLE + side * (build.half + 14) - 34, build.belt - 12, 68, 48), 20)
        fill(canvas, mirror, scaled(build.paint, 1.0), scaled(build.paint, 0.6))
        shapes.append(mirror)
    drawn = np.zeros((CANVAS_HEIGHT, CANVAS_WIDTH), np.uint8)
    for shape in shapes:
        fixed = np.round(shape * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.fillPoly(drawn, [fixed], 255, lineType=cv2.LINE_AA, shift=4)
    return drawn


def _wheels(build: Build) -> list[NDArray[np.float32]]:
    return [rounded(box(MIDDLE + side * (build.half - 66) - 52, 610, 104, GROUND - 610), 26) for side in (-1, 1)]


def _draw_glass(rng: np.random.Generator, canvas: Image, build: Build) -> None:
    """The window, the sky in it, and what can be seen through it."""
    top, bottom = build.roof + 30, build.belt + 14
    window = rounded(build.band(top, bottom, inset=70, taper=build.lean * 0.85), 44)
    tone = rng.uniform(0.5, 1.7)
    fill(canvas, window, scaled((92, 110, 124), tone), scaled((34, 40, 46), tone))
    for side in (-1, 1):
        seat = rounded(box(MIDDLE + side * 130 - 55, bottom - 92, 110, 100), 36)
        fill(canvas, seat, (24, 25, 28), opacity=0.6)
    inside = canvas[int(top) + 10 : int(bottom) - 10, 180:820]
    reflect(rng, inside, strength=rng.uniform(5, 40), bands=rng.random() < 0.3)
    slant, start = rng.uniform(60, 140), MIDDLE + rng.uniform(-220, 120)
    gleam = [(start + slant, top + 6), (start + slant + 70, top + 6), (start + 90, bottom - 8), (start, bottom - 8)]
    fill(canvas, gleam, (220, 230, 236), opacity=rng.uniform(0.08, 0.28))
    for _ in range(int(rng.integers(0, 3))):
        draw_sticker(rng, canvas, x=MIDDLE + rng.uniform(-260, 200), y=bottom - rng.uniform(50, 80), size=40)
