"""Masks: exact on every way in and out, and a sentence for whatever does not fit."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image as Pillow

from plateseg.domain import mask_files, masks
from plateseg.errors import BadMask
from tests.unit.pictures import photograph, plate_mask

MASKS = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 1))


# Run lengths


@settings(max_examples=200, deadline=None)
@given(MASKS)
def test_runs_bring_back_every_mask_exactly(mask):
    runs = masks.to_runs(mask)
    assert all(type(number) is int for number in runs)
    assert runs == _runs_one_by_one(mask)
    assert np.array_equal(masks.from_runs(runs, width=mask.shape[1], height=mask.shape[0]), mask)


def _runs_one_by_one(mask):
    runs = []
    for value in mask.ravel().tolist():
        if runs and runs[-2] == value:
            runs[-1] += 1
        else:
            runs += [value, 1]
    return runs


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        (None, "no list"),
        ("0 12", "no list"),
        ({"0": 12}, "no list"),
        ([], "no list"),
        ([0], "no list"),
        ([0, 12, 1], "no list"),
        ([0, 1] * 13, "no list"),
        ([0, 12.0], "something else"),
        ([0, "12"], "something else"),
        ([0, None], "something else"),
        ([True, 12], "something else"),
        ([[0, 12], 1], "something else"),
        ([0, 10**30], "far too large"),
        ([-(10**30), 12], "far too large"),
        ([2, 12], "unknown class"),
        ([-1, 12], "unknown class"),
        ([256, 12], "unknown class"),
        ([0, 11], "add up"),
        ([0, 13], "add up"),
        ([0, 12, 1, 0], "add up"),
        ([0, 13, 1, -1], "add up"),
        ([0, 2**62, 1, 2**62, 0, 2**62, 1, 2**62], "add up"),
        ([0, float("nan")], "something else"),
    ],
)
def test_bad_runs_are_refused_with_a_sentence(runs, words):
    with pytest.raises(BadMask, match=words):
        masks.from_runs(runs, width=4, height=3)


@pytest.mark.parametrize(("width", "height"), [(0, 3), (4, -3), (10**9, 10**9)])
def test_impossible_sizes_are_refused_before_memory_is_asked_for(width, height):
    with pytest.raises(BadMask, match="cannot be"):
        masks.from_runs([0, 12], width=width, height=height)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_subnormal=False) | st.text(max_size=3),
    lambda children: st.lists(children, max_size=8),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(json_like | st.lists(st.integers(-3, 14), max_size=8))
def test_wild_runs_make_a_mask_or_a_sentence(runs):
    try:
        mask = masks.from_runs(runs, width=4, height=3)
    except BadMask:
        return
    assert np.array_equal(masks.check(mask, width=4, height=3), mask)


# PNG


@settings(max_examples=60, deadline=None)
@given(MASKS)
def test_png_brings_back_every_mask_exactly(mask):
    data = masks.to_png(mask)
    stored = Pillow.open(io.BytesIO(data))
    assert stored.mode == "L"
    assert np.array_equal(np.array(stored), mask * 255)
    assert np.array_equal(masks.read_png(data), mask)
    assert np.array_equal(mask_files.from_png(data, width=mask.shape[1], height=mask.shape[0])[0], mask)


@pytest.mark.parametrize("data", [b"", b"no png", b"\x89PNG\r\n\x1a\n"])
def test_a_damaged_stored_mask_says_what_to_do(data):
    with pytest.raises(BadMask, match="earlier revision"):
        masks.read_png(data)


# Checks


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (np.zeros((64, 96, 3), np.uint8), "shape"),
        (np.zeros((64, 96), np.float32), "float32"),
        (np.zeros((63, 96), np.uint8), "The mask is 96x63, the photograph is 96x64"),
        (np.full((64, 96), 255, np.uint8), "the class 255"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(mask, words):
    with pytest.raises(BadMask, match=words):
        masks.check(mask, width=96, height=64)


# Regions


@settings(max_examples=80, deadline=None)
@given(MASKS)
def test_filling_holes_fills_what_does_not_reach_the_border(mask):
    filled = masks.fill_holes(mask)
    assert np.array_equal(filled, _filled_slowly(mask))
    assert np.array_equal(masks.fill_holes(filled), filled)


def _filled_slowly(mask):
    """Background reached from outside, by steps to the four neighbours."""
    padded = np.pad(mask == 0, 1, constant_values=True)
    reached = np.zeros_like(padded)
    reached[0, 0] = True
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        grown &= padded
        if np.array_equal(grown, reached):
            return (~reached[1:-1, 1:-1]).astype(np.uint8)
        reached = grown


def test_union_holds_what_either_holds_and_refuses_two_sizes():
    first, second = np.zeros((2, 5), np.uint8), np.zeros((2, 5), np.uint8)
    first[0], second[:, 0] = 1, 1
    assert masks.union(first, second).tolist() == [[1, 1, 1, 1, 1], [1, 0, 0, 0, 0]]
    with pytest.raises(BadMask, match="3x2"):
        masks.union(first[:, :3], second)


def test_the_outline_is_the_inner_rim():
    mask = np.zeros((9, 9), np.uint8)
    mask[2:7, 2:7] = 1
    rim = masks.outline(mask)
    assert rim.sum() == 16
    assert rim[3:6, 3:6].sum() == 0
    assert masks.outline(mask, thickness=2).sum() == 24
    assert masks.outline(np.ones((4, 4), np.uint8)).sum() == 12


def test_the_overlay_tints_the_mask_and_nothing_else():
    photo, mask = photograph(), plate_mask()
    before = photo.copy()
    tinted = masks.overlay(photo, mask, colour=(255, 0, 0), opacity=0.5)
    assert np.array_equal(tinted[mask == 0], before[mask == 0])
    assert np.abs(tinted[mask == 1][:, 0] - (before[mask == 1][:, 0] / 2 + 127.5)).max() <= 1
    assert np.array_equal(photo, before)
    with pytest.raises(BadMask, match="96x64"):
        masks.overlay(photo, mask[:10])


def test_instances_tell_place_size_score_and_corners_of_each_plate():
    mask = np.zeros((80, 120), np.uint8)
    mask[10:20, 10:40], mask[50:70, 60:110], mask[75, 5] = 1, 1, 1
    probability = np.where(mask == 1, np.float32(0.9), np.float32(0.1))
    probability[10:20, 10:40] = 0.6
    large, small, speck = masks.instances(mask, probability)
    assert (large.bbox, large.area) == ((60, 50, 50, 20), 1000)
    assert (small.bbox, small.area) == ((10, 10, 30, 10), 300)
    assert large.score == pytest.approx(0.9)
    assert small.score == pytest.approx(0.6)
    assert small.quad.tolist() == [[10, 10], [39, 10], [39, 19], [10, 19]]
    assert speck.quad.shape == (4, 2)
    assert len(masks.instances(mask, probability, min_area=10)) == 2
    assert masks.instances(np.zeros((4, 4), np.uint8)) == ()
    assert masks.plate_pixels(mask) == 1301
