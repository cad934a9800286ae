"""Perspective: where a vehicle stands in the scene, and how a plate hangs on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.body import CANVAS_HEIGHT, CANVAS_WIDTH, PIXELS_PER_MM
from plateseg.domain.drawn.styles import PlateStyle

Matrix = NDArray[np.float64]
WIDEST_PLATE = 520 * PIXELS_PER_MM / CANVAS_WIDTH
"""Of a vehicle's canvas, the share that a European plate takes."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the plate's place on a vehicle should come to lie, in pixels of the scene.

    size: how wide the vehicle's whole canvas is seen.
    """

    x: float
    y: float
    size: float


def choose_spots(rng: np.random.Generator, *, slots: int, width: int, height: int) -> list[Spot]:
    """One spot for each vehicle, side by side. One vehicle alone may be so near that most of it is out of view."""
    room = width / slots
    spots = []
    base = height * rng.uniform(0.45, 0.8)
    for slot in range(slots):
        if slots > 1:
            size = min(room * rng.uniform(0.6, 1.02), height * 1.8)
            x = room * (slot + 0.5 + rng.uniform(-0.04, 0.04))
            spots.append(Spot(x, base + size * rng.uniform(-0.05, 0.08), size))
            continue
        share = float(np.clip(np.exp(rng.normal(np.log(0.32), 0.5)), 0.04, 0.62))
        size = min(width * share / WIDEST_PLATE, height * 3.2)
        spread = 0.16 if share < 0.3 else 0.08
        x = np.clip(rng.normal(0.5, spread), 0.15, 0.85)
        y = np.clip(rng.normal(0.52, 0.15), 0.15, 0.88)
        spots.append(Spot(width * x, height * y, size))
    return spots


def place_car(rng: np.random.Generator, spot: Spot, plate_at: tuple[float, float], *, calm: bool) -> Matrix:
    """From a vehicle's canvas to the scene, the plate's place at the spot. calm: no strong tilt."""
    tall = spot.size * CANVAS_HEIGHT / CANVAS_WIDTH
    half = spot.size / 2
    corners = np.array([[-half, -tall], [half, -tall], [half, 0], [-half, 0]])
    # Seen from the side, the far half is lower and narrower; a camera held askew turns it all.
    limit = 0.22 if calm or rng.random() < 0.6 else 0.45
    side = rng.uniform(-limit, limit)
    turn = np.deg2rad(rng.normal(0, 3.0 if calm else float(rng.choice([3.5, 11.0], p=[0.75, 0.25]))))
    corners[[1, 2], 1] *= 1 - max(0.0, side)
    corners[[0, 3], 1] *= 1 + min(0.0, side)
    corners[[2 if side > 0 else 3], 1] -= tall * abs(side) * 0.5
    corners[:, 0] *= 1 - abs(side) * 0.8
    # Looked at from above or below, one end of it is narrower.
    pitch = rng.uniform(-0.06, 0.16)
    corners[[2, 3], 0] *= 1 - pitch
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    target = (corners @ spin.T).astype(np.float32)
    source = np.array([[0, 0], [CANVAS_WIDTH, 0], [CANVAS_WIDTH, CANVAS_HEIGHT], [0, CANVAS_HEIGHT]], np.float32)
    place = np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)
    at = through(place, np.array([plate_at], np.float64))[0]
    return shift(spot.x - float(at[0]), spot.y - float(at[1])) @ place


def hang_plate(rng: np.random.Generator, style: PlateStyle, plate_at: tuple[float, float]) -> Matrix:
    """From the plate's millimetres to the vehicle's canvas: in its place, never mounted quite straight."""
    turn = np.deg2rad(rng.normal(0, 0.8 if rng.random() < 0.9 else 4))
    scale = PIXELS_PER_MM * rng.uniform(0.9, 1.2)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    x, y = plate_at
    middle = style.width / 2, style.height / 2
    across, down = x - cos * middle[0] + sin * middle[1], y - sin * middle[0] - cos * middle[1]
    return np.array([[cos, -sin, across], [sin, cos, down], [0, 0, 1]], np.float64)


def into_view(onto: Matrix, style: PlateStyle, *, width: int, height: int) -> Matrix:
    """The change, often none, that brings the whole plate into the picture: it shrinks before it shifts."""
    corners = through(onto, corners_of(style))
    margin = 0.02 * min(width, height)
    low, high = corners.min(axis=0).astype(np.float64), corners.max(axis=0).astype(np.float64)
    room = np.array([width, height], np.float64) - 2 * margin
    factor = float(min(1.0, np.min(room / (high - low))))
    middle = (low + high) / 2
    low, high = middle + (low - middle) * factor - margin, middle + (high - middle) * factor + margin
    move = np.where(low < 0, -low, np.where(high > [width, height], np.array([width, height]) - high, 0.0))
    return shift(*(middle * (1 - factor) + move)) @ np.diag([factor, factor, 1.0])


def corners_of(style: PlateStyle) -> NDArray[np.float64]:
    """(4, 2) float64: the corners of a plate in its own millimetres, clockwise from the top left."""
    return np.array([[0, 0], [style.width, 0], [style.width, style.height], [0, style.height]], np.float64)


def shift(x: float, y: float) -> Matrix:
    """A move by so many pixels."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


def through(matrix: Matrix, points: NDArray[np.float64]) -> NDArray[np.float32]:
    """Points after a perspective change: (N, 2) float32."""
    return np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix).reshape(-1, 2), np.float32)
