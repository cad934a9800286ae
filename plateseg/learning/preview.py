"""A photograph as a step of training would see it, made the way training makes it."""

from __future__ import annotations

import numpy as np

from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import Image, Mask
from plateseg.learning import letterbox
from plateseg.learning.augment import augment


def augmented(image: Image, mask: Mask, config: TrainConfig, *, index: int, epoch: int) -> tuple[Image, Mask]:
    """The example of photograph `index` in that epoch. image: (H, W, 3) uint8; mask: (H, W) uint8 of class indices."""
    shape = letterbox.scaled_shape(*mask.shape, longer_side=config.image_size)
    rng = np.random.default_rng([config.seed, epoch, index, 1])
    scaled = letterbox.scale_image(image, shape), letterbox.scale_mask(mask, shape)
    return augment(*scaled, config.augment, rng, crop_size=config.crop_size)
