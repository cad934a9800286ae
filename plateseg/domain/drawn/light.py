"""Sun, night, shadow, glare; lens and sensor. Whatever falls on the scene falls on the plate as well."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import Points, clouds, coverage
from plateseg.domain.drawn.clutter import stamp_date
from plateseg.domain.types import Image


def light(rng: np.random.Generator, scene: Image) -> Image:
    """The scene as a camera of chance would have taken it. scene: (H, W, 3) uint8; a new array of that shape."""
    level = _brightness(rng, scene.shape[1], scene.shape[0])
    if rng.random() < 0.45:
        level = level * _shadow(rng, scene.shape[1], scene.shape[0])
    cast = rng.normal(1, 0.07 if rng.random() < 0.8 else 0.2, 3).astype(np.float32)
    lit = scene * (level[:, :, None] * cast)
    if rng.random() < 0.15:
        lit += _glare(rng, lit.shape[1], lit.shape[0])
    shown = _developed(rng, lit)
    if rng.random() < 0.06:
        stamp_date(rng, shown)
    return _photograph(rng, shown)


def _developed(rng: np.random.Generator, lit: NDArray[np.float32]) -> Image:
    """What the camera makes of it: contrast, saturation, haze, and sometimes far too much of them."""
    strong = rng.random() < 0.2
    contrast = rng.uniform(0.75, 1.2) * (rng.uniform(1.1, 1.6) if strong else 1.0)
    colourful = rng.uniform(0.5, 1.3) * (1.3 if strong else 1.0)
    haze = rng.uniform(0.1, 0.5) if rng.random() < 0.1 else 0.0
    middle = 118 + rng.normal(4, 10)
    # One matrix: away from or towards the pixel's own grey, then away from or towards the middle, then into the haze.
    saturate = np.eye(3) * colourful + np.full((3, 3), (1 - colourful) / 3)
    matrix = saturate * contrast * (1 - haze)
    offset = (middle - 118 * contrast) * (1 - haze) + rng.uniform(150, 230) * haze
    developed = np.asarray(cv2.transform(lit, np.hstack([matrix, np.full((3, 1), offset)]).astype(np.float32)))
    shown = np.asarray(cv2.convertScaleAbs(np.maximum(developed, 0, out=developed)), np.uint8)
    if rng.random() < 0.08:
        step = int(rng.integers(6, 28))
        levels = np.clip(np.arange(256) // step * step + step // 2, 0, 255).astype(np.uint8)
        shown = np.asarray(cv2.LUT(shown, levels), np.uint8)
    return shown


def _brightness(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """How bright it is where: (height, width) float32 around 1; at night far below, with a lit middle."""
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope = rng.normal(0, 0.12, 2).astype(np.float32)
    level = 1 + across * slope[0] + down * slope[1]
    if rng.random() < 0.12:
        spot = rng.uniform(-0.4, 0.4, 2)
        beam = np.exp(-((across - spot[0]) ** 2 / 0.5 + (down - 0.3 - spot[1] / 3) ** 2 / 0.35))
        return np.asarray(level * (rng.uniform(0.18, 0.4) + 0.75 * beam), np.float32)
    return np.asarray(level * rng.uniform(0.75, 1.35), np.float32)


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
    """Lens blur or motion, a coarse sensor or too much sharpening, then noise, then the camera's JPEG."""
    height, width = scene.shape[:2]
    unit = max(width, height) / 640
    if rng.random() < 0.15:
        kernel = _motion(max(3, round(unit * rng.uniform(2.5, 8))), angle=rng.uniform(-90, 90))
        scene = np.asarray(cv2.filter2D(scene, -1, kernel), np.uint8)
    else:
        soft = rng.uniform(0.25, 1.0) if rng.random() < 0.8 else rng.uniform(1.0, 2.2)
        scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), unit * soft), np.uint8)
    if rng.random() < 0.15:
        factor = rng.uniform(1.3, 2.8)
        small = cv2.resize(scene, (max(8, round(width / factor)), max(8, round(height / factor))))
        scene = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    if rng.random() < 0.25:
        smooth = np.asarray(cv2.GaussianBlur(scene, (0, 0), 1.2 * unit), np.uint8)
        amount = rng.uniform(0.5, 2.0)
        scene = np.asarray(cv2.addWeighted(scene, 1 + amount, smooth, -amount, 0), np.uint8)
    strength = rng.uniform(0.5, 5) if rng.random() < 0.85 else rng.uniform(5, 16)
    grain = rng.standard_normal(scene.shape, np.float32) * np.float32(strength)
    noisy = cv2.add(scene, grain, dtype=cv2.CV_8U)
    quality = int(rng.integers(40, 95))
    packed = cv2.imencode(".jpg", noisy[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB), np.uint8)


def _motion(length: int, *, angle: float) -> NDArray[np.float32]:
    """The path of a camera that moved `length` pixels while the shutter was open; angle in degrees."""
    path = np.zeros((length, length), np.float32)
    path[length // 2] = 1
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), angle, 1)
    turned = np.asarray(cv2.warpAffine(path, turn, (length, length)), np.float32)
    return np.asarray(turned / turned.sum(), np.float32)
