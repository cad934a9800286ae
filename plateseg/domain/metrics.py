"""How well a mask agrees with the truth. Counts come first and are summed; a ratio is taken last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.types import Mask
from plateseg.errors import BadMask

_DRAWS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class PixelCounts:
    """Pixels of one class: true positive, false positive, false negative, true negative. Add, then divide."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0

    def __add__(self, other: PixelCounts) -> PixelCounts:
        return PixelCounts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn)

    @property
    def iou(self) -> float:
        """Intersection over union in 0..1; 1.0 when neither holds a pixel of the class."""
        union = self.tp + self.fp + self.fn
        return self.tp / union if union else 1.0

    @property
    def dice(self) -> float:
        """2 tp / (2 tp + fp + fn) in 0..1; 1.0 when neither holds a pixel of the class."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else 1.0


@dataclass(frozen=True, slots=True)
class PlateCounts:
    """Whole plates: found (tp), invented (fp), missed (fn). Add, then divide."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: PlateCounts) -> PlateCounts:
        return PlateCounts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """tp / (tp + fp) in 0..1; 1.0 when nothing was predicted."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def recall(self) -> float:
        """tp / (tp + fn) in 0..1; 1.0 when there was nothing to find."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0


def count_pixels(predicted: Mask, truth: Mask, class_index: int = 1) -> PixelCounts:
    """Pixels of one class, predicted against true. Both (H, W) of class indices. IoU = tp / (tp + fp + fn)."""
    check_pair(predicted, truth)
    said, real = predicted == class_index, truth == class_index
    tp = int(np.count_nonzero(said & real))
    fp, fn = int(np.count_nonzero(said)) - tp, int(np.count_nonzero(real)) - tp
    return PixelCounts(tp=tp, fp=fp, fn=fn, tn=truth.size - tp - fp - fn)


def boundary_iou(predicted: Mask, truth: Mask, dilation_ratio: float = 0.02) -> float:
    """Boundary IoU in 0..1 (Cheng et al., "Boundary IoU", CVPR 2021), of everything that is not background.

    |(P_d & P) & (G_d & G)| / |(P_d & P) | (G_d & G)|, where X_d is the band of pixels within d of the contour
    of X, and d = dilation_ratio * image diagonal. 1.0 when both are empty. The image's edge counts as contour.
    """
    check_pair(predicted, truth)
    either = ((predicted != 0) | (truth != 0)).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(either)
    if width == 0:
        return 1.0
    distance = max(1, round(dilation_ratio * float(np.hypot(*truth.shape))))
    window = (slice(y, y + height), slice(x, x + width))
    said, real = _inner_band(predicted[window], distance), _inner_band(truth[window], distance)
    return float(np.count_nonzero(said & real) / np.count_nonzero(said | real))


def mean_iou(counts: Sequence[PixelCounts]) -> float:
    """Mean of the photographs' own IoUs in 0..1; 0.0 of none. Pooled IoU is `sum of counts`.iou instead."""
    return float(np.mean([count.iou for count in counts])) if counts else 0.0


def bootstrap_interval(
    values: Sequence[float], rng: np.random.Generator, *, level: float = 0.95, rounds: int = 2000
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean (Efron 1979): where it lies with probability `level`."""
    if not values:
        raise ValueError("An interval needs at least one value.")
    sample = np.asarray(values, np.float64)
    means = resampled_means(sample, np.ones_like(sample), rng, rounds=rounds)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def resampled_means(
    sums: NDArray[np.float64], counts: NDArray[np.float64], rng: np.random.Generator, *, rounds: int
) -> NDArray[np.float64]:
    """Means of `rounds` samples drawn with replacement from groups of values: (rounds,) float64.

    sums, counts: (groups,), what each group's values add up to and how many there are. Drawn in parts, so that a
    large set needs no more memory than a small one.
    """
    means: list[NDArray[np.float64]] = []
    part = max(1, _DRAWS_AT_ONCE // sums.size)
    uneven = bool((counts != counts[0]).any())
    for begin in range(0, rounds, part):
        drawn = rng.integers(0, sums.size, (min(part, rounds - begin), sums.size))
        sizes = counts[drawn].sum(axis=1) if uneven else sums.size * counts[0]
        means.append(sums[drawn].sum(axis=1) / sizes)
    return np.concatenate(means)


def _inner_band(mask: Mask, distance: int) -> Mask:
    """The pixels of a mask within `distance` (chessboard) of its contour: (H, W) uint8 of 0 and 1."""
    inside = (mask != 0).astype(np.uint8)
    kernel = np.ones((2 * distance + 1, 2 * distance + 1), np.uint8)
    core = cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(inside - core, np.uint8)


def check_pair(predicted: Mask, truth: Mask) -> None:
    """Raise BadMask unless two masks are of one size."""
    if predicted.shape != truth.shape:
        raise BadMask(f"The prediction is {predicted.shape}, the truth is {truth.shape}; they must be of one size.")
