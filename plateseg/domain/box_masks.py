"""From a box to the plate inside it, for networks that answer in boxes.

On 80 real photographs at 512 px, given the true boxes: filled they reach an IoU of 0.80 on upright and 0.68 on tilted
plates, cut out 0.86 and 0.87.
"""

from __future__ import annotations

import cv2
import numpy as np

from plateseg.domain.masks import fill_holes
from plateseg.domain.types import Image, Mask

_MARGIN = 0.35
"""Share of the box's side that is looked at around it: background to compare with."""
_LEAST_MARGIN = 4
_ROUNDS = 3
_LEAST_SHARE = 0.4
"""A plate fills more of its box than this, however tilted; less is a letter or a reflection."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels, the last two just outside."""


def fill(box: Box, *, width: int, height: int) -> Mask:
    """(height, width) uint8: 1 in the part of the box that lies inside the picture."""
    left, top, right, bottom = _clipped(box, width, height)
    mask = np.zeros((height, width), np.uint8)
    mask[top:bottom, left:right] = 1
    return mask


def cut_out(image: Image, box: Box) -> Mask:
    """(H, W) uint8: 1 where GrabCut sees the plate of this box; the box filled, where it sees none.

    The same picture and box give the same mask, whatever was cut out before.
    """
    height, width = image.shape[:2]
    left, top, right, bottom = inner = _clipped(box, width, height)
    filled = fill(inner, width=width, height=height)
    if right - left < 3 or bottom - top < 3:
        return filled
    across, down = _margin(right - left), _margin(bottom - top)
    near = _clipped((left - across, top - down, right + across, bottom + down), width, height)
    window = slice(near[1], near[3]), slice(near[0], near[2])
    plate = _grab(np.ascontiguousarray(image[window]), filled[window])
    if plate.sum() < _LEAST_SHARE * filled.sum():
        return filled
    mask = np.zeros_like(filled)
    mask[window] = plate
    return mask


def _grab(picture: Image, inside: Mask) -> Mask:
    """Plate or not, for the pixels inside; those outside are background for certain."""
    labels = np.where(inside == 1, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)  # it begins from k-means, whose chance would differ from call to call
    try:
        cv2.grabCut(picture, labels, (0, 0, 0, 0), background, foreground, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # no background to compare with: the box is the whole picture
        return np.zeros_like(inside)
    return fill_holes((labels == cv2.GC_PR_FGD).astype(np.uint8))


def _margin(side: int) -> int:
    return max(_LEAST_MARGIN, round(side * _MARGIN))


def _clipped(box: Box, width: int, height: int) -> Box:
    left, top, right, bottom = box
    return max(0, left), max(0, top), min(width, max(0, right)), min(height, max(0, bottom))
