"""How well a mask agrees with the truth. Counts come first and are summed; a ratio is taken last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from plateseg.domain.types import Mask, PixelCounts
from plateseg.errors import BadMask


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
    _check_pair(predicted, truth)
    said, real = predicted == class_index, truth == class_index
    tp = int(np.count_nonzero(said & real))
    fp, fn = int(np.count_nonzero(said)) - tp, int(np.count_nonzero(real)) - tp
    return PixelCounts(tp=tp, fp=fp, fn=fn, tn=truth.size - tp - fp - fn)


def boundary_iou(predicted: Mask, truth: Mask, dilation_ratio: float = 0.02) -> float:
    """Boundary IoU in 0..1 (Cheng et al., "Boundary IoU", CVPR 2021), of everything that is not background.

    |(P_d & P) & (G_d & G)| / |(P_d & P) | (G_d & G)|, where X_d is the band of pixels within d of the contour
    of X, and d = dilation_ratio * image diagonal. 1.0 when both are empty. The image's edge counts as contour.
    """
    _check_pair(predicted, truth)
    either = ((predicted != 0) | (truth != 0)).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(either)
    if width == 0:
        return 1.0
    distance = max(1, round(dilation_ratio * float(np.hypot(*truth.shape))))
    window = (slice(y, y + height), slice(x, x + width))
    said, real = _inner_band(predicted[window], distance), _inner_band(truth[window], distance)
    return float(np.count_nonzero(said & real) / np.count_nonzero(said | real))


def match_plates(predicted: Mask, truth: Mask, iou_threshold: float = 0.5) -> PlateCounts:
    """Connected plates matched one to one, best IoU first; a pair counts from `iou_threshold` on.

    As in COCO and Pascal VOC: what is left of the prediction is fp, what is left of the truth is fn.
    """
    _check_pair(predicted, truth)
    said_count, said = cv2.connectedComponents((predicted != 0).astype(np.uint8), connectivity=8)
    real_count, real = cv2.connectedComponents((truth != 0).astype(np.uint8), connectivity=8)
    said_areas = np.bincount(said.ravel(), minlength=said_count)
    real_areas = np.bincount(real.ravel(), minlength=real_count)
    both = (said > 0) & (real > 0)
    keys, shared = np.unique(said[both].astype(np.int64) * real_count + real[both], return_counts=True)
    mine, theirs = keys // real_count, keys % real_count
    ious = shared / (said_areas[mine] + real_areas[theirs] - shared)
    matched_said: set[int] = set()
    matched_real: set[int] = set()
    for index in np.argsort(-ious, kind="stable"):
        pair = int(mine[index]), int(theirs[index])
        if ious[index] < iou_threshold or pair[0] in matched_said or pair[1] in matched_real:
            continue
        matched_said.add(pair[0])
        matched_real.add(pair[1])
    tp = len(matched_said)
    return PlateCounts(tp=tp, fp=said_count - 1 - tp, fn=real_count - 1 - tp)


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
    means = sample[rng.integers(0, sample.size, (rounds, sample.size))].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _inner_band(mask: Mask, distance: int) -> Mask:
    """The pixels of a mask within `distance` (chessboard) of its contour: (H, W) uint8 of 0 and 1."""
    inside = (mask != 0).astype(np.uint8)
    kernel = np.ones((2 * distance + 1, 2 * distance + 1), np.uint8)
    core = cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(inside - core, np.uint8)


def _check_pair(predicted: Mask, truth: Mask) -> None:
    if predicted.shape != truth.shape:
        raise BadMask(f"The prediction is {predicted.shape}, the truth is {truth.shape}; they must be of one size.")
