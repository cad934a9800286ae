"""What is fed to the network: which photographs make a batch, and the batch as tensors.

Batches are rectangular: photographs of one aspect ratio go together and are padded no further than they need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from plateseg.domain.types import Image, Mask
from plateseg.learning import letterbox
from plateseg.learning.augment import FILL, augment
from plateseg.learning.cache import PixelCache, Sample
from plateseg.learning.crops import cropped_shape

__all__ = ["Batch", "Sample", "TrainingData", "epoch_batches", "normalise", "stack", "validation_batches"]

_POOL_BATCHES = 16


class Batch(NamedTuple):
    """images: (N, 3, H, W) uint8, channels last in memory. masks: (N, H, W) uint8 of class indices."""

    images: Tensor
    masks: Tensor


Shape = tuple[int, int]


def epoch_batches(
    shapes: Sequence[Shape], batch_size: int, *, seed: int, epoch: int, smallest: int = 1
) -> list[tuple[int, ...]]:
    """Every index once, in batches whose sizes differ by at most one.

    smallest: what the network can train on at a time. Rather than leave fewer over, a batch is larger than asked.

    The order follows from (seed, epoch) alone, so a run resumes in the middle of an epoch by skipping batches.
    Within pools of some batches, photographs are ordered by padded shape: padding is computed, and wasted.
    """
    rng = np.random.default_rng([seed, epoch])
    shuffled = rng.permutation(len(shapes))
    pools = np.array_split(shuffled, -(-len(shapes) // (batch_size * _POOL_BATCHES)))
    ordered = [index for pool in pools for index in _by_shape(pool, shapes)]
    number = max(1, min(-(-len(shapes) // batch_size), len(shapes) // smallest))
    batches = np.array_split(np.asarray(ordered), number)
    return [tuple(int(index) for index in batches[position]) for position in rng.permutation(len(batches))]


def validation_batches(shapes: Sequence[Shape], batch_size: int) -> list[tuple[int, ...]]:
    """Every index once, in order; a batch holds one padded shape only, so padding changes no answer."""
    groups: dict[Shape, list[int]] = {}
    for index, shape in enumerate(shapes):
        groups.setdefault(letterbox.padded_shape(*shape), []).append(index)
    return [
        tuple(group[start : start + batch_size])
        for group in groups.values()
        for start in range(0, len(group), batch_size)
    ]


def _by_shape(pool: NDArray[np.int64], shapes: Sequence[Shape]) -> list[int]:
    return sorted((int(index) for index in pool), key=lambda index: letterbox.padded_shape(*shapes[index]))


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Augmented batches from a cache, by (epoch, indices). Pickles, so that loader processes can hold it."""

    cache: PixelCache
    preset: str
    seed: int
    crop_size: int = 0
    """0: whole photographs."""

    @property
    def shapes(self) -> list[Shape]:
        """Height and width of the examples made from each photograph."""
        whole = [entry.shape for entry in self.cache.entries]
        return [cropped_shape(shape, self.crop_size) for shape in whole] if self.crop_size else whole

    def __getitem__(self, key: tuple[int, tuple[int, ...]]) -> Batch:
        """The batch of these photographs in this epoch: the same one whenever it is asked for."""
        epoch, indices = key
        return stack([self._example(epoch, index) for index in indices])

    def _example(self, epoch: int, index: int) -> tuple[Image, Mask]:
        rng = np.random.default_rng([self.seed, epoch, index, 1])
        image, mask = self.cache.image(index), self.cache.mask(index)
        return augment(image, mask, self.preset, rng, crop_size=self.crop_size)


def stack(examples: Sequence[tuple[Image, Mask]]) -> Batch:
    """Put examples in the top left corner of one canvas that is a multiple of 32; outside is grey, and no plate."""
    padded = [letterbox.padded_shape(*mask.shape) for _, mask in examples]
    shape = max(height for height, _ in padded), max(width for _, width in padded)
    images = np.full((len(examples), *shape, 3), FILL, np.uint8)
    masks = np.zeros((len(examples), *shape), np.uint8)
    for number, (image, mask) in enumerate(examples):
        height, width = mask.shape
        images[number, :height, :width] = image
        masks[number, :height, :width] = mask
    return Batch(torch.from_numpy(images).permute(0, 3, 1, 2), torch.from_numpy(masks))


def normalise(images: Tensor, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """(N, 3, H, W) uint8 -> float32, zero mean and unit deviation per channel on the scale 0..1."""
    centre = torch.tensor(mean, device=images.device).view(1, 3, 1, 1) * 255
    spread = torch.tensor(std, device=images.device).view(1, 3, 1, 1) * 255
    return (images.float() - centre) / spread
