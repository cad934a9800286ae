"""Four corners and back."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.domain import masks, quads
from plateseg.domain.metrics import count_pixels
from plateseg.errors import BadMask
from tests.conftest import REAL_PLATES


def tilted(*, x: float, y: float, width: float, height: float, degrees: float, slant: float) -> np.ndarray:
    """The corners of a plate turned by `degrees` and with its right edge shorter by the share `slant`."""
    half = np.array([width, height]) / 2
    corners = np.array([[-1, -1], [1, -(1 - slant)], [1, 1 - slant], [-1, 1]]) * half
    turn = np.deg2rad(degrees)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return (corners @ spin + [x, y]).astype(np.float32)


plates = st.builds(
    tilted,
    x=st.floats(90, 110),
    y=st.floats(90, 110),
    width=st.floats(50, 110),
    height=st.floats(18, 40),
    degrees=st.floats(-40, 40, allow_subnormal=False),
    slant=st.floats(0, 0.4, allow_subnormal=False),
)


@settings(max_examples=80, deadline=None)
@given(plates)
def test_the_corners_of_a_drawn_plate_are_found_again(truth):
    mask = quads.rasterise(truth, width=200, height=200)
    found = quads.quad_of(mask)
    again = quads.rasterise(found, width=200, height=200)
    # What is off lies along the outline, less than a pixel wide, whatever the plate's size.
    counts = count_pixels(again, mask)
    outline = np.linalg.norm(np.roll(truth, -1, axis=0) - truth, axis=1).sum()
    assert counts.fp + counts.fn <= 0.75 * outline
    assert np.abs(found - truth).max() < 6


@settings(max_examples=80, deadline=None)
@given(plates, st.permutations(range(4)))
def test_corners_are_ordered_clockwise_from_the_top_left(corners, order):
    assert np.allclose(quads.ordered(corners[list(order)]), corners)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 15)), min_size=1, max_size=40))
def test_any_component_however_odd_gets_four_corners_around_it(pixels):
    mask = np.zeros((16, 24), np.uint8)
    for x, y in pixels:
        mask[y, x] = 1
    quad = quads.quad_of(mask)
    assert quad.shape == (4, 2)
    assert quad.dtype == np.float32
    assert np.isfinite(quad).all()
    assert quads.rasterise(quad, width=24, height=16).any()


def test_the_quad_of_a_box_covers_exactly_the_box():
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20, 15:50] = 1
    quad = quads.quad_of(mask)
    assert quad.tolist() == [[15, 10], [49, 10], [49, 19], [15, 19]]
    assert np.array_equal(quads.rasterise(quad, width=60, height=40), mask)


def test_rounded_corners_and_a_hole_do_not_pull_the_quad_in():
    mask = np.zeros((100, 200), np.uint8)
    cv2.rectangle(mask, (32, 30), (168, 70), 1, -1)
    cv2.circle(mask, (100, 50), 8, 0, -1)
    mask[30, 32] = mask[70, 168] = 0
    assert np.abs(quads.quad_of(mask) - [[32, 30], [168, 30], [168, 70], [32, 70]]).max() <= 2


def test_without_a_pixel_there_is_no_quad():
    with pytest.raises(BadMask, match="draw the plate first"):
        quads.quad_of(np.zeros((5, 5), np.uint8))


@pytest.mark.parametrize("far", [1e9, -1e9, 1e30])
def test_corners_far_outside_the_picture_are_cut_off(far):
    quad = np.array([[2, 2], [far, 2], [far, 6], [2, 6]], np.float32)
    mask = quads.rasterise(quad, width=10, height=10)
    assert mask.shape == (10, 10)
    assert mask[4, 2] == 1


def test_a_corner_that_is_no_number_is_refused():
    with pytest.raises(BadMask, match="not a number"):
        quads.rasterise(np.full((4, 2), np.nan, np.float32), width=5, height=5)


def test_true_four_corner_masks_of_real_plates_are_fitted_within_a_pixel():
    """Real masks where they are at hand, drawn ones otherwise."""
    files = sorted(REAL_PLATES.glob("masks/*.png"))[::10]
    truths = [masks.read_png(file.read_bytes()) for file in files] or [
        quads.rasterise(tilted(x=90, y=80, width=90, height=30, degrees=d, slant=0.1), width=200, height=160)
        for d in range(-30, 31, 10)
    ]
    ious = []
    for truth in truths:
        height, width = truth.shape
        ious.append(count_pixels(quads.rasterise(quads.quad_of(truth), width=width, height=height), truth).iou)
    assert min(ious) > 0.93
    assert np.mean(ious) > 0.98
