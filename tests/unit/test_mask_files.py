"""Masks that people bring: whatever tool wrote them is understood, with a note, or refused with a sentence."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from plateseg.domain import mask_files
from plateseg.domain.annotations.voc_palette import palette_colour
from plateseg.errors import BadMask
from tests.unit.pictures import jpeg_of, photograph, plate_mask, png_of, png_with_header


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
    mask, note = mask_files.from_png(make(plate_mask()), width=96, height=64)
    assert np.array_equal(mask, plate_mask())
    assert words in note
    assert bool(note) == bool(words)


def test_a_soft_grey_mask_is_cut_at_127():
    levels = soft(plate_mask())
    mask, note = mask_files.from_png(grey_file(levels), width=96, height=64)
    assert np.array_equal(mask, levels > 127)
    assert note == "soft grey mask, cut at 127"


def test_soft_edges_of_few_levels_are_no_class_numbers():
    for levels in ([28, 128, 227, 255], [64, 191, 255], [1, 254, 255], [100, 180]):
        mask, note = mask_files.from_png(classes(*levels), width=96, height=64)
        assert mask.any()
        assert "soft grey" in note


def test_a_jpeg_mask_is_cut_too():
    mask, note = mask_files.from_png(jpeg_of(Pillow.fromarray(plate_mask() * 255), quality=95), width=96, height=64)
    assert np.count_nonzero(mask != plate_mask()) < 20
    assert "soft grey" in note


@pytest.mark.parametrize(("level", "words"), [(0, ""), (255, "every pixel"), (1, "class indices")])
def test_masks_of_one_level_are_taken_and_told(level, words):
    mask, note = mask_files.from_png(grey_file(np.full((64, 96), level, np.uint8)), width=96, height=64)
    assert mask.all() == (level > 0)
    assert words in note
    assert bool(note) == bool(words)


# Masks of class numbers


def classes(*values: int, dtype: type = np.uint8) -> bytes:
    """Bands of these class numbers above each other, background around them."""
    mask = np.zeros((64, 96), dtype)
    for number, value in enumerate(values):
        mask[8 + 6 * number : 14 + 6 * number, 20:60] = value
    return png_of(Pillow.fromarray(mask))


def classes_in_colours(*colours) -> bytes:
    mask = np.zeros((64, 96, 3), np.uint8)
    for number, colour in enumerate(colours):
        mask[8 + 10 * number : 18 + 10 * number, 20:60] = colour
    return png_of(Pillow.fromarray(mask))


def classes_of_voc(*indices: int) -> bytes:
    mask = np.zeros((64, 96), np.uint8)
    for number, index in enumerate(indices):
        mask[8 + 10 * number : 18 + 10 * number, 20:60] = index
    return palette_file(mask, [palette_colour(index) for index in range(256)])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (classes(1, 2), "the values 0, 1, 2, class numbers it seems, and nothing says which is a plate"),
        (classes(2), r"the values 0, 2, .* \(--label 2\), or export the plate as white"),
        (classes(7), "the values 0, 7, "),
        (classes(100), "the values 0, 100, "),
        (classes(1, 127), "the values 0, 1, 127"),
        (classes(1, 255), "the values 0, 1, 255"),
        (classes(1, 2, 255), "the values 0, 1, 2, 255"),
        (classes(3, 21, 130), "the values 0, 3, 21, 130"),
        (classes(1, 2, dtype=np.uint16), "the values 0, 1, 2, "),
        (classes(1, 300, dtype=np.uint16), "the values 0, 1, 300, "),
        (classes_of_voc(1, 2), "the values 0, 1, 2, "),
        (classes_of_voc(8), "the values 0, 8, "),
        (classes_in_colours((255, 0, 0), (0, 255, 0)), "several colours .*#00ff00, #ff0000"),
    ],
)
def test_class_numbers_of_which_nobody_said_which_is_a_plate_are_refused_not_read_as_no_plate(data, words):
    with pytest.raises(BadMask, match=words):
        mask_files.from_png(data, width=96, height=64)


@pytest.mark.parametrize(
    "data",
    [
        classes(1, 2),
        classes(1, 300, dtype=np.uint16),
        classes_of_voc(1, 2),
        classes_in_colours((255, 0, 0), (0, 255, 0)),
    ],
)
def test_class_numbers_beside_a_photograph_are_its_mask_and_no_photograph(data):
    assert mask_files.looks_like_mask(data)


@pytest.mark.parametrize(
    ("data", "plates", "rows"),
    [
        (classes(1, 2), {2}, range(14, 20)),
        (classes(1, 2), {1}, range(8, 14)),
        (classes(1, 2, 255), {1, 2}, range(8, 20)),
        (classes(3, 130), {130}, range(14, 20)),
        (classes(1), {1}, range(8, 14)),
        (classes(1), {2}, range(0)),
        (classes(1, 300, dtype=np.uint16), {300}, range(14, 20)),
        (classes_of_voc(1, 2), {2}, range(18, 28)),
        (classes(255), {2}, range(8, 14)),
    ],
)
def test_the_class_number_that_was_named_is_the_plate(data, plates, rows):
    mask, _ = mask_files.from_png(data, width=96, height=64, plates=plates)
    assert np.flatnonzero(mask.any(axis=1)).tolist() == list(rows)


def test_a_mask_that_is_dim_all_over_is_refused():
    with pytest.raises(BadMask, match=r"class numbers it seems|none of them bright"):
        mask_files.from_png(grey_file((soft(plate_mask()) // 3).astype(np.uint8)), width=96, height=64)


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
        mask_files.from_png(data, width=96, height=64)


def test_a_floating_point_mask_is_refused():
    buffer = io.BytesIO()
    Pillow.fromarray(plate_mask().astype(np.float32)).save(buffer, "TIFF")
    with pytest.raises(BadMask, match="8-bit grey"):
        mask_files.from_png(buffer.getvalue(), width=96, height=64)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_random_bytes_are_never_more_than_refused_as_a_mask(data, as_png):
    data = grey_file(plate_mask())[:60] + data if as_png else data
    with pytest.raises(BadMask):
        mask_files.from_png(data, width=96, height=64)
    assert not mask_files.looks_like_mask(data)


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
    assert mask_files.looks_like_mask(data) is answer


def test_a_mask_painted_black_on_transparent_is_refused_not_read_as_no_plate():
    rgba = np.zeros((64, 96, 4), np.uint8)
    rgba[..., 3] = plate_mask() * 255
    data = png_of(Pillow.fromarray(rgba))
    with pytest.raises(BadMask, match="black on transparent"):
        mask_files.from_png(data, width=96, height=64)
    assert mask_files.looks_like_mask(data)
    rgba[..., 3] = 255
    assert not mask_files.from_png(png_of(Pillow.fromarray(rgba)), width=96, height=64)[0].any()
