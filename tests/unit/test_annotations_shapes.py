"""Masks to polygons and back, by the rules of the tools that read them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image as Pillow
from PIL import ImageDraw
from pycocotools import mask as coco_mask

from plateseg.domain.annotations import contours, runs
from plateseg.domain.annotations.records import Entry
from plateseg.domain.annotations.shapes import Box, Polygon, clipped, fill_as_pillow, fill_touched, points_of
from plateseg.domain.annotations.writers import FORMATS
from plateseg.domain.types import Split
from plateseg.errors import BadMask
from tests.unit.annotation_files import answers

WILD = arrays.arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24)), elements=st.integers(0, 1))


def grown(mask: np.ndarray, factor: int) -> np.ndarray:
    """Pixels made blocks, so that outlines have something to simplify."""
    return np.kron(mask, np.ones((factor, factor), np.uint8))


def iou(one: np.ndarray, other: np.ndarray) -> float:
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 1.0


def tilted(*, holes: int = 0, width: int = 120, height: int = 80) -> np.ndarray:
    """A tilted plate with round holes."""
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.array([[20, 22], [100, 30], [96, 58], [16, 50]], np.int32)], 1)
    for number in range(holes):
        cv2.circle(mask, (38 + 20 * number, 42), 5, 0, -1)
    return mask


@given(WILD, st.integers(1, 3))
def test_run_lengths_are_those_of_pycocotools(mask, factor):
    mask = grown(mask, factor)
    height, width = mask.shape
    coded = runs.encode(mask)

    assert (coco_mask.decode({"size": coded["size"], "counts": coded["counts"].encode()}) == mask).all()
    assert (runs.decode(coded["counts"], width=width, height=height) == mask).all()


@given(WILD)
def test_edge_rings_are_exact_or_nearly_so(mask):
    mask = grown(mask, 2)
    height, width = mask.shape
    for component in contours.components(mask):
        outer, holes = contours.edge_rings(component)
        if holes:
            continue
        coded = coco_mask.frPyObjects([ring.ravel().tolist() for ring in outer], height, width)
        drawn = coco_mask.decode(coded).max(axis=2)
        assert iou(drawn, component.on(width=width, height=height)) >= 0.99


@given(WILD, st.integers(1, 3))
def test_a_ring_cut_open_gives_every_hole_back(mask, factor):
    """Read by OpenCV, as YOLO's trainers do, and by Pillow, as LabelMe does."""
    mask = grown(mask, factor)
    height, width = mask.shape
    by_cv2 = np.zeros_like(mask)
    by_pillow = Pillow.new("L", (width, height))
    for component in contours.components(mask):
        cv2.fillPoly(by_cv2, [contours.touched_ring(component).astype(np.int32)], 1)
        ring = contours.touched_ring(component, fill_as_pillow)
        if len(ring) > 1:
            ImageDraw.Draw(by_pillow).polygon([tuple(point) for point in ring.tolist()], outline=1, fill=1)
        else:
            by_pillow.putpixel(tuple(ring[0].astype(int)), 1)
    assert iou(by_cv2, mask) >= 0.99
    assert iou(np.asarray(by_pillow), mask) >= 0.99


@pytest.mark.parametrize("holes", [0, 1, 3])
def test_a_tilted_plate_needs_few_points(holes):
    mask = tilted(holes=holes)
    (component,) = contours.components(mask)
    ring = contours.touched_ring(component, fill_as_pillow)
    canvas = Pillow.new("L", (120, 80))
    ImageDraw.Draw(canvas).polygon([tuple(point) for point in ring.tolist()], outline=1, fill=1)

    assert len(ring) <= 60 + 24 * holes
    assert iou(np.asarray(canvas), mask) >= 0.99
    assert len(contours.edge_rings(component)[1]) == holes


def painted(shape, width: int = 40, height: int = 30) -> tuple[np.ndarray, str]:
    canvas = np.zeros((height, width), np.uint8)
    return canvas, shape.paint(canvas)


