"""COCO files as people have them."""

from __future__ import annotations

import numpy as np
import pytest

from plateseg.domain.annotations import runs
from plateseg.domain.types import Split
from plateseg.errors import BadInput, BadMask
from tests.unit.annotation_files import answers, as_json, drawn, extent, read, troubles

PLATE = {"id": 1, "name": "license_plate"}
SQUARE = [[5, 5, 25, 5, 25, 15, 5, 15]]


def image(number, name="a.jpg", **more):
    return {"id": number, "file_name": name, "width": 40, "height": 30} | more


def plate(number, of=1, **more):
    return {"id": number, "image_id": of, "category_id": 1, "segmentation": SQUARE} | more


def coco(images=(image(1),), annotations=(plate(1),), categories=(PLATE,)):
    return as_json({"images": list(images), "annotations": list(annotations), "categories": list(categories)})


def upload(content, *photos, name="annotations/instances.json"):
    return {name: content} | {f"images/{photo}": b"" for photo in photos or ("a.jpg",)}


def test_polygons_and_runs_become_one_mask():
    blob = np.zeros((30, 40), np.uint8)
    blob[20:25, 30:38] = 1
    content = coco(annotations=[plate(1), plate(2, segmentation=runs.encode(blob))])
    drawing = drawn(answers(upload(content))["images/a.jpg"])

    assert drawing.is_label
    assert drawing.mask.sum() == 20 * 10 + 5 * 8


def test_uncompressed_runs():
    content = coco(annotations=[plate(1, iscrowd=1, segmentation={"size": [30, 40], "counts": [30, 60, 1110]})])

    assert extent(drawn(answers(upload(content))["images/a.jpg"])) == (1, 0, 2, 30)


def test_a_photograph_without_annotations_has_no_plate():
    found = answers(upload(coco([image(1), image(2, "b.jpg")]), "a.jpg", "b.jpg"))
    drawing = drawn(found["images/b.jpg"])

    assert drawing.is_label
    assert drawing.mask.sum() == 0


def test_a_photograph_that_is_not_listed_has_no_answer():
    assert set(answers(upload(coco(), "a.jpg", "c.jpg"))) == {"images/a.jpg"}


def test_boxes_become_a_proposal():
    content = coco(annotations=[plate(1, segmentation=[], bbox=[5, 5, 20, 10])])
    drawing = drawn(answers(upload(content))["images/a.jpg"])

    assert not drawing.is_label
    assert extent(drawing) == (5, 5, 20, 10)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("annotations/instances_train2017.json", Split.TRAIN),
        ("valid/_annotations.coco.json", Split.VAL),
        ("instances_test.json", Split.TEST),
        ("all.json", None),
    ],
)
def test_splits_are_told_by_the_files_name(name, split):
    assert answers(upload(coco(), name=name))["images/a.jpg"].split is split


def test_labels_that_are_no_plate_are_left_out():
    categories = [{"id": 7, "name": "car"}, PLATE]
    reading, found = read(upload(coco(annotations=[plate(1), plate(2, category_id=7)], categories=categories)))

    assert drawn(found["images/a.jpg"]).mask.sum() == 200
    assert [note.text for note in reading.notes] == ["1 shapes labelled car were left out: only plates are kept."]


class TestManyLabels:
    """300 of them, and which is a plate."""

    names = tuple({"id": n, "name": f"thing {n}"} for n in range(1, 301))

    def test_none_of_them_is_known(self):
        (sentence,) = troubles(upload(coco(categories=self.names)))
        assert "None of its 300 labels is known to mean a plate (thing 1, thing 2," in sentence
        assert "--label NAME" in sentence

    def test_the_person_says_which(self):
        found = answers(upload(coco(categories=self.names)), labels=["Thing 1"])
        assert drawn(found["images/a.jpg"]).mask.sum() == 200


