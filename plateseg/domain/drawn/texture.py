"""Surfaces: bricks, paving, leaves, gravel, reflections. All work on a canvas in place."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import any_colour, clouds, tint
from plateseg.domain.types import Image


def lay_tiles(rng: np.random.Generator, sheet: Image, *, across: float, down: float, contrast: float) -> None:
    """A bond of bricks or slabs over the whole sheet, seen from the front. Sizes in pixels."""
    height, width = sheet.shape[:2]
    rows, columns = max(1, int(height / max(2.0, down))) + 1, max(1, int(width / max(2.0, across))) + 2
    tones = rng.standard_normal((rows, columns), np.float32) * np.float32(contrast)
    y = np.arange(height, dtype=np.float32) / np.float32(max(2.0, down))
    x = np.arange(width, dtype=np.float32) / np.float32(max(2.0, across))
    row = y.astype(int)
    shifted = x[None, :] + 0.5 * (row % 2)[:, None]
    column = shifted.astype(int)
    change = tones[row[:, None], np.minimum(column, columns - 1)]
    seam = max(0.06, 1.2 / across)
    joint = ((shifted - column) < seam) | ((y - row)[:, None] < max(0.06, 1.2 / down))
    change[joint] = -np.float32(contrast * 2.2 + 8)
    tint(sheet, change)


def tile_ground(rng: np.random.Generator, scene: Image, *, horizon: float) -> None:
    """Paving on the ground, in perspective."""
    height, width = scene.shape[:2]
    top = max(0, round(horizon))
    if height - top < 8:
        return
    flat = np.full((400, 400, 3), 128, np.uint8)
    lay_tiles(rng, flat, across=rng.uniform(14, 60), down=rng.uniform(10, 40), contrast=rng.uniform(4, 14))
    spread = rng.uniform(0.2, 1.2) * width
    target = np.array([[0, 0], [width, 0], [width + spread, height - top], [-spread, height - top]], np.float32)
    source = np.array([[0, 0], [400, 0], [400, 400], [0, 400]], np.float32)
    warp = cv2.getPerspectiveTransform(source, target)
    seen = cv2.warpPerspective(flat, warp, (width, height - top), borderMode=cv2.BORDER_REFLECT)
    tint(scene[top:], np.asarray(seen[:, :, 0], np.float32) - 128)


def grow_leaves(rng: np.random.Generator, sheet: Image, *, dense: float) -> None:
    """Foliage: blotches of many greens. dense: share of the sheet that is covered."""
    height, width = sheet.shape[:2]
    shape = clouds(rng, width=width, height=height, coarsest=6, octaves=4)
    fine = rng.standard_normal((max(2, height // 3), max(2, width // 3)), np.float32)
    grain = np.asarray(cv2.resize(fine, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    cover = np.clip((shape + grain * 0.35 - np.float32(np.quantile(shape, 1 - dense))) * 6, 0, 1)[:, :, None]
    leaf = np.array((rng.uniform(30, 90), rng.uniform(70, 125), rng.uniform(20, 60)), np.float32)
    green = np.clip(leaf * (1 + 0.5 * grain[:, :, None]), 0, 255)
    sheet[:] = (sheet + (green - sheet) * cover).astype(np.uint8)


def speckle(rng: np.random.Generator, sheet: Image, *, strength: float) -> None:
    """Grain of asphalt or gravel, coarse and fine."""
    height, width = sheet.shape[:2]
    coarsest = int(rng.integers(3, 40))
    change = clouds(rng, width=width, height=height, coarsest=coarsest, octaves=3) * np.float32(strength * 0.7)
    fine = rng.standard_normal((max(1, height // 2), max(1, width // 2)), np.float32)
    change += np.asarray(cv2.resize(fine, (width, height)), np.float32) * np.float32(strength * 0.8)
    tint(sheet, change)


def reflect(rng: np.random.Generator, sheet: Image, *, strength: float, bands: bool) -> None:
    """What a varnished body mirrors: sky above, dark ground below, lines of houses and wires, all of it bent."""
    height, width = sheet.shape[:2]
    small = clouds(rng, width=width // 4, height=height // 4, coarsest=int(rng.integers(2, 5)), octaves=3)
    if bands:
        # A bent horizon, its edges sharp: what makes metal look like metal.
        y = np.linspace(0, 1, height // 4, dtype=np.float32)[:, None]
        wave = y * np.float32(rng.uniform(4, 9)) + small * np.float32(0.9)
        small = small * 0.4 + np.tanh(np.sin(wave) * 4).astype(np.float32) * 0.6
    change = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    tint(sheet, change * np.float32(strength))


def noise_sheet(rng: np.random.Generator, *, width: int, height: int) -> Image:
    """Coloured clouds over a colour of chance, as a background of no particular thing: (height, width, 3) uint8."""
    base = any_colour(rng, 20, 235)
    change: NDArray[np.float32] = np.stack(
        [clouds(rng, width=width, height=height, coarsest=int(rng.integers(2, 9)), octaves=4) for _ in range(3)], axis=2
    )
    grey = change.mean(axis=2, keepdims=True)
    mixed = grey + (change - grey) * np.float32(rng.uniform(0, 0.8))
    sheet: Image = np.clip(np.array(base, np.float32) + mixed * rng.uniform(10, 60), 0, 255).astype(np.uint8)
    return sheet
