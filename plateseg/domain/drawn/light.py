"""Sun, night, shadow, glare; lens and sensor. Whatever falls on the scene falls on the plate as well."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import Points, clouds, coverage
from plateseg.domain.types import Image


def light(rng: np.random.Generator, scene: Image) -> Image:
    """The scene as a camera of chance would have taken it. scene: (H, W, 3) uint8; a new array of that shape."""
    lit = scene.astype(np.float32)
    lit *= _brightness(rng, lit.shape[1], lit.shape[0])[:, :, None]
    if rng.random() < 0.45:
        lit *= _shadow(rng, lit.shape[1], lit.shape[0])[:, :, None]
    lit *= rng.normal(1, 0.07, 3).astype(np.float32)
    if rng.random() < 0.15:
        lit += _glare(rng, lit.shape[1], lit.shape[0])
    contrast = rng.uniform(0.75, 1.15)
    lit = (lit - 118) * contrast + 118
    return _photograph(rng, np.clip(lit, 0, 255).astype(np.uint8))


def _brightness(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """How bright it is where: (height, width) float32 around 1; at night far below, with a lit middle."""
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope = rng.normal(0, 0.12, 2).astype(np.float32)
    level = 1 + across * slope[0] + down * slope[1]
    if rng.random() < 0.18:
        spot = rng.uniform(-0.4, 0.4, 2)
        beam = np.exp(-((across - spot[0]) ** 2 / 0.5 + (down - 0.3 - spot[1] / 3) ** 2 / 0.35))
        return np.asarray(level * (rng.uniform(0.16, 0.3) + 0.75 * beam), np.float32)
    return np.asarray(level * rng.uniform(0.7, 1.12), np.float32)


def _shadow(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """A shadow cast across the scene, its edge hard or soft: (height, width) float32 in 0..1."""
    start, end, thick = (
        rng.uniform(-0.2, 1.2, 2) * width,
        rng.uniform(-0.2, 1.2) * width,
        rng.uniform(0.15, 0.6) * width,
    )
    shape: Points = [(start[0], 0), (start[0] + thick, 0), (end + thick, height), (end, height)]
    cover = coverage(np.array(shape, np.float32), width=width, height=height)
    cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), rng.uniform(1, 8)), np.float32)
    if rng.random() < 0.4:
        cover = cover * np.clip(0.6 + clouds(rng, width=width, height=height, coarsest=8), 0, 1)
    return np.asarray(1 - cover * rng.uniform(0.25, 0.6), np.float32)


def _glare(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """A lamp or the sun in the lens: (height, width, 1) float32 in grey levels."""
    across = np.arange(width, dtype=np.float32)[None, :] - rng.uniform(0, width)
    down = np.arange(height, dtype=np.float32)[:, None] - rng.uniform(0, height * 0.7)
    size = width * rng.uniform(0.04, 0.14)
    return np.asarray(np.exp(-(across**2 + down**2) / (2 * size**2))[:, :, None] * rng.uniform(60, 200), np.float32)


def _photograph(rng: np.random.Generator, scene: Image) -> Image:
    """Lens blur or motion, then the sensor's noise, then the camera's JPEG."""
    width = scene.shape[1]
    if rng.random() < 0.2:
        kernel = _motion(max(3, round(width * rng.uniform(0.004, 0.011))), angle=rng.uniform(-25, 25))
        scene = np.asarray(cv2.filter2D(scene, -1, kernel), np.uint8)
    else:
        scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), width / 640 * rng.uniform(0.25, 1.0)), np.uint8)
    noise = rng.standard_normal(scene.shape, np.float32) * rng.uniform(1.5, 7)
    noisy = np.clip(scene + noise, 0, 255).astype(np.uint8)
    quality = int(rng.integers(55, 93))
    packed = cv2.imencode(".jpg", noisy[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB), np.uint8)


def _motion(length: int, *, angle: float) -> NDArray[np.float32]:
    """The path of a camera that moved `length` pixels while the shutter was open; angle in degrees."""
    path = np.zeros((length, length), np.float32)
    path[length // 2] = 1
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), angle, 1)
    turned = np.asarray(cv2.warpAffine(path, turn, (length, length)), np.float32)
    return np.asarray(turned / turned.sum(), np.float32)
