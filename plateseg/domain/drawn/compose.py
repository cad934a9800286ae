"""Vehicles set into a scene, plates set onto vehicles, and the truth kept on the way."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import blend, coverage, fill, scaled, window_of
from plateseg.domain.drawn.car import CANVAS_HEIGHT, CANVAS_WIDTH, PIXELS_PER_MM, Car, draw_car
from plateseg.domain.drawn.light import light
from plateseg.domain.drawn.plate import STYLES, PlateStyle, draw_plate
from plateseg.domain.drawn.scene import draw_scene
from plateseg.domain.types import Image, Mask, Quad

_FINE = 2  # everything is drawn at twice the size and averaged down: smooth edges
_Matrix = NDArray[np.float64]


def draw(
    rng: np.random.Generator, *, width: int = 640, height: int = 480, plates: int = 1
) -> tuple[Image, Mask, tuple[Quad, ...]]:
    """A drawn photograph, its exact mask and the corners of its plates; the same rng draws the same.

    Returns (height, width, 3) uint8, (height, width) uint8 of 0 and 1, and one quad for each plate, which all lie
    within the picture and hide none of each other. plates=0: a vehicle whose plate is missing.
    """
    fine_width, fine_height = width * _FINE, height * _FINE
    # What lies behind is out of focus a little: drawn at the plain size, and in a quarter of the time.
    street = draw_scene(rng, width=width, height=height, horizon=height * rng.uniform(0.3, 0.5))
    scene = np.asarray(cv2.resize(street, (fine_width, fine_height), interpolation=cv2.INTER_LINEAR), np.uint8)
    mask = np.zeros((height, width), np.uint8)
    quads: list[Quad] = []
    slots = max(1, plates)
    for slot in range(slots):
        car = draw_car(rng)
        style = STYLES[int(rng.integers(len(STYLES)))]
        place = _place(rng, slot, slots, width=fine_width, height=fine_height)
        mount = _plate_place(rng, style, car)
        place = _into_view(scene, place, mount, style) @ place
        _set_car(scene, car, place)
        onto = place @ mount
        _set_recess(scene, onto, style, car)
        if plates:
            # From the corners between fine pixels to centres of whole ones.
            quads.append((_set_plate(scene, draw_plate(rng, style), onto) / _FINE - 0.5).astype(np.float32))
            mask |= _inside(quads[-1], width=width, height=height)
    photograph = light(rng, np.asarray(cv2.resize(scene, (width, height), interpolation=cv2.INTER_AREA), np.uint8))
    return photograph, mask, tuple(quads)


def _place(rng: np.random.Generator, slot: int, slots: int, *, width: int, height: int) -> _Matrix:
    """The perspective of one vehicle: from its canvas to the scene. Its place for the plate stays in view."""
    room = width / slots
    # One vehicle alone may stand so near that most of it is out of view.
    nearest = 1.02 if slots > 1 else rng.choice([1.4, 2.3], p=[0.7, 0.3])
    size = min(room * rng.uniform(0.75, nearest), height * 2.0)
    # The plate hangs at most a seventh of the vehicle's height above the ground.
    foot = height * rng.uniform(0.8, 1.0) + size * rng.uniform(0.0, 0.06)
    middle = room * (slot + 0.5) + room * rng.uniform(-0.1, 0.1) * (1 if slots == 1 else 0.2)
    tall = size * CANVAS_HEIGHT / CANVAS_WIDTH
    corners = np.array([[-size / 2, -tall], [size / 2, -tall], [size / 2, 0], [-size / 2, 0]])
    # Seen from the side, the far half is lower and narrower; a camera held askew turns it all.
    side, turn = rng.uniform(-0.22, 0.22), np.deg2rad(rng.normal(0, 3.5))
    corners[[1, 2], 1] *= 1 - max(0.0, side)
    corners[[0, 3], 1] *= 1 + min(0.0, side)
    corners[[2 if side > 0 else 3], 1] -= tall * abs(side) * 0.5
    corners[:, 0] *= 1 - abs(side) * 0.8
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    target = (corners @ spin.T + [middle, foot]).astype(np.float32)
    source = np.array([[0, 0], [CANVAS_WIDTH, 0], [CANVAS_WIDTH, CANVAS_HEIGHT], [0, CANVAS_HEIGHT]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)


def _into_view(scene: Image, place: _Matrix, mount: _Matrix, style: PlateStyle) -> _Matrix:
    """The shift, often none, that brings the whole plate into the picture."""
    height, width = scene.shape[:2]
    plate = np.array([[0, 0], [style.width, 0], [style.width, style.height], [0, style.height]], np.float64)
    corners = _through(place @ mount, plate)
    margin = 0.02 * width
    low, high = corners.min(axis=0) - margin, corners.max(axis=0) + margin - [width, height]
    shift = np.where(low < 0, -low, np.where(high > 0, -high, 0))
    return np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]], np.float64)


def _set_car(scene: Image, car: Car, place: _Matrix) -> None:
    shadow = _through(place, np.array([[90, 735], [910, 735], [960, 790], [40, 790]], np.float64)) - 0.5
    soft = scene.shape[1] // 90
    left, top, right, bottom = _window(scene, shadow, margin=3 * soft)
    dark = coverage(shadow - [left, top], width=right - left, height=bottom - top)
    dark = np.asarray(cv2.GaussianBlur(dark, (0, 0), soft), np.float32) * np.float32(0.7)
    street = scene[top:bottom, left:right]
    blend(street, np.zeros_like(street), dark)
    frame = np.array([[0, 0], [CANVAS_WIDTH, 0], [CANVAS_WIDTH, CANVAS_HEIGHT], [0, CANVAS_HEIGHT]], np.float64)
    window = _window(scene, _through(place, frame))
    _lay(scene, car.pixels, place, window, cover=_warped(car.cover, place, window))


def _plate_place(rng: np.random.Generator, style: PlateStyle, car: Car) -> _Matrix:
    """From the plate's millimetres to the vehicle's canvas: in its place, never mounted quite straight."""
    turn, scale = np.deg2rad(rng.normal(0, 0.8)), PIXELS_PER_MM * rng.uniform(0.92, 1.15)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    x, y = car.plate_at
    middle = style.width / 2, style.height / 2
    shift = x - cos * middle[0] + sin * middle[1], y - sin * middle[0] - cos * middle[1]
    return np.array([[cos, -sin, shift[0]], [sin, cos, shift[1]], [0, 0, 1]], np.float64)


def _set_recess(scene: Image, onto: _Matrix, style: PlateStyle, car: Car) -> None:
    """The dark holder around a plate, which is all there is of one that is missing."""
    rim = 12
    outer = [
        [-rim, -rim],
        [style.width + rim, -rim],
        [style.width + rim, style.height + rim],
        [-rim, style.height + rim],
    ]
    rimmed = _through(onto, np.array(outer, np.float64)) - 0.5
    fill(scene, rimmed, scaled((40, 41, 44), 0.8 + car.plate_at[0] % 1))


def _inside(quad: Quad, *, width: int, height: int) -> Mask:
    """The pixels whose centre lies within a convex quad: (height, width) uint8 of 0 and 1."""
    x, y = np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]
    inside = np.ones((height, width), bool)
    for start, edge in zip(quad, np.roll(quad, -1, axis=0) - quad, strict=True):
        inside &= edge[0] * (y - start[1]) - edge[1] * (x - start[0]) >= 0
    return inside.astype(np.uint8)


def _set_plate(scene: Image, plate: Image, onto: _Matrix) -> NDArray[np.float32]:
    """Lay a plate onto the scene; its corners in fine pixels, clockwise from the top left."""
    height, width = plate.shape[:2]
    corners = _through(onto, np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64))
    ratio = float(np.linalg.norm(corners[1] - corners[0])) / width
    # Made about as large as it will be seen first: warping alone would skip pixels of its characters.
    across, down = (max(2, round(side * min(1.0, ratio))) for side in (width, height))
    small = np.asarray(cv2.resize(plate, (across, down), interpolation=cv2.INTER_AREA), np.uint8)
    fit = np.diag([width / small.shape[1], height / small.shape[0], 1.0])
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    warp = np.linalg.inv(half) @ onto @ fit @ half
    window = _window(scene, corners)
    left, top, right, bottom = window
    mine = coverage(corners - 0.5 - [left, top], width=right - left, height=bottom - top)
    _lay(scene, small, warp, window, cover=mine)
    return corners


_Window = tuple[int, int, int, int]  # left, top, right, bottom of the part of the scene that is touched


def _window(scene: Image, points: NDArray[np.float32], *, margin: int = 2) -> _Window:
    return window_of(points, width=scene.shape[1], height=scene.shape[0], margin=margin)


def _lay(scene: Image, pixels: Image, warp: _Matrix, window: _Window, *, cover: NDArray[np.float32]) -> None:
    left, top, right, bottom = window
    blend(scene[top:bottom, left:right], _warped(pixels, warp, window), cover)


def _warped(pixels: NDArray[Any], warp: _Matrix, window: _Window) -> NDArray[Any]:
    left, top, right, bottom = window
    shifted = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], np.float64) @ warp
    edge = cv2.BORDER_REPLICATE if pixels.ndim == 3 else cv2.BORDER_CONSTANT
    return np.asarray(cv2.warpPerspective(pixels, shifted, (right - left, bottom - top), borderMode=edge))


def _through(matrix: _Matrix, points: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix).reshape(-1, 2), np.float32)
