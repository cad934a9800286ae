"""Whatever is in an annotation file, it is told in a sentence: nothing else is ever raised."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateseg.domain.annotations import runs
from plateseg.errors import BadInput
from tests.unit import test_annotations_coco as coco
from tests.unit import test_annotations_corners as corners
from tests.unit import test_annotations_tools as tools
from tests.unit.annotation_files import as_json, read

BLOB = np.zeros((30, 40), np.uint8)
BLOB[5:9, 5:30] = 1
LABEL_STUDIO = corners.TestLabelStudio()
SAMPLES = {
    "coco": coco.upload(coco.coco(annotations=[coco.plate(1), coco.plate(2, segmentation=runs.encode(BLOB))])),
    "labelme": tools.TestLabelMe().upload(tools.TestLabelMe().shape([[5, 5], [25, 5], [25, 15]])),
    "cvat": tools.TestCvat().upload(
        tools.TestCvat.SHAPE + '<mask label="plate" rle="1, 3, 1, 3" left="30" top="20" width="4" height="2"/>'
    ),
    "voc": tools.TestVoc().upload() | {"VOC/labelmap.txt": b"plate:0,128,0::\n", "VOC/ImageSets/Main/val.txt": b"a\n"},
    "via": corners.TestVia().upload(corners.TestVia.POLYGON),
    "labelstudio": LABEL_STUDIO.upload(LABEL_STUDIO.result("brush", format="rle", rle=corners.brush_of(BLOB))),
    "corners": {"corners.csv": (corners.TestCorners.HEAD + corners.TestCorners.ROW).encode(), "a.jpg": b""},
    "yolo": {"data.yaml": b"names: [car, plate]\n", "a.txt": b"1 0.1 0.1 0.5 0.1 0.5 0.5\n", "a.jpg": b""},
    "wpod": {"a.txt": b"4,0.25,0.75,0.75,0.25,0.25,0.25,0.75,0.75,ABC123,\n", "a.jpg": b""},
}
PIECES = st.sampled_from([b"", b"0", b"-1", b"1e999", b"NaN", b"null", b"[]", b"<", b",", b"\x00", b"\xff", b"9" * 25])


def assert_told(files):
    """Read and draw: out come masks of photographs that are there, and sentences; nothing else is raised."""
    try:
        reading, found = read(files)
    except BadInput as error:
        assert_sentence(str(error))
        return
    assert set(found) <= set(files), "an answer is of a photograph in the upload"
    for trouble in (*reading.troubles, *reading.notes):
        assert trouble.name in files, "what is told names a file of the upload"
        assert_sentence(trouble.text)
    for answer in found.values():
        assert_drawn_or_told(answer)


def assert_drawn_or_told(answer):
    """A mask of the photograph's size, with plate in it where somebody drew one, or why not."""
    try:
        drawing = answer.draw(width=40, height=30)
    except BadInput as error:
        assert_sentence(str(error))
        return
    assert (drawing.mask.shape, drawing.mask.dtype) == ((30, 40), np.uint8)
    assert set(np.unique(drawing.mask)) <= {0, 1}
    assert bool(drawing.mask.any()) is bool(answer.shapes) or answer.may_be_empty
    assert not (drawing.is_label and answer.incomplete), "what was read in part is a proposal at most"
    for note in drawing.notes:
        assert_sentence(note)


def assert_sentence(words):
    """Something a person can read: not empty, and not what Python says of itself."""
    assert words.strip()
    assert "Traceback" not in words
    assert " object at 0x" not in words


@pytest.mark.parametrize("format", SAMPLES)
@given(data=st.data())
def test_a_damaged_file_is_told(format, data):
    files = dict(SAMPLES[format])
    name = data.draw(st.sampled_from([name for name, content in files.items() if content]))
    content = files[name]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        gone = data.draw(st.integers(0, 6))
        content = content[:at] + data.draw(PIECES) + content[at + gone :]
    assert_told(files | {name: content})


KEYS = [
    "id",
    "image_id",
    "category_id",
    "file_name",
    "name",
    "segmentation",
    "bbox",
    "points",
    "label",
    "shapes",
    "imagePath",
    "shape_type",
    "regions",
    "filename",
    "shape_attributes",
    "data",
    "image",
    "annotations",
    "result",
    "type",
    "value",
    "size",
    "counts",
    "region_attributes",
    "all_points_x",
    "all_points_y",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "theta",
    "x",
    "y",
    "width",
    "height",
    "rotation",
    "radiusX",
    "radiusY",
    "original_width",
    "original_height",
    "rle",
    "format",
    "mask",
    "polygonlabels",
    "brushlabels",
    "rectanglelabels",
    "ellipselabels",
]
WORDS = ["a.jpg", "plate", "polygon", "rect", "ellipse", "circle", "mask", "rle", "", *KEYS[-4:]]
LEAVES = st.none() | st.booleans() | st.integers(-5, 50) | st.floats(-1e9, 1e9) | st.sampled_from(WORDS)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=14,
)
SHAPE = st.dictionaries(st.sampled_from(KEYS), LEAVES | JSON, max_size=9)


@given(SHAPE, st.sampled_from(["polygon", "rect", "ellipse", "circle", "rectangle", "brush", "mask"]))
def test_shapes_of_any_build(shape, kind):
    via = {"shape_attributes": {"name": kind} | shape, "region_attributes": {}}
    assert_told({"a.json": as_json({"x": {"regions": [via], "filename": "a.jpg"}}), "a.jpg": b""})
    result = {"type": f"{kind}labels", "value": shape, "original_width": 40, "original_height": 30}
    tasks = [{"data": {"image": "a.jpg"}, "annotations": [{"result": [result]}]}]
    assert_told({"a.json": as_json(tasks), "a.jpg": b""})
    assert_told({"a.json": as_json({"shapes": [{"shape_type": kind} | shape], "imagePath": "a.jpg"}), "a.jpg": b""})
    assert_told({"a.json": as_json({"images": [{"id": 1, "file_name": "a.jpg"}],
                                 "annotations": [{"image_id": 1, "category_id": 1} | shape],
                                 "categories": [{"id": 1}]}), "a.jpg": b""})  # fmt: skip


@given(st.lists(JSON, max_size=3), st.lists(JSON, max_size=3), st.lists(JSON, max_size=2))
def test_json_of_any_build(one, two, three):
    assert_told({"a.json": as_json({"images": one, "annotations": two, "categories": three}), "a.jpg": b""})
    assert_told({"a.json": as_json({"shapes": one, "imagePath": "a.jpg", "imageWidth": two}), "a.jpg": b""})
    assert_told({"a.json": as_json({"x": {"regions": one, "filename": "a.jpg"}, "y": two}), "a.jpg": b""})
    assert_told(
        {"a.json": as_json([{"data": {"image": "a.jpg"}, "annotations": one}, {"data": two}, *three]), "a.jpg": b""}
    )
