"""Augmentation of a photograph together with its mask, by torchvision.transforms.v2's functions.

All chance comes from the generator handed in, so an example is the same whenever and wherever it is drawn:
in another process, in another order, after a resume.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision import tv_tensors
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

from plateseg.domain.types import Image, Mask
from plateseg.errors import BadConfig

FILL = 127
"""Grey of the pixels outside a photograph: close to zero once normalised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """How far each change may go. Chances are in 0..1; 0 everywhere is no augmentation."""

    flip: float = 0.0
    warp: float = 0.0
    """Chance of the geometric changes below, applied as one warp."""
    degrees: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)
    shift: float = 0.0
    """Share of the side."""
    perspective: float = 0.0
    """Share of the side by which each corner may move."""
    light: float = 0.0
    """Brightness, contrast and saturation change by up to this share."""
    cast: float = 0.0
    """Each colour channel changes by up to this share."""
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
        degrees=15.0,
        scale=(0.55, 1.5),
        shift=0.1,
        perspective=0.08,
        light=0.35,
        cast=0.15,
        blur=0.25,
        noise=0.25,
        jpeg=0.25,
        night=0.15,
    ),
}


def augment(image: Image, mask: Mask, preset: str, rng: np.random.Generator) -> tuple[Image, Mask]:
    """One random variant. image: (H, W, 3) uint8; mask: (H, W) uint8; both come back at their size, contiguous."""
    if preset not in PRESETS:
        raise BadConfig(f"There is no augmentation called {preset!r}. Choose one of {', '.join(PRESETS)}.")
    if preset == "off":
        return image, mask
    limits = PRESETS[preset]
    # A copy: the photograph may be a read-only window on the cache, which torch would warn about.
    picture: Tensor = tv_tensors.Image(torch.from_numpy(np.array(image)).permute(2, 0, 1))
    truth: Tensor = tv_tensors.Mask(torch.from_numpy(np.array(mask)).unsqueeze(0))
    if rng.random() < limits.flip:
        picture, truth = F.horizontal_flip(picture), F.horizontal_flip(truth)
    if rng.random() < limits.warp:
        picture, truth = _warp(picture, truth, limits, rng)
    picture = _degrade(_recolour(picture, limits, rng), limits, rng)
    return picture.permute(1, 2, 0).contiguous().numpy(), truth.squeeze(0).contiguous().numpy()


def _warp(picture: Tensor, truth: Tensor, limits: Preset, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    height, width = picture.shape[-2:]
    start = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float32)
    end = _moved_corners(start, limits, rng)
    points = start.tolist(), end.tolist()
    warped = F.perspective(picture, *points, interpolation=InterpolationMode.BILINEAR, fill=FILL)
    return warped, F.perspective(truth, *points, interpolation=InterpolationMode.NEAREST)


def _moved_corners(corners: NDArray[np.float32], limits: Preset, rng: np.random.Generator) -> NDArray[np.float32]:
    """Where the corners go: rotated and scaled about the centre, shifted, and each pulled a little on its own."""
    size = corners[2]
    scale = float(np.exp(rng.uniform(*np.log(limits.scale))))
    turn = cv2.getRotationMatrix2D((0.0, 0.0), rng.uniform(-limits.degrees, limits.degrees), scale)[:, :2]
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
    if rng.random() < limits.night:
        picture = F.adjust_gamma(picture, rng.uniform(1.5, 3.0), gain=rng.uniform(0.6, 1.0))
    return picture


def _degrade(picture: Tensor, limits: Preset, rng: np.random.Generator) -> Tensor:
    if rng.random() < limits.blur:
        radius = int(rng.integers(1, 4))
        picture = F.gaussian_blur(picture, [2 * radius + 1] * 2, [radius * 0.6] * 2)
    if rng.random() < limits.noise:
        grain = rng.standard_normal(picture.shape, np.float32) * rng.uniform(3, 15)
        picture = _as_bytes(picture + torch.from_numpy(grain))
    if rng.random() < limits.jpeg:
        picture = F.jpeg(picture, int(rng.integers(25, 80)))
    return picture


def _as_bytes(picture: Tensor) -> Tensor:
    return picture.round().clamp(0, 255).to(torch.uint8)
