"""What shows only when an annotation is drawn is said with the annotation file and the entry in it."""

from __future__ import annotations

import pytest

from plateseg.errors import BadMask
from tests.unit import test_annotations_coco as coco
from tests.unit import test_annotations_corners as corners
from tests.unit import test_annotations_tools as tools
from tests.unit.annotation_files import answers, as_json, drawn

CROSSED = {"name": "polygon", "all_points_x": [5, 25, 5, 25, 15], "all_points_y": [5, 15, 15, 5, 2]}
CROSSED_RING = [[5, 5, 25, 15, 5, 15, 25, 5, 15, 2]]
SQUARE_IN_SHARES = "0.2 0.2 0.5 0.2 0.5 0.5"
LABEL_STUDIO = corners.TestLabelStudio()
VIA = corners.TestVia()
LABELME = tools.TestLabelMe()


def coco_of(*annotations):
    return coco.upload(coco.coco(annotations=annotations))


def runs(counts, size=(30, 40)):
    return {"size": list(size), "counts": counts}


NO_ID = {key: value for key, value in coco.plate(1, segmentation=CROSSED_RING).items() if key != "id"}
RESULT = LABEL_STUDIO.result("polygon", points=[[10, 10], [60, 60], [10, 60], [60, 10], [30, 5]]) | {"id": "Xy3"}
IN_COCO = "annotations/instances.json, annotation 7: "
PLACED = {
    "COCO": (coco_of(coco.plate(7, segmentation=CROSSED_RING)), f"{IN_COCO}a polygon crosses itself"),
    "COCO, without an id": (coco_of(NO_ID), "annotations/instances.json, /annotations/0: a polygon crosses"),
    "VIA": (VIA.upload(VIA.POLYGON, CROSSED), "via.json, /a.jpg7/regions/1: a polygon crosses itself"),
    "VIA, a project": (VIA.upload(CROSSED, project=True), "via.json, /_via_img_metadata/a.jpg7/regions/0: a polygon"),
    "Label Studio": (LABEL_STUDIO.upload(RESULT), "ls.json, task 1, result Xy3: a polygon crosses itself"),
    "LabelMe": (
        LABELME.upload(LABELME.shape([[5, 5], [25, 15], [5, 15], [25, 5], [15, 2]])),
        "a.json, /shapes/0: a polygon crosses itself",
    ),
    "CSV": (
        corners.TestCorners().csv(corners.TestCorners.HEAD + "b.jpg,,,,,,,,,\na.jpg,,5,5,99,5,99,14,5,14\n"),
        "corners.csv, line 3: corners outside the photograph",
    ),
    "CVAT": (
        tools.TestCvat().upload('<polygon label="plate" points="5,5;25,15;5,15;25,5;15,2"/>'),
        "annotations.xml, line 3: a polygon crosses itself",
    ),
    "YOLO": (
        {"a.txt": f"0 {SQUARE_IN_SHARES}\n0 0.1 0.1 0.6 0.6 0.1 0.6 0.6 0.1 0.3 0.05\n".encode(), "a.jpg": b""},
        "a.txt, line 2: a polygon crosses itself",
    ),
}


@pytest.mark.parametrize("format", PLACED)
def test_what_was_mended_while_drawing_names_file_and_entry(format):
    files, words = PLACED[format]
    notes = [note for answer in answers(files).values() for note in drawn(answer).notes]
    assert any(note.startswith(words) for note in notes), notes


REFUSED = {
    "runs of another size": (coco_of(coco.plate(7, segmentation=runs([25], (5, 5)))), f"{IN_COCO}a run-length mask is"),
    "runs that do not add up": (coco_of(coco.plate(7, segmentation=runs([1, 2]))), f"{IN_COCO}its run lengths do not"),
    "damaged runs": (coco_of(coco.plate(7, segmentation=runs("\x01"))), f"{IN_COCO}its compressed run lengths"),
    "a damaged brush": (
        LABEL_STUDIO.upload(LABEL_STUDIO.result("brush", format="rle", rle=[0] * 40)),
        "ls.json, task 1, result number 1: a brush stroke",
    ),
    "a mask of CVAT": (
        tools.TestCvat().upload('<mask label="plate" rle="1, 3" left="30" top="20" width="4" height="2"/>'),
        "annotations.xml, line 3: a mask's run lengths",
    ),
    "a mask of LabelMe": (
        LABELME.upload(LABELME.shape([[5, 5], [9, 9]], "mask", mask="!")),
        "a.json, /shapes/0: a mask within it is damaged",
    ),
    "nothing inside": (
        coco_of(coco.plate(7, segmentation=[[50, 50, 60, 50, 60, 60]])),
        "annotations/instances.json, image 1: no pixel of the photograph",
    ),
    "nothing inside, CSV": (
        corners.TestCorners().csv(corners.TestCorners.HEAD + "a.jpg,,65,65,99,65,99,94,65,94\n"),
        "corners.csv, line 2: no pixel of the photograph",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_drawn_names_file_and_entry(what):
    files, words = REFUSED[what]
    (answer,) = answers(files).values()
    with pytest.raises(BadMask) as refused:
        drawn(answer)
    assert str(refused.value).startswith(words)


def test_a_photograph_that_a_file_lists_twice_is_told_with_both_entries():
    content = as_json(
        {"images": [coco.image(1), coco.image(2)], "annotations": [coco.plate(1)], "categories": [coco.PLATE]}
    )
    (sentence,) = coco.troubles(coco.upload(content))
    assert sentence.startswith("annotations/instances.json: Image 2: images/a.jpg is annotated in")
    assert "annotations/instances.json, image 1 already" in sentence
