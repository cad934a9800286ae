"""Plates of a prediction against plates of the truth: paired once, counted at any threshold and any height."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.metrics import PlateCounts, check_pair
from plateseg.domain.types import Mask

HEIGHT_BINS: tuple[tuple[int, int], ...] = ((0, 16), (16, 32), (32, 64), (64, 1_000_000))
"""Plate heights in pixels of the photograph: from, up to but not with. Unreadable, hard to read, usual, large."""


@dataclass(frozen=True, slots=True)
class PlatePair:
    """A true plate and what was predicted of it: heights in pixels, 0 where there is no such plate; IoU in 0..1."""

    true_height: int
    said_height: int
    iou: float = 0.0


def pair_plates(predicted: Mask, truth: Mask) -> tuple[PlatePair, ...]:
    """Connected plates paired one to one, best IoU first; what finds no partner stands alone, with IoU 0.

    As in COCO and Pascal VOC. A threshold cuts the list where they would have stopped pairing, so one pairing
    serves every threshold. Both masks (H, W) of class indices; everything but 0 is a plate.
    """
    check_pair(predicted, truth)
    said, said_areas, said_heights = _components(predicted)
    real, real_areas, real_heights = _components(truth)
    both = (said > 0) & (real > 0)
    keys, shared = np.unique(said[both].astype(np.int64) * len(real_areas) + real[both], return_counts=True)
    mine, theirs = keys // len(real_areas), keys % len(real_areas)
    ious = shared / (said_areas[mine] + real_areas[theirs] - shared)
    free_said, free_real = set(range(1, len(said_areas))), set(range(1, len(real_areas)))
    pairs: list[PlatePair] = []
    for index in np.argsort(-ious, kind="stable"):
        one, other = int(mine[index]), int(theirs[index])
        if one in free_said and other in free_real:
            free_said.remove(one)
            free_real.remove(other)
            pairs.append(PlatePair(int(real_heights[other]), int(said_heights[one]), float(ious[index])))
    pairs += [PlatePair(int(real_heights[other]), 0) for other in sorted(free_real)]
    pairs += [PlatePair(0, int(said_heights[one])) for one in sorted(free_said)]
    return tuple(pairs)


def count_plates(
    pairs: Iterable[PlatePair], iou_threshold: float, heights: tuple[int, int] = (0, 1_000_000_000)
) -> PlateCounts:
    """Found, invented and missed plates at a threshold, of those whose height lies in `heights`.

    A found plate counts by its true height, an invented one by the height it was drawn with, as in COCO.
    """
    low, high = heights
    tp = fp = fn = 0
    for pair in pairs:
        found = bool(pair.true_height and pair.said_height) and pair.iou >= iou_threshold
        real = low <= pair.true_height < high and pair.true_height > 0
        tp += found and real
        fn += not found and real
        fp += not found and low <= pair.said_height < high and pair.said_height > 0
    return PlateCounts(tp=tp, fp=fp, fn=fn)


def _components(mask: Mask) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Labels (H, W), and by label area and height in pixels; label 0 is the background."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((mask != 0).astype(np.uint8), connectivity=8)
    found = stats.astype(np.int64)
    return np.asarray(labels, np.int32), found[:, cv2.CC_STAT_AREA], found[:, cv2.CC_STAT_HEIGHT]
