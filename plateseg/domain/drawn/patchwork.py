"""A background of no particular thing: surfaces, shapes, lines and writing, so that only the plate itself is learnt."""

from __future__ import annotations

import cv2
import numpy as np

from plateseg.domain.drawn.brush import any_colour, box, fill, rounded
from plateseg.domain.drawn.clutter import draw_sign, write_words
from plateseg.domain.drawn.placing import Matrix, corners_of, shift
from plateseg.domain.drawn.styles import PlateStyle
from plateseg.domain.drawn.texture import grow_leaves, lay_tiles, noise_sheet, reflect, speckle
from plateseg.domain.types import Image


def draw_patchwork(rng: np.random.Generator, *, width: int, height: int) -> Image:
    """(height, width, 3) uint8 without a plate."""
    sheet = noise_sheet(rng, width=width, height=height)
    kind = rng.random()
    if kind < 0.2:
        lay_tiles(rng, sheet, across=width * rng.uniform(0.02, 0.15), down=width * rng.uniform(0.01, 0.06), contrast=9)
    elif kind < 0.4:
        grow_leaves(rng, sheet, dense=rng.uniform(0.3, 0.9))
    elif kind < 0.7:
        reflect(rng, sheet, strength=rng.uniform(10, 60), bands=True)
    else:
        speckle(rng, sheet, strength=rng.uniform(4, 16))
    for _ in range(int(rng.integers(3, 16))):
        _draw_shape(rng, sheet)
    for _ in range(int(rng.integers(0, 4))):
        ink = any_colour(rng, 0, 255)
        spot = (rng.uniform(0, width), rng.uniform(0, height))
        write_words(rng, sheet, middle=spot, tall=width * rng.uniform(0.02, 0.09), ink=ink)
    if rng.random() < 0.4:
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        draw_sign(rng, sheet, x=x, y=y, width=width * rng.uniform(0.1, 0.3))
    return sheet


def _draw_shape(rng: np.random.Generator, sheet: Image) -> None:
    height, width = sheet.shape[:2]
    top = any_colour(rng, 0, 255)
    bottom = any_colour(rng, 0, 255)
    x, y, across = rng.uniform(-0.2, 1) * width, rng.uniform(-0.2, 1) * height, rng.uniform(0.05, 0.6) * width
    kind = rng.random()
    if kind < 0.4:
        shape = rounded(box(x, y, across, across * rng.uniform(0.1, 1.2)), across * rng.uniform(0, 0.3))
        fill(sheet, shape, top, bottom, opacity=rng.uniform(0.5, 1))
    elif kind < 0.7:
        points = rng.uniform(0, 1, (int(rng.integers(3, 7)), 2)) * across + [x, y]
        fill(sheet, points.astype(np.float32), top, bottom, opacity=rng.uniform(0.5, 1))
    else:
        end = round(rng.uniform(0, width)), round(rng.uniform(0, height))
        cv2.line(sheet, (round(x), round(y)), end, top, max(1, round(width * rng.uniform(0.002, 0.02))), cv2.LINE_AA)


def hang_free(rng: np.random.Generator, style: PlateStyle, *, slot: int, slots: int, width: int, height: int) -> Matrix:
    """From a plate's millimetres to the sheet: any size, turned and tilted up to strongly, in its own slot."""
    room = width / slots
    share = float(np.clip(np.exp(rng.normal(np.log(0.3), 0.5)), 0.06, 0.75))
    scale = min(room * share / style.width, height * 0.5 / style.height)
    corners = (corners_of(style) - [style.width / 2, style.height / 2]) * scale
    tilt = rng.normal(0, 0.07, (4, 2)) * [style.width * scale, style.height * scale * 1.5]
    turn = np.deg2rad(rng.normal(0, 9))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shear = np.array([[rng.uniform(0.65, 1.0), 0], [rng.normal(0, 0.15), 1]]).T
    target = (corners + np.clip(tilt, -0.2 * scale * style.height, 0.2 * scale * style.height)) @ shear @ spin.T
    low, high = target.min(axis=0), target.max(axis=0)
    margin = 2.0
    free = np.maximum(np.array([room, height]) - (high - low) - 2 * margin, 0)
    at = np.array([room * slot, 0.0]) + margin + free * rng.uniform(0.05, 0.95, 2) - low
    warp = cv2.getPerspectiveTransform(corners_of(style).astype(np.float32), target.astype(np.float32))
    return shift(float(at[0]), float(at[1])) @ np.asarray(warp, np.float64)
