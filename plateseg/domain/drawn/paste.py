"""Drawn plates pasted into a person's own photograph that shows none: light, colour, sharpness and grain as there."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import coverage, window_of
from plateseg.domain.drawn.laying import inside, lay_plate
from plateseg.domain.drawn.patchwork import hang_free
from plateseg.domain.drawn.plate import STYLES, draw_plate
from plateseg.domain.types import Image, Mask, Quad


def paste(rng: np.random.Generator, photograph: Image, *, plates: int = 1) -> tuple[Image, Mask, tuple[Quad, ...]]:
    """The photograph with plates in it, the exact mask and one quad for each plate; the photograph stays as it is.

    photograph: (H, W, 3) uint8 of any size. Around each plate the light and the cast of that place are kept, the edge
    is feathered, and the plate is as sharp and as noisy as what it hangs on. Returns as `draw` does.
    """
    height, width = photograph.shape[:2]
    scene = photograph.copy()
    mask = np.zeros((height, width), np.uint8)
    quads: list[Quad] = []
    for slot in range(plates):
        style = STYLES[int(rng.integers(len(STYLES)))]
        onto = hang_free(rng, style, slot=slot, slots=plates, width=width, height=height)
        sheet = photograph.copy()
        corners = lay_plate(sheet, draw_plate(rng, style), onto)
        quads.append((corners - 0.5).astype(np.float32))
        _blend_in(rng, scene, sheet, quads[-1])
        mask |= inside(quads[-1], width=width, height=height)
    return scene, mask, tuple(quads)


def _blend_in(rng: np.random.Generator, scene: Image, sheet: Image, quad: Quad) -> None:
    """Take the plate over from the sheet into the scene, changed to fit there."""
    height, width = scene.shape[:2]
    size = float(np.linalg.norm(quad[1] - quad[0]))
    left, top, right, bottom = window_of(quad, width=width, height=height, margin=max(3, round(size * 0.08)))
    there = scene[top:bottom, left:right].astype(np.float32)
    plate = sheet[top:bottom, left:right].astype(np.float32)
    plate *= _light_of(rng, there)
    # A large plate is seen sharp by a camera that sees the rest sharp.
    blur = min(2.5, size / 100) * _softness(scene[top:bottom, left:right])
    plate = np.asarray(cv2.GaussianBlur(plate, (0, 0), max(0.3, blur)), np.float32)
    plate += rng.standard_normal(plate.shape, np.float32) * _grain_of(there)
    cover = coverage(quad - [left, top], width=right - left, height=bottom - top)
    cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), max(0.4, blur * 0.8)), np.float32)[:, :, None]
    scene[top:bottom, left:right] = np.clip(there + (plate - there) * cover, 0, 255).astype(np.uint8)


def _light_of(rng: np.random.Generator, there: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a white sheet would be multiplied with at that place: (1, 1, 3) float32, never quite black.

    The brightest tenth stands for white that is lit as the plate is; half of its cast is taken over, for the surface
    has a colour of its own.
    """
    bright = np.quantile(there.reshape(-1, 3), 0.9, axis=0)
    level = float(np.clip(bright.mean() / 200, 0.25, 1.1)) * rng.uniform(0.85, 1.15)
    cast = bright / max(1.0, float(bright.mean()))
    return np.asarray((level * (0.5 + 0.5 * np.clip(cast, 0.6, 1.4)))[None, None, :], np.float32)


def _softness(window: Image) -> float:
    """How soft a window of the photograph is, in 0.4 (sharp) to 1.2 (smeared)."""
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(window), cv2.COLOR_RGB2GRAY), np.float32)
    fine = float(cv2.Laplacian(grey, cv2.CV_32F).std())
    coarse = float(grey.std()) + 1
    return float(np.clip(1.2 - fine / coarse * 1.2, 0.4, 1.2))


def _grain_of(there: NDArray[np.float32]) -> np.float32:
    """The sensor's noise in grey levels, from what remains of the window after a median."""
    grey = np.ascontiguousarray(there.mean(axis=2).astype(np.uint8))
    rest = grey.astype(np.float32) - np.asarray(cv2.medianBlur(grey, 3), np.float32)
    return np.float32(np.clip(np.median(np.abs(rest)) * 1.5, 0.5, 10))
