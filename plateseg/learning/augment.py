"""Augmentation of a photograph together with its mask, by torchvision.transforms.v2's functions.

OpenCV warps, blurs and turns hues: to the eye the same, and five to twenty times as fast on a CPU that trains too.

All chance comes from the generator handed in, so an example is the same whenever and wherever it is drawn:
in another process, in another order, after a resume.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from plateseg.domain.types import Image, Mask
from plateseg.errors import BadConfig
from plateseg.learning.crops import crop, cropped_shape

FILL = 127
"""Grey of the pixels outside a photograph: close to zero once normalised."""
_MARGIN = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """How far each change may go. Chances are in 0..1; 0 everywhere is no augmentation."""

    flip: float = 0.0
    warp: float = 0.0
    """Chance of the geometric changes below, applied as one warp."""
    degrees: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)
    squash: float = 1.0
    """By how much width may grow against height, or height against width: plates of other countries, slanted views."""
    shift: float = 0.0
    """Share of the side."""
    perspective: float = 0.0
    """Share of the side by which each corner may move."""
    light: float = 0.0
    """Brightness, contrast and saturation change by up to this share."""
    cast: float = 0.0
    """Each colour channel changes by up to this share."""
    hue: float = 0.0
    """Chance of another hue all over, so that no colour of plate or car is learnt by heart."""
    grey: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    jpeg: float = 0.0
    night: float = 0.0


PRESETS: dict[str, Preset] = {
    "off": Preset(),
    "light": Preset(flip=0.5, warp=0.7, degrees=6.0, scale=(0.85, 1.15), shift=0.05, light=0.15),
    "strong": Preset(
        flip=0.5,
        warp=0.9,
        degrees=18.0,
        scale=(0.5, 1.6),
        squash=1.35,
        shift=0.1,
        perspective=0.08,
        light=0.35,
        cast=0.2,
        hue=0.25,
        grey=0.1,
        blur=0.25,
        noise=0.25,
        jpeg=0.25,
        night=0.15,
    ),
}


def augment(
    image: Image, mask: Mask, preset: str, rng: np.random.Generator, *, crop_size: int = 0
) -> tuple[Image, Mask]:
    """One random variant of a photograph, or with a `crop_size` above 0 of a part of it that wide and high.

    image: (H, W, 3) uint8; mask: (H, W) uint8; whole photographs come back at their size.
    """
    if preset not in PRESETS:
        raise BadConfig(f"There is no augmentation called {preset!r}. Choose one of {', '.join(PRESETS)}.")
    limits = PRESETS[preset]
    if preset == "off":
        return crop(image, mask, crop_size, rng) if crop_size else (image, mask)
    shape = mask.shape
    if crop_size:  # a wider part first: what a turn or a smaller scale brings in is photograph, not grey
        shape = cropped_shape(mask.shape, crop_size)
        image, mask = crop(image, mask, round(crop_size * _MARGIN), rng)
    if rng.random() < limits.flip:
        image, mask = np.ascontiguousarray(image[:, ::-1]), np.ascontiguousarray(mask[:, ::-1])
    if rng.random() < limits.warp:
        image, mask = _warp(image, mask, limits, rng)
    if mask.shape != shape:
        image, mask = crop(image, mask, crop_size, rng)
    # Copies: the photograph may be a read-only window on the cache, which torch would warn about.
    picture = _degrade(_recolour(_as_tensor(np.array(image)), limits, rng), limits, rng)
    return _as_image(picture), np.array(mask)


def _warp(image: Image, mask: Mask, limits: Preset, rng: np.random.Generator) -> tuple[Image, Mask]:
    height, width = mask.shape
    start = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(start, _moved_corners(start, limits, rng))
    size = (width, height)
    warped = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(FILL,) * 3)
    return _bytes(warped), _bytes(cv2.warpPerspective(mask, matrix, size, flags=cv2.INTER_NEAREST, borderValue=0))


def _moved_corners(corners: NDArray[np.float32], limits: Preset, rng: np.random.Generator) -> NDArray[np.float32]:
    """Where the corners go: rotated and scaled about the centre, shifted, and each pulled a little on its own."""
    size = corners[2]
    scale = float(np.exp(rng.uniform(*np.log(limits.scale))))
    wider = float(np.exp(rng.uniform(-0.5, 0.5) * np.log(limits.squash)))
    turn = cv2.getRotationMatrix2D((0.0, 0.0), rng.uniform(-limits.degrees, limits.degrees), scale)[:, :2]
    turn = turn @ np.diag([wider, 1 / wider])
    shift = rng.uniform(-limits.shift, limits.shift, 2) * size
    pull = rng.uniform(-limits.perspective, limits.perspective, (4, 2)) * size
    centre = size / 2
    moved: NDArray[np.float32] = ((corners - centre) @ turn.T + centre + shift + pull).astype(np.float32)
    return moved


def _recolour(picture: Tensor, limits: Preset, rng: np.random.Generator) -> Tensor:
    brightness, contrast, saturation = 1 + rng.uniform(-limits.light, limits.light, 3)
    gains = 1 + rng.uniform(-limits.cast, limits.cast, 3)
    if limits.light:
        picture = F.adjust_contrast(F.adjust_brightness(picture, brightness), contrast)
        picture = F.adjust_saturation(picture, saturation)
    if limits.cast:
        picture = _as_bytes(picture * torch.tensor(gains, dtype=torch.float32).view(3, 1, 1))
    if rng.random() < limits.hue:
        picture = _turn_hue(picture, rng.uniform(-0.5, 0.5))
    if rng.random() < limits.grey:
        picture = F.rgb_to_grayscale(picture, num_output_channels=3)
    if rng.random() < limits.night:
        picture = F.adjust_gamma(picture, rng.uniform(1.5, 3.0), gain=rng.uniform(0.6, 1.0))
    return picture


def _degrade(picture: Tensor, limits: Preset, rng: np.random.Generator) -> Tensor:
    if rng.random() < limits.blur:
        radius = int(rng.integers(1, 4))
        picture = _as_tensor(_bytes(cv2.GaussianBlur(_as_image(picture), (2 * radius + 1,) * 2, radius * 0.6)))
    if rng.random() < limits.noise:
        grain = rng.standard_normal(picture.shape, np.float32) * rng.uniform(3, 15)
        picture = _as_bytes(picture + torch.from_numpy(grain))
    if rng.random() < limits.jpeg:
        picture = F.jpeg(picture, int(rng.integers(25, 80)))
    return picture


def _turn_hue(picture: Tensor, turn: float) -> Tensor:
    """turn: share of the circle of hues, -0.5 to 0.5."""
    hsv = cv2.cvtColor(_as_image(picture), cv2.COLOR_RGB2HSV_FULL)  # hues in 0..255: adding wraps by itself
    hsv[..., 0] += np.uint8(round(turn * 256) % 256)
    return _as_tensor(_bytes(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL)))


def _as_tensor(image: Image) -> Tensor:
    return torch.from_numpy(image).permute(2, 0, 1)


def _as_image(picture: Tensor) -> Image:
    image: Image = picture.permute(1, 2, 0).contiguous().numpy()
    return image


def _bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    """What OpenCV answers, which its type hints leave open."""
    return array.astype(np.uint8, copy=False)


def _as_bytes(picture: Tensor) -> Tensor:
    return picture.round().clamp(0, 255).to(torch.uint8)