class TestPolygons:
    """What people draw, taken as far as it is right."""

    def test_four_corners_in_the_wrong_order_are_put_in_order(self):
        mask, note = painted(Polygon(points_of([5, 5, 25, 15, 25, 5, 5, 15])))

        assert mask.sum() == 20 * 10
        assert note == "a polygon crosses itself: its four corners were put in order"

    def test_a_longer_one_that_crosses_itself_is_filled_even_odd(self):
        star = points_of([20, 2, 26, 26, 4, 10, 36, 10, 10, 26])
        mask, note = painted(Polygon(star))

        assert mask.sum() > 0
        assert mask[13, 20] == 0
        assert note == "a polygon crosses itself: filled by the even-odd rule"

    @pytest.mark.parametrize("fill", [None, fill_touched, fill_as_pillow])
    def test_what_is_outside_is_cut_off(self, fill):
        mask, note = painted(Polygon(points_of([-1e12, -1e12, 1e12, -1e12, 1e12, 10, -1e12, 10]), fill=fill))

        assert mask[:10].all()
        assert mask[11:].sum() == 0
        assert "outside" in note

    def test_all_of_it_outside(self):
        assert painted(Polygon(points_of([50, 50, 60, 50, 60, 60])))[0].sum() == 0

    @pytest.mark.parametrize(
        "numbers",
        [[1, 2, 3, 4], [1, 2, 3, 4, 5], [], [1, 2, 3, 4, 5, "x"], [1, 2, 3, 4, 5, float("nan")], [None] * 6],
    )
    def test_what_is_no_polygon(self, numbers):
        with pytest.raises(BadMask):
            points_of(numbers)

    @given(arrays.arrays(np.float64, st.tuples(st.integers(3, 9), st.just(2)), elements=st.integers(-60, 100)))
    def test_cutting_changes_nothing_inside(self, points):
        inside = clipped(points, width=40, height=30)

        assert ((inside >= 0) & (inside <= (40, 30))).all()
        assert (within(points) == within(inside)).all()


def within(points: np.ndarray) -> np.ndarray:
    """Whether places of a 40x30 image that no edge meets lie inside, by counting edges to their right."""
    rows, columns = np.mgrid[0:30, 0:40]
    y, x = rows + 0.5291, columns + 0.5137
    odd = np.zeros((30, 40), bool)
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if y0 != y1:
            odd ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return odd


def test_a_box_covers_its_pixels_and_is_never_a_label():
    box = Box(3, 4, 8, 10)
    mask, _ = painted(box)

    assert box.is_box
    assert mask.sum() == 5 * 6
    assert mask[4:10, 3:8].all()


@pytest.mark.parametrize("sides", [(3, 4, 3, 10), (8, 4, 3, 10), (0, 0, float("inf"), 1)])
def test_a_box_without_an_inside(sides):
    with pytest.raises(BadMask):
        Box(*sides)


@pytest.mark.parametrize(
    "counts",
    ["", "\x00", "~~~~", "o" * 40, [1, 2], [-5, 1205], [10**30], ["1200"], [1200.0], None, {"a": 1}, [True], [0, 5000]],
)
def test_damaged_run_lengths_are_refused(counts):
    with pytest.raises(BadMask):
        runs.decode(counts, width=40, height=30)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_no_text_of_run_lengths_does_harm(text):
    try:
        mask = runs.decode(text, width=40, height=30)
    except BadMask:
        return
    assert mask.shape == (30, 40)


@pytest.mark.parametrize("format", ["yolo", "labelme"])
def test_a_speck_of_one_pixel_goes_out_as_an_outline_and_not_as_a_box_or_nothing(format):
    mask = np.zeros((30, 40), np.uint8)
    mask[8:16, 10:30] = 1
    mask[20, 20] = 1
    entry = Entry(
        stem="a", ending="jpg", width=40, height=30, split=Split.TRAIN, answered=True, image=bytes, mask=lambda: mask
    )
    files = {name: b"".join(data) for name, data in FORMATS[format].each(entry, mask)}
    files[FORMATS[format].place(entry)] = b""
    (answer,) = answers(files).values()
    drawing = answer.draw(width=40, height=30)

    assert drawing.is_label
    assert (drawing.mask == mask).all()
