"""Masks: exact on every way in and out, and a sentence for whatever is no mask."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image as Pillow

from plateseg.domain import masks
from plateseg.errors import BadMask
from tests.unit.pictures import jpeg_of, photograph, png_of, png_with_header

MASKS = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 1))


def plate_mask(*, width: int = 96, height: int = 64) -> np.ndarray:
    """A tilted plate with a hole."""
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.array([[20, 18], [80, 26], [78, 46], [19, 38]])], 1)
    mask[28:34, 40:48] = 0
    return mask


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
    assert np.array_equal(masks.from_png(data, width=mask.shape[1], height=mask.shape[0])[0], mask)


@pytest.mark.parametrize("data", [b"", b"no png", b"\x89PNG\r\n\x1a\n"])
def test_a_damaged_stored_mask_says_what_to_do(data):
    with pytest.raises(BadMask, match="earlier revision"):
        masks.read_png(data)


def soft(mask):
    return cv2.GaussianBlur(mask * 255, (5, 5), 0)


def grey_file(levels, mode="L"):
    return png_of(Pillow.fromarray(levels).convert(mode))


def palette_file(mask, colours):
    picture = Pillow.frombytes("P", mask.shape[::-1], mask.tobytes())
    picture.putpalette([channel for colour in colours for channel in colour])
    return png_of(picture)


def with_alpha(mask):
    rgba = np.full((*mask.shape, 4), 255, np.uint8)
    rgba[..., 3] = mask * 255
    return png_of(Pillow.fromarray(rgba))


def red_on_black(mask):
    return png_of(Pillow.fromarray(np.stack([mask * 255, mask * 0, mask * 0], axis=2)))


ACCEPTED = {
    "0 and 255": (lambda m: grey_file(m * 255), ""),
    "one bit": (lambda m: grey_file(m * 255, "1"), ""),
    "indices 0 and 1": (lambda m: grey_file(m), "class indices"),
    "grey as RGB": (lambda m: grey_file(m * 255, "RGB"), "read as grey"),
    "red as RGB": (red_on_black, "any channel above 127"),
    "transparent around the plate": (with_alpha, "transparent counts as background"),
    "16 bits": (lambda m: png_of(Pillow.fromarray(m.astype(np.uint16) * 65535)), "16-bit"),
    "16 bits holding 0 and 255": (lambda m: png_of(Pillow.fromarray(m.astype(np.uint16) * 255)), "16-bit"),
    "palette of VOC": (lambda m: palette_file(m, [(0, 0, 0), (128, 0, 0)]), "palette mask"),
    "palette too dark to cut": (lambda m: palette_file(m, [(0, 0, 0), (0, 0, 90)]), "class indices"),
    "palette white first": (lambda m: palette_file(1 - m, [(255, 255, 255), (0, 0, 0)]), "palette mask"),
    "levels 100 and 128": (lambda m: grey_file(m * 28 + 100), "soft grey mask, cut at 127"),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_masks_of_other_tools_are_converted_with_a_note(case):
    make, words = ACCEPTED[case]
    mask, note = masks.from_png(make(plate_mask()), width=96, height=64)
    assert np.array_equal(mask, plate_mask())
    assert words in note
    assert bool(note) == bool(words)


def test_a_soft_grey_mask_is_cut_at_127():
    levels = soft(plate_mask())
    mask, note = masks.from_png(grey_file(levels), width=96, height=64)
    assert np.array_equal(mask, levels > 127)
    assert note == "soft grey mask, cut at 127"


def test_a_jpeg_mask_is_cut_too():
    mask, note = masks.from_png(jpeg_of(Pillow.fromarray(plate_mask() * 255), quality=95), width=96, height=64)
    assert np.count_nonzero(mask != plate_mask()) < 20
    assert "soft grey" in note


@pytest.mark.parametrize(("level", "words"), [(0, ""), (255, "every pixel"), (100, "nothing in it counts as plate")])
def test_masks_of_one_level_are_taken_and_told(level, words):
    mask, note = masks.from_png(grey_file(np.full((64, 96), level, np.uint8)), width=96, height=64)
    assert mask.all() == (level > 127)
    assert words in note
    assert bool(note) == bool(words)


REFUSED = {
    "another size": (grey_file(np.zeros((480, 640), np.uint8)), "The mask is 640x480, the photograph is 96x64. Export"),
    "on its side": (grey_file(np.zeros((96, 64), np.uint8)), "lies on its side"),
    "text": (b"not a mask", "cannot be read"),
    "empty file": (b"", "cannot be read"),
    "cut off": (grey_file(plate_mask() * 255)[:-30], "cannot be read"),
    "header bomb": (png_with_header(60_000, 60_000), "The mask is 60000x60000, the photograph is 96x64"),
    "only the first bytes of a TIFF": (b"II*\x00", "damaged"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_are_no_mask_of_this_photograph_are_refused(case):
    data, words = REFUSED[case]
    with pytest.raises(BadMask, match=words):
        masks.from_png(data, width=96, height=64)


def test_a_floating_point_mask_is_refused():
    buffer = io.BytesIO()
    Pillow.fromarray(plate_mask().astype(np.float32)).save(buffer, "TIFF")
    with pytest.raises(BadMask, match="8-bit grey"):
        masks.from_png(buffer.getvalue(), width=96, height=64)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_random_bytes_are_never_more_than_refused_as_a_mask(data, as_png):
    data = grey_file(plate_mask())[:60] + data if as_png else data
    with pytest.raises(BadMask):
        masks.from_png(data, width=96, height=64)
    assert not masks.looks_like_mask(data)


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (grey_file(plate_mask() * 255), True),
        (grey_file(plate_mask()), True),
        (grey_file(plate_mask() * 255, "RGB"), True),
        (red_on_black(plate_mask()), True),
        (palette_file(plate_mask(), [(0, 0, 0), (128, 0, 0)]), True),
        (grey_file(np.zeros((64, 96), np.uint8)), True),
        (png_of(Pillow.fromarray(photograph())), False),
        (grey_file(photograph()[:, :, 0]), False),
        (png_with_header(60_000, 60_000), False),
        (b"", False),
    ],
)
def test_contents_tell_a_mask_from_a_photograph(data, answer):
    assert masks.looks_like_mask(data) is answer


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
