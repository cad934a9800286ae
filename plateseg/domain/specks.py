"""Specks beside a plate: regions that a network calls plate without being sure of it anywhere."""

from __future__ import annotations

import cv2
import numpy as np

from plateseg.domain.types import Probability

SURE = 0.9
"""A region counts where it somewhere reaches this; `make bench-specks` measures other levels."""
_BELOW_HALF = np.nextafter(np.float32(0.5), np.float32(0))


def doubt_specks(probability: Probability) -> Probability:
    """The probabilities with those of doubtful regions brought down to just below one half: (H, W) float32 in 0..1.

    A region is what hangs together at one half or more. It is doubtful where it nowhere reaches SURE, unless it is the
    largest: a network that is never sure still says something. So specks are gone at the usual threshold, and a person
    who lowers it sees them again. (Hysteresis, as in Canny's edges.) Returns the array given where nothing is doubtful.
    """
    inside = (probability >= 0.5).view(np.uint8)
    left, top, width, height = cv2.boundingRect(inside)
    if not width:
        return probability
    window = slice(top, top + height), slice(left, left + width)  # of 12 megapixels the plates are little
    count, found, stats, _ = cv2.connectedComponentsWithStats(inside[window], connectivity=8)
    labels = np.asarray(found)
    kept = np.zeros(count, np.bool_)
    kept[0] = True
    kept[1 + int(np.asarray(stats)[1:, cv2.CC_STAT_AREA].argmax())] = True
    kept[np.unique(labels[probability[window] >= SURE])] = True
    if kept.all():
        return probability
    settled = probability.copy()
    settled[window][~kept[labels]] = _BELOW_HALF
    return settled
