"""How good a prediction is: of one photograph, and of many together. Counts are kept, so ratios come last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from plateseg.domain.matching import HEIGHT_BINS, PlatePair, count_plates, pair_plates
from plateseg.domain.metrics import (
    PixelCounts,
    PlateCounts,
    bootstrap_interval,
    boundary_iou,
    check_pair,
    count_pixels,
    mean_iou,
)
from plateseg.domain.types import Mask


@dataclass(frozen=True, slots=True)
class ImageScore:
    """One photograph at its own resolution: pixels counted, boundary IoU in 0..1, plates paired."""

    counts: PixelCounts
    boundary_iou: float
    pairs: tuple[PlatePair, ...]

    @property
    def iou(self) -> float:
        """In 0..1; 1.0 when there is no plate and none was predicted."""
        return self.counts.iou

    def plates(self, iou_threshold: float) -> PlateCounts:
        """Plates found, invented and missed."""
        return count_plates(self.pairs, iou_threshold)


@dataclass(frozen=True, slots=True)
class HeightBin:
    """Plates of one range of heights in pixels; `high` is None in the last.

    plates: how many there truly are. invented: drawn where none is, or too far off to be one, at IoU 0.5.
    """

    low: int
    high: int | None
    plates: int
    invented: int
    recall: float
    precision: float
    recall_75: float
    precision_75: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Scores of a set, each in 0..1.

    mean_iou: mean of the photographs' own IoUs, in its 95 % bootstrap interval mean_iou_low..mean_iou_high.
    iou: of pixel counts summed over all. boundary_iou: mean (Cheng et al., 2021). plate_recall, plate_precision:
    plates matched at IoU 0.5; with _75 at 0.75. by_height: the same by the plates' height in the photographs.
    """

    images: int
    mean_iou: float
    mean_iou_low: float
    mean_iou_high: float
    iou: float
    boundary_iou: float
    plate_recall: float
    plate_precision: float
    plate_recall_75: float
    plate_precision_75: float
    by_height: tuple[HeightBin, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain numbers, rounded to what they are good for."""
        plain: dict[str, Any] = {key: _rounded(value) for key, value in asdict(self).items() if key != "by_height"}
        bins = [{key: _rounded(value) for key, value in asdict(each).items()} for each in self.by_height]
        return plain | {"by_height": bins}


def score(predicted: Mask, truth: Mask) -> ImageScore:
    """Judge one prediction. Both (H, W) of class indices; with several classes their pixel counts are summed."""
    check_pair(predicted, truth)
    classes = max(1, int(predicted.max(initial=0)), int(truth.max(initial=0)))
    x, y, width, height = cv2.boundingRect(predicted | truth)
    window = slice(y, y + height), slice(x, x + width)  # of 12 megapixels a plate is little
    said, real = predicted[window], truth[window]
    outside = PixelCounts(tn=classes * (truth.size - real.size))
    counts = sum((count_pixels(said, real, number) for number in range(1, classes + 1)), outside)
    return ImageScore(counts, boundary_iou(predicted, truth), pair_plates(said, real) if real.size else ())


def summarise(scores: Sequence[ImageScore], rng: np.random.Generator) -> Summary:
    """All scores as one. Raises ValueError of none."""
    low, high = bootstrap_interval([each.iou for each in scores], rng)
    pairs = [pair for each in scores for pair in each.pairs]
    half, three_quarters = count_plates(pairs, 0.5), count_plates(pairs, 0.75)
    return Summary(
        images=len(scores),
        mean_iou=mean_iou([each.counts for each in scores]),
        mean_iou_low=low,
        mean_iou_high=high,
        iou=sum((each.counts for each in scores), PixelCounts()).iou,
        boundary_iou=float(np.mean([each.boundary_iou for each in scores])),
        plate_recall=half.recall,
        plate_precision=half.precision,
        plate_recall_75=three_quarters.recall,
        plate_precision_75=three_quarters.precision,
        by_height=tuple(_bin(pairs, heights) for heights in HEIGHT_BINS),
    )


def _bin(pairs: Sequence[PlatePair], heights: tuple[int, int]) -> HeightBin:
    half, three_quarters = count_plates(pairs, 0.5, heights), count_plates(pairs, 0.75, heights)
    return HeightBin(
        low=heights[0],
        high=None if heights == HEIGHT_BINS[-1] else heights[1],
        plates=half.tp + half.fn,
        invented=half.fp,
        recall=half.recall,
        precision=half.precision,
        recall_75=three_quarters.recall,
        precision_75=three_quarters.precision,
    )


def _rounded(value: object) -> object:
    return round(value, 5) if isinstance(value, float) else value
