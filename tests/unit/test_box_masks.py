"""From boxes to masks: filled, or the plate cut out of its box."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from plateseg.domain.box_masks import cut_out, fill


def _tilted(height: int = 120, width: int = 200, *, degrees: float = 18.0):
    """A bright plate with dark letters on a dark car, its mask, and the box round it."""
    rng = np.random.default_rng(5)
    image = rng.integers(30, 70, (height, width, 3), np.uint8)
    centre = (width / 2, height / 2)
    corners = cv2.boxPoints((centre, (100, 24), degrees)).astype(np.int32)
    mask = cv2.fillConvexPoly(np.zeros((height, width), np.uint8), corners, 1)
    image[mask == 1] = rng.integers(200, 240, (int(mask.sum()), 3), np.uint8)
    letters = cv2.boxPoints((centre, (60, 8), degrees)).astype(np.int32)
    cv2.fillConvexPoly(image, letters, (20, 20, 20))
    left, top, across, down = cv2.boundingRect(mask)
    return image, mask, (left, top, left + across, top + down)


def _iou(first, second) -> float:
    return float((first & second).sum() / (first | second).sum())


def test_a_tilted_plate_is_cut_out_letters_and_all():
    image, mask, box = _tilted()
    assert _iou(cut_out(image, box), mask) > 0.95
    assert _iou(fill(box, width=200, height=120), mask) < 0.6


def test_the_same_box_gives_the_same_mask_whatever_came_before():
    image, _, box = _tilted()
    first = cut_out(image, box)
    cut_out(image[:80], (20, 20, 90, 60))
    assert np.array_equal(cut_out(image, box), first)


@pytest.mark.parametrize(
    "box",
    [(10, 10, 11, 11), (0, 0, 200, 120), (-50, -50, 20, 20), (190, 110, 400, 400), (60, 60, 60, 60), (300, 0, 320, 9)],
)
def test_odd_boxes_are_filled_as_far_as_they_reach(box):
    flat = np.full((120, 200, 3), 90, np.uint8)
    inside = fill(box, width=200, height=120)
    assert inside.shape == (120, 200)
    assert np.array_equal(cut_out(flat, box) & ~inside & 1, np.zeros_like(inside))
    assert cut_out(flat, box).sum() <= inside.sum()
