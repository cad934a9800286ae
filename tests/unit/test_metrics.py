"""Counts first, ratios last."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from plateseg.domain import metrics
from plateseg.domain.metrics import PixelCounts
from plateseg.errors import BadMask

MASKS = arrays.arrays(np.uint8, (9, 13), elements=st.integers(0, 1))


def boxed(*boxes: tuple[int, int, int, int], size: tuple[int, int] = (60, 80)) -> np.ndarray:
    """A mask of boxes, each x, y, width, height."""
    mask = np.zeros(size, np.uint8)
    for x, y, width, height in boxes:
        mask[y : y + height, x : x + width] = 1
    return mask


@given(MASKS, MASKS)
def test_counts_are_what_counting_pixel_by_pixel_gives(predicted, truth):
    counts = metrics.count_pixels(predicted, truth)
    pairs = list(zip(predicted.ravel().tolist(), truth.ravel().tolist(), strict=True))
    assert counts == PixelCounts(
        tp=pairs.count((1, 1)), fp=pairs.count((1, 0)), fn=pairs.count((0, 1)), tn=pairs.count((0, 0))
    )


def test_counts_of_another_class():
    predicted, truth = np.array([[2, 2, 1, 0]], np.uint8), np.array([[2, 0, 2, 0]], np.uint8)
    assert metrics.count_pixels(predicted, truth, class_index=2) == PixelCounts(tp=1, fp=1, fn=1, tn=1)


def test_two_sizes_are_refused():
    with pytest.raises(BadMask, match="one size"):
        metrics.count_pixels(np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8))


def test_mean_iou_weighs_every_photograph_the_same_and_pooled_iou_every_pixel():
    large, small = PixelCounts(tp=90, fp=10), PixelCounts(tp=0, fn=10)
    assert metrics.mean_iou([large, small]) == pytest.approx(0.45)
    assert (large + small).iou == pytest.approx(90 / 110)
    assert metrics.mean_iou([]) == 0


# Boundary IoU


def boundary_iou_as_published(predicted, truth, ratio):
    """Step by step as in the authors' code: erode the padded mask d times by 3x3, and subtract."""

    def band(mask):
        distance = max(1, round(ratio * np.hypot(*mask.shape)))
        core = np.pad(mask != 0, 1)
        for _ in range(distance):
            shifted = [np.roll(core, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
            core = np.logical_and.reduce(shifted)
            core[0], core[-1], core[:, 0], core[:, -1] = False, False, False, False
        return (mask != 0) & ~core[1:-1, 1:-1]

    said, real = band(predicted), band(truth)
    union = np.count_nonzero(said | real)
    return np.count_nonzero(said & real) / union if union else 1.0


@settings(max_examples=60, deadline=None)
@given(MASKS, MASKS, st.sampled_from([0.02, 0.1, 0.3]))
def test_boundary_iou_agrees_with_the_published_steps(predicted, truth, ratio):
    expected = boundary_iou_as_published(predicted, truth, ratio)
    assert metrics.boundary_iou(predicted, truth, ratio) == pytest.approx(expected)


def test_boundary_iou_sees_a_blurred_edge_of_a_large_plate_that_iou_forgives():
    truth, predicted = boxed((100, 100, 400, 200), size=(400, 600)), boxed((106, 106, 388, 188), size=(400, 600))
    iou = metrics.count_pixels(predicted, truth).iou
    assert iou > 0.9
    assert metrics.boundary_iou(predicted, truth) < iou - 0.3
    assert metrics.boundary_iou(truth, truth) == 1
    assert metrics.boundary_iou(np.zeros_like(truth), truth) == 0


# Whole plates: how they are paired stands in test_matching.py


def test_plate_counts_add_up_before_they_are_divided():
    total = metrics.PlateCounts(3, 1, 0) + metrics.PlateCounts(0, 0, 2)
    assert (total.precision, total.recall) == (0.75, 0.6)
    assert (metrics.PlateCounts().precision, metrics.PlateCounts().recall) == (1, 1)


# Intervals


def test_the_bootstrap_interval_holds_the_mean_and_shrinks_with_more_values():
    rng = np.random.default_rng(7)
    few, many = rng.normal(0.8, 0.1, 20).tolist(), rng.normal(0.8, 0.1, 500).tolist()
    low, high = metrics.bootstrap_interval(few, np.random.default_rng(1))
    assert low < np.mean(few) < high
    narrow = metrics.bootstrap_interval(many, np.random.default_rng(1))
    assert narrow[1] - narrow[0] < (high - low) / 2
    assert metrics.bootstrap_interval(few, np.random.default_rng(1)) == (low, high)
    with pytest.raises(ValueError, match="at least one"):
        metrics.bootstrap_interval([], rng)
