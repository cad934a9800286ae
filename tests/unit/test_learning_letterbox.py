"""Scale there and back: the aspect ratio holds, and masks keep their place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateseg.learning import letterbox


@pytest.mark.parametrize(
    ("height", "width", "longer_side", "expected"),
    [
        (1160, 720, 512, (512, 318)),
        (720, 1160, 512, (318, 512)),
        (100, 100, 512, (512, 512)),
        (1, 4000, 64, (1, 64)),
        (3000, 4000, 512, (384, 512)),
    ],
)
def test_the_longer_side_is_as_asked_and_the_aspect_ratio_holds(height, width, longer_side, expected):
    assert letterbox.scaled_shape(height, width, longer_side=longer_side) == expected


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_padding_is_to_multiples_of_32_and_never_more_than_needed(height, width):
    padded = letterbox.padded_shape(height, width)
    assert all(side % 32 == 0 for side in padded)
    assert 0 <= padded[0] - height < 32
    assert 0 <= padded[1] - width < 32


@pytest.mark.parametrize("shape", [(1160, 720), (61, 200), (300, 300)])
def test_a_mask_comes_back_where_it_was(shape):
    mask = np.zeros(shape, np.uint8)
    top, left = shape[0] // 3, shape[1] // 4
    mask[top : top * 2, left : left * 2] = 1
    small = letterbox.scale_mask(mask, letterbox.scaled_shape(*shape, longer_side=256))
    back = letterbox.upscale_probability(small.astype(np.float32), shape) >= 0.5
    overlap = (back & (mask == 1)).sum() / (back | (mask == 1)).sum()
    assert overlap > 0.96


def test_a_mask_of_several_classes_holds_no_class_that_was_not_there():
    mask = np.zeros((40, 60), np.uint8)
    mask[:, :20], mask[:, 20:40] = 3, 7
    assert set(np.unique(letterbox.scale_mask(mask, (16, 24)))) == {0, 3, 7}


@pytest.mark.parametrize("value", [0, 1])
def test_a_mask_of_one_value_stays_that_value(value):
    assert (letterbox.scale_mask(np.full((50, 70), value, np.uint8), (32, 45)) == value).all()


def test_an_image_at_scale_is_not_touched():
    image = np.random.default_rng(0).integers(0, 255, (64, 48, 3), np.uint8)
    assert letterbox.scale_image(image, (64, 48)) is image


@pytest.mark.parametrize("shape", [(1200, 1600), (1201, 1600)])
def test_shrinking_is_the_average_of_what_is_covered_however_it_is_computed(shape):
    smooth = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8), (0, 0), 5)
    at_once = cv2.resize(smooth, (160, 120), interpolation=cv2.INTER_AREA)
    difference = np.abs(letterbox.scale_image(smooth, (120, 160)).astype(int) - at_once)
    assert difference.mean() < 1.5
    assert difference.max() <= 6
