"""Photographs and masks the tests bring along: real ones where they are, drawn ones otherwise."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from plateseg.domain import drawn
from plateseg.domain.types import Image, Mask
from tests.conftest import REAL_PLATES


@dataclass(frozen=True)
class Album:
    """A folder to upload as a person has it: `folder/images`, `folder/masks`, and loose photographs without masks."""

    folder: Path
    unlabelled: list[Path]
    dropped: Path
    real: bool


def make_album(folder: Path, *, labelled: int, unlabelled: int) -> Album:
    """Photographs with and without masks, and one more to predict on."""
    count = labelled + unlabelled + 1
    real = REAL_PLATES.exists()
    pairs = _real(folder, count) if real else _drawn(folder, count)
    loose = folder / "loose"
    loose.mkdir()
    for image, mask in pairs[labelled:]:
        image.rename(loose / image.name)
        mask.unlink()
    rest = sorted(loose.iterdir())
    return Album(folder / "set", rest[:unlabelled], rest[unlabelled], real)


def smooth(seed: int, width: int, height: int) -> Image:
    """A photograph-like picture that no other seed gives, quick to code and to decode."""
    rng = np.random.default_rng(seed)
    small = rng.integers(20, 235, (9, 16, 3), dtype=np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def noise_mask(seed: int, width: int, height: int) -> Mask:
    """Specks and holes of one pixel in the middle, single pixels elsewhere, and something in every corner."""
    rng = np.random.default_rng(seed)
    mask = (rng.random((height, width)) < 0.01).astype(np.uint8)
    top, left, side = height // 3, width // 3, min(width, height, 900) // 2
    mask[top : top + side, left : left + side] = rng.random((side, side)) < 0.5
    mask[0, 0] = mask[-1, -1] = mask[0, -1] = mask[-1, 0] = 1
    return mask


def disc(width: int, height: int, *, x: float, y: float, diameter: float) -> Mask:
    """Pixels whose centre lies within the circle about (x, y)."""
    rows, columns = np.mgrid[0:height, 0:width]
    inside = (columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= (diameter / 2) ** 2
    return inside.astype(np.uint8)


def iou(one: Mask, other: Mask) -> float:
    """Intersection over union of two masks."""
    union = np.logical_or(one, other).sum()
    return float(np.logical_and(one, other).sum() / union) if union else 1.0


def jpeg(image: Image) -> bytes:
    """The bytes of a JPEG file."""
    return cv2.imencode(".jpg", image[:, :, ::-1])[1].tobytes()


def mask_file(mask: Mask) -> bytes:
    """The bytes of a mask file: PNG of 0 and 255."""
    return cv2.imencode(".png", mask * np.uint8(255))[1].tobytes()


def _real(folder: Path, count: int) -> list[tuple[Path, Path]]:
    chosen = sorted((REAL_PLATES / "images").iterdir())[:: max(1, 300 // count)][:count]
    images, masks = _folders(folder)
    return [
        (
            Path(shutil.copy(path, images / path.name)),
            Path(shutil.copy(REAL_PLATES / "masks" / f"{path.stem}.png", masks / f"{path.stem}.png")),
        )
        for path in chosen
    ]


def _drawn(folder: Path, count: int) -> list[tuple[Path, Path]]:
    images, masks = _folders(folder)
    pairs = []
    for number in range(count):
        image, mask, _ = drawn.draw(np.random.default_rng([7, number]), plates=1)
        pair = images / f"car_{number:02d}.jpg", masks / f"car_{number:02d}.png"
        pair[0].write_bytes(jpeg(image))
        pair[1].write_bytes(mask_file(mask))
        pairs.append(pair)
    return pairs


def _folders(folder: Path) -> tuple[Path, Path]:
    images, masks = folder / "set" / "images", folder / "set" / "masks"
    images.mkdir(parents=True)
    masks.mkdir()
    return images, masks
