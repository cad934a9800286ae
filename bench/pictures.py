"""Photographs to measure on: drawn, of the sizes people bring."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from plateseg.domain import images, masks
from plateseg.domain.drawn import draw

SIZES = {"1280x720": (1280, 720), "4000x3000": (4000, 3000)}


def write_pairs(folder: Path, *, count: int, width: int, height: int) -> None:
    """`images/` and `masks/` with that many drawn photographs of that size."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "masks").mkdir(exist_ok=True)
    for number in range(count):
        image, mask, _ = draw(np.random.default_rng([7, number]), width=640, height=480)
        large = cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC)
        grown = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
        name = f"{width}x{height}_{number:03d}"
        (folder / "images" / f"{name}.jpg").write_bytes(images.encode_jpeg(large, quality=92))
        (folder / "masks" / f"{name}.png").write_bytes(masks.to_png(grown))
