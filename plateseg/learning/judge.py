"""Validation: how good the averaged weights are on photographs they have not learnt from."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from plateseg.domain.metrics import PixelCounts, count_pixels
from plateseg.domain.types import Image, Mask
from plateseg.learning import letterbox
from plateseg.learning.cache import PixelCache
from plateseg.learning.dataset import Batch, stack, validation_batches
from plateseg.learning.learner import Learner, mixed_precision
from plateseg.learning.memory import free_memory, is_out_of_memory

Preview = Callable[[int, Image, Mask, Mask], None]
"""(place among the samples, image, truth, predicted), all at the network's scale."""


@dataclass(slots=True)
class Judgement:
    """Scores of the photographs judged; `complete` when that was all of them."""

    counts: PixelCounts = field(default_factory=PixelCounts)
    scores: dict[int, float] = field(default_factory=dict)
    """IoU by index of the photograph."""
    loss: float = math.nan
    seconds: float = 0.0
    complete: bool = False

    @property
    def mean_iou(self) -> float:
        """Mean of the photographs' own IoUs; 0.0 of none."""
        return float(np.mean(list(self.scores.values()))) if self.scores else 0.0


def class_mask(probabilities: NDArray[np.float32], threshold: float) -> Mask:
    """(C, H, W) float32 in 0..1 -> (H, W) uint8: the likeliest class that reaches the threshold, else 0."""
    if len(probabilities) == 1:
        only: Mask = (probabilities[0] >= threshold).view(np.uint8)
        return only
    likeliest = probabilities.argmax(axis=0).astype(np.uint8) + np.uint8(1)
    return np.where(probabilities.max(axis=0) >= threshold, likeliest, np.uint8(0))


class Judge:
    """Judges a learner on a validation cache, at the photographs' resolution (up to 1600 px)."""

    def __init__(self, cache: PixelCache, batch_size: int, *, previews: int, clock: Callable[[], float]) -> None:
        self._cache = cache
        self._clock = clock
        self._previews = previews
        self._batches = validation_batches([entry.shape for entry in cache.entries], batch_size)

    def __call__(self, learner: Learner, *, allowed: Callable[[], float], preview: Preview) -> Judgement:
        """Judge batch by batch. allowed: seconds this may take, asked again before each batch; one is always judged."""
        begin = self._clock()
        judgement = Judgement()
        losses: list[float] = []
        for batch in self._batches:
            if judgement.scores and self._clock() - begin > allowed():
                break
            losses += [self._judge(learner, batch, judgement, preview)] * len(batch)
        judgement.loss = float(np.mean(losses))
        judgement.complete = len(judgement.scores) == len(self._cache)
        judgement.seconds = self._clock() - begin
        return judgement

    def _judge(self, learner: Learner, indices: Sequence[int], judgement: Judgement, preview: Preview) -> float:
        batch = stack([(self._cache.image(index), self._cache.mask(index)) for index in indices])
        loss, answers = _answered(learner, batch)
        for index, probabilities in zip(indices, answers, strict=True):
            height, width = self._cache.entries[index].shape
            inner = probabilities[:, :height, :width]
            counts = self._count(index, inner)
            judgement.counts += counts
            judgement.scores[index] = counts.iou
            if index < self._previews:
                # Named by its place among the samples: where a photograph was left out, the cache counts otherwise.
                sample = self._cache.entries[index].sample
                preview(sample, self._cache.image(index), self._cache.mask(index), class_mask(inner, 0.5))
        return loss

    def _count(self, index: int, probabilities: NDArray[np.float32]) -> PixelCounts:
        truth = self._cache.truth(index)
        full = np.stack([letterbox.upscale_probability(channel, truth.shape) for channel in probabilities])
        predicted = class_mask(full, 0.5)
        per_class = (count_pixels(predicted, truth, number) for number in range(1, len(full) + 1))
        return sum(per_class, PixelCounts())


def _answered(learner: Learner, batch: Batch) -> tuple[float, NDArray[np.float32]]:
    """Loss, and probabilities (N, C, H, W) float32, of the averaged weights; by halves where memory is short."""
    try:
        return _answer(learner, batch)
    except (MemoryError, RuntimeError) as error:
        if len(batch.masks) == 1 or not is_out_of_memory(error):
            raise
    free_memory()
    middle = len(batch.masks) // 2
    halves = [Batch(batch.images[part], batch.masks[part]) for part in (slice(middle), slice(middle, None))]
    answers = [_answered(learner, half) for half in halves]
    share = middle / len(batch.masks)
    loss = answers[0][0] * share + answers[1][0] * (1 - share)
    return loss, np.concatenate([probabilities for _, probabilities in answers])


@torch.inference_mode()
def _answer(learner: Learner, batch: Batch) -> tuple[float, NDArray[np.float32]]:
    module = learner.average.module.eval()  # the live weights, where there is no average, come from a training step
    inputs, masks = learner.prepared(batch)
    with mixed_precision(learner.device):
        loss, probabilities = learner.built.judged(module, inputs, masks, learner.loss)
    return float(loss), probabilities.cpu().numpy()
