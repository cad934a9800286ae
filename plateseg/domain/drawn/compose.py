"""Vehicles set into a scene, plates set onto vehicles, and the truth kept on the way."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.body import CANVAS_HEIGHT, CANVAS_WIDTH
from plateseg.domain.drawn.brush import Colour, blend, coverage, fill, scaled
from plateseg.domain.drawn.car import Car, draw_car
from plateseg.domain.drawn.laying import inside, lay, lay_plate, warped, window
from plateseg.domain.drawn.lettering import Font, letters, write
from plateseg.domain.drawn.light import light
from plateseg.domain.drawn.over import cover_a_little, stand_before
from plateseg.domain.drawn.patchwork import draw_patchwork, hang_free
from plateseg.domain.drawn.placing import (
    Matrix,
    Spot,
    choose_spots,
    hang_plate,
    into_view,
    place_car,
    shift,
    through,
)  # fmt: skip
from plateseg.domain.drawn.plate import STYLES, PlateStyle, draw_plate
from plateseg.domain.drawn.scene import draw_scene
from plateseg.domain.types import Image, Mask, Quad

_FINE = 2  # everything is drawn at twice the size and averaged down: smooth edges
_SHAPES = ((4, 3), (3, 4), (16, 9), (9, 16), (1, 1), (3, 2), (2, 3), (5, 8))
_PLATES = (0.1, 0.74, 0.12, 0.04)
_PATCHWORK = 0.2


def draw_any(rng: np.random.Generator, *, side: int = 640) -> tuple[Image, Mask, tuple[Quad, ...]]:
    """A photograph to train on: any shape, none to three plates, now and then on no vehicle at all.

    side: the longer side in pixels. Returns what `draw` returns.
    """
    across, down = _SHAPES[int(rng.integers(len(_SHAPES)))]
    width, height = round(side * across / max(across, down)), round(side * down / max(across, down))
    plates = int(rng.choice(len(_PLATES), p=_PLATES))
    return draw(rng, width=width, height=height, plates=plates, patchwork=rng.random() < _PATCHWORK)


def draw(
    rng: np.random.Generator, *, width: int = 640, height: int = 480, plates: int = 1, patchwork: bool = False
) -> tuple[Image, Mask, tuple[Quad, ...]]:
    """A drawn photograph, its exact mask and the corners of its plates; the same rng draws the same.

    Returns (height, width, 3) uint8, (height, width) uint8 of 0 and 1, and one quad for each plate, which all lie
    within the picture and hide none of each other. plates=0: a vehicle whose plate is missing. patchwork: the
    plates hang on no vehicle but on surfaces and shapes of chance.
    """
    begin = _begin_patchwork if patchwork else _begin_street
    scene, mounts = begin(rng, slots=max(1, plates), fine=(width * _FINE, height * _FINE))
    mask = np.zeros((height, width), np.uint8)
    quads: list[Quad] = []
    for style, onto in mounts if plates else ():
        corners = lay_plate(scene, draw_plate(rng, style), onto)
        if rng.random() < 0.12:
            cover_a_little(rng, scene, corners)
        # From the corners between fine pixels to centres of whole ones.
        quads.append((corners / _FINE - 0.5).astype(np.float32))
        mask |= inside(quads[-1], width=width, height=height)
    if not patchwork and rng.random() < 0.25:
        stand_before(rng, scene, [quad * _FINE for quad in quads])
    photograph = light(rng, np.asarray(cv2.resize(scene, (width, height), interpolation=cv2.INTER_AREA), np.uint8))
    return photograph, mask, tuple(quads)


_Begun = tuple[Image, list[tuple[PlateStyle, Matrix]]]


def _begin_street(rng: np.random.Generator, *, slots: int, fine: tuple[int, int]) -> _Begun:
    """A street with its vehicles; from each plate's millimetres to the fine scene."""
    width, height = fine
    spots = choose_spots(rng, slots=slots, width=width, height=height)
    foot = spots[0].y + spots[0].size * 0.12
    horizon = float(np.clip(foot - spots[0].size * rng.uniform(0.1, 0.55), 0.05 * height, 0.9 * height))
    # What lies behind is out of focus a little: drawn at the plain size, and in a quarter of the time.
    street = draw_scene(rng, width=width // _FINE, height=height // _FINE, horizon=horizon / _FINE)
    scene = np.asarray(cv2.resize(street, fine, interpolation=cv2.INTER_LINEAR), np.uint8)
    mounts = []
    for spot in spots:
        style, onto = _set_vehicle(rng, scene, spot, calm=slots > 1)
        mounts.append((style, onto))
    return scene, mounts


def _begin_patchwork(rng: np.random.Generator, *, slots: int, fine: tuple[int, int]) -> _Begun:
    width, height = fine
    plain = draw_patchwork(rng, width=width // _FINE, height=height // _FINE)
    scene = np.asarray(cv2.resize(plain, fine, interpolation=cv2.INTER_LINEAR), np.uint8)
    mounts = []
    for slot in range(slots):
        style = _choose_style(rng)
        onto = hang_free(rng, style, slot=slot, slots=slots, width=width, height=height)
        if rng.random() < 0.5:
            _set_holder(rng, scene, onto, style)
        mounts.append((style, onto))
    return scene, mounts


def _choose_style(rng: np.random.Generator) -> PlateStyle:
    return STYLES[int(rng.integers(len(STYLES)))]


def _set_vehicle(rng: np.random.Generator, scene: Image, spot: Spot, *, calm: bool) -> tuple[PlateStyle, Matrix]:
    car, style = draw_car(rng), _choose_style(rng)
    height, width = scene.shape[:2]
    place = place_car(rng, spot, car.plate_at, calm=calm)
    mount = hang_plate(rng, style, car.plate_at)
    place = into_view(place @ mount, style, width=width, height=height) @ place
    _set_car(scene, car, place)
    if rng.random() < 0.7:
        _set_holder(rng, scene, place @ mount, style)
    return style, place @ mount


def _set_car(scene: Image, car: Car, place: Matrix) -> None:
    shadow = through(place, np.array([[90, 735], [910, 735], [960, 790], [40, 790]], np.float64)) - 0.5
    soft = scene.shape[1] // 90 + 1
    left, top, right, bottom = window(scene, shadow, margin=3 * soft)
    if right > left and bottom > top:
        dark = coverage(shadow - [left, top], width=right - left, height=bottom - top)
        dark = np.asarray(cv2.GaussianBlur(dark, (0, 0), soft), np.float32) * np.float32(0.7)
        street = scene[top:bottom, left:right]
        blend(street, np.zeros_like(street), dark)
    frame = np.array([[0, 0], [CANVAS_WIDTH, 0], [CANVAS_WIDTH, CANVAS_HEIGHT], [0, CANVAS_HEIGHT]], np.float64)
    where = window(scene, through(place, frame))
    lay(scene, car.pixels, place, where, cover=warped(car.cover, place, where) * np.float32(1 / 255))


def _set_holder(rng: np.random.Generator, scene: Image, onto: Matrix, style: PlateStyle) -> None:
    """The holder around a plate, often with a dealer's name: all there is of a plate that is missing."""
    rim, foot = rng.uniform(4, 16), rng.uniform(6, 30)
    size = round(style.width + 2 * rim), round(style.height + rim + foot)
    tone: Colour = scaled((40, 41, 44), rng.uniform(0.4, 1.8)) if rng.random() < 0.8 else (190, 192, 196)
    holder: NDArray[np.uint8] = np.zeros((size[1], size[0], 3), np.uint8)
    fill(holder, np.array([[-2, -2], [size[0] + 2, -2], [size[0] + 2, size[1] + 2], [-2, size[1] + 2]]), tone)
    if foot > 14 and rng.random() < 0.6:
        ink: Colour = (220, 220, 220) if sum(tone) < 360 else (40, 40, 44)
        area = (size[0] * 0.3, size[1] - foot * 0.85, size[0] * 0.4, foot * 0.65)
        write(holder, letters(rng, int(rng.integers(5, 12))), box_of=area, ink=ink, font=Font("sans", 550), widest=3)
    lay_plate(scene, holder, onto @ shift(-rim, -rim), opacity=0.97)
