"""How strongly a model that never saw a mask disagrees with it, and which folds the masks are dealt into."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from plateseg.domain import metrics
from plateseg.domain.types import Mask, Probability

LEANS = 3.0
"""Degrees from which on a plate is no upright box."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """kind: missing (the model sees a plate that is not drawn), extra (drawn, and the model sees none), shape, or box.

    iou: of both masks, in 0..1. score: in 0..1, what suspects are ranked by.
    """

    kind: str
    iou: float
    score: float


def disagree(drawn: Mask, probability: Probability, *, tolerance: int) -> Disagreement:
    """Compare a person's mask with what a model says.

    drawn: (H, W) of class indices. probability: (H, W) float32 in 0..1. tolerance: pixels of the photograph by which
    outlines may differ: about one pixel of the size the model works at, for more it cannot know.
    The score is the share of both masks' union that lies beyond the tolerance of the other, each pixel weighed by how
    sure the model is of it, |2p - 1|: a model that doubts accuses nobody. It is 0 where they agree within tolerance.
    """
    said, truth = (probability >= 0.5).astype(np.uint8), (drawn != 0).astype(np.uint8)
    iou = metrics.count_pixels(said, truth).iou
    left, top, width, height = cv2.boundingRect(said | truth)
    if width == 0:
        return Disagreement("shape", 1.0, 0.0)
    window = (slice(top, top + height), slice(left, left + width))
    said, truth = said[window], truth[window]
    beyond = (truth & ~_grown(said, tolerance)) | (said & ~_grown(truth, tolerance))
    sure = np.abs(2 * probability[window] - 1)
    score = float((sure * beyond).sum() / np.count_nonzero(said | truth))
    kind = "missing" if not truth.any() else "extra" if not said.any() else "shape"
    return Disagreement(kind, round(iou, 4), round(score, 4))


def weigh_box(found: Disagreement, *, lean: float) -> Disagreement:
    """The same where the mask is an upright box and the photograph says how its plate hangs, in degrees.

    A small model blurs the difference between a box and a plate that hangs by four degrees, which the lines in the
    photograph show plainly: from 3 degrees on, each counts a tenth.
    """
    score = min(1.0, abs(lean) / 10)
    if abs(lean) < LEANS or score <= found.score:
        return found
    return Disagreement("box", found.iou, round(score, 4))


def dealt(groups: Mapping[str, int], folds: int, *, seed: int) -> dict[str, int]:
    """The fold of every group, from 0: drawn by `seed`, each into the fold that holds the fewest photographs so far.

    groups: photographs in each; a group is never torn apart.
    """
    held = [0] * folds
    answer: dict[str, int] = {}
    for name in sorted(groups, key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).digest()):
        fold = held.index(min(held))
        answer[name] = fold
        held[fold] += groups[name]
    return answer


def _grown(mask: Mask, pixels: int) -> Mask:
    if pixels <= 0:
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return np.asarray(cv2.dilate(mask, kernel), np.uint8)