BAD = [
    ("a photograph is missing", coco([image(1), image(2, "gone.jpg")]), "gone.jpg is not among the files"),
    ("an image id twice", coco([image(1), image(1, "b.jpg")]), "Line 9: the image id 1 stands twice, the first one"),
    ("an annotation id twice", coco(annotations=[plate(1), plate(1)]), "annotation id 1 stands twice alike"),
    ("an unknown image", coco(annotations=[plate(1), plate(2, of=9)]), "annotation 2 names image 9, which the file"),
    ("an unknown category", coco(annotations=[plate(1, category_id=5)]), "category 5 is not among the file's"),
    ("half a point", coco(annotations=[plate(1, segmentation=[[1, 2, 3, 4, 5]])]), "at least 3 points"),
    ("no numbers", coco(annotations=[plate(1, segmentation=[["a"] * 6])]), "something else than numbers"),
    ("no shape", coco(annotations=[plate(1, segmentation=[])]), "neither a segmentation nor a bbox"),
    ("runs without a size", coco(annotations=[plate(1, segmentation={"counts": "abc"})]), "needs its size"),
    ("no id", coco([{"file_name": "a.jpg"}]), "Line 3: an image without an id."),
    ("no file name", coco([{"id": 3}]), "image 3 has no file_name."),
    ("no categories", coco(categories=()), "Line 1: it holds no categories"),
    ("no JSON", coco() + b"}", "this is no JSON"),
    ("cut off", coco()[:-20], "this is no JSON"),
    ("lists that are none", b'{"images": {}, "annotations": 5}', "Line 1: a COCO file holds the lists"),
    ("images that are none", coco(images=[None, 5, "x"]), "Line 3: an image without an id."),
    ("annotations that are none", coco(annotations=[None, 5]), "an annotation is no JSON object."),
]  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_what_does_not_fit_is_told_with_its_line(content, sentence):
    found = troubles(upload(content))
    assert any(sentence in each for each in found), found


def test_a_line_is_the_line_of_the_entry():
    content = as_json({"images": [image(1)], "annotations": [plate(1), plate(2, of=9)], "categories": [PLATE]})
    line = 1 + content.decode().splitlines().index('   "id": 2,')

    (sentence,) = troubles(upload(content))

    assert sentence.startswith(f"annotations/instances.json: Line {line - 1}: annotation 2 names image 9")


def test_the_same_id_with_another_shape_is_another_plate():
    content = coco(annotations=[plate(1), plate(1, segmentation=[[30, 20, 38, 20, 38, 25, 30, 25]])])
    assert drawn(answers(upload(content))["images/a.jpg"]).mask.sum() == 200 + 40


def test_a_plate_that_cannot_be_read_makes_the_rest_a_proposal():
    """A label that lacks a plate would teach that there is none."""
    _, found = read(upload(coco(annotations=[plate(1), plate(2, segmentation=[[1, 2]])])))
    drawing = drawn(found["images/a.jpg"])

    assert not drawing.is_label
    assert drawing.mask.sum() == 200


def test_another_size_than_the_photograph():
    with pytest.raises(BadMask, match="says 40x30, the photograph is 80x60"):
        answers(upload(coco()))["images/a.jpg"].draw(width=80, height=60)


def test_all_of_it_outside_the_photograph():
    content = coco(annotations=[plate(1, segmentation=[[50, 50, 60, 50, 60, 60]])])
    with pytest.raises(BadMask, match="no pixel of the photograph"):
        drawn(answers(upload(content))["images/a.jpg"])


def test_names_that_differ_in_case_only_and_in_other_scripts():
    images = [image(1, "Car.jpg"), image(2, "car.jpg"), image(3, "粤B 12345.jpg")]
    found = answers(upload(coco(images), "Car.jpg", "car.jpg", "粤B 12345.jpg"))

    assert {name: answer.shapes != () for name, answer in found.items()} == {
        "images/Car.jpg": True,
        "images/car.jpg": False,
        "images/粤B 12345.jpg": False,
    }


def test_folders_tell_photographs_of_one_name_apart():
    files = {"train.json": coco([image(1, "b/x.jpg")]), "a/x.jpg": b"", "b/x.jpg": b""}
    assert set(answers(files)) == {"b/x.jpg"}
    files = {"train.json": coco([image(1, "x.jpg")]), "a/x.jpg": b"", "b/x.jpg": b""}
    assert "Several photographs may be meant" in troubles(files)[0]


def test_a_format_that_is_not_there_is_said():
    with pytest.raises(BadInput, match="No annotations of the format COCO are among the files"):
        read({"a.jpg": b""}, only="coco")
    with pytest.raises(BadInput, match="no format 'docx'"):
        read({"a.jpg": b""}, only="docx")
