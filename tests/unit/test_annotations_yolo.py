"""YOLO labels as people have them."""

from __future__ import annotations

import pytest

from plateseg.domain.types import Split
from tests.unit.annotation_files import answers, drawn, extent, read, troubles

BOX = b"0 0.5 0.5 0.25 0.2\n"
OUTLINE = b"0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75\n"
NAMES = b"train: images/train\nval: images/val\nnames: [car, license-plate]\n"


def upload(labels, part="train", **more):
    return {f"images/{part}/a.jpg": b"", f"labels/{part}/a.txt": labels} | more


def only(files, **how):
    (answer,) = answers(files, **how).values()
    return answer


def test_a_box_is_a_proposal():
    drawing = drawn(only(upload(BOX)))

    assert not drawing.is_label
    assert extent(drawing) == (15, 12, 10, 6)


def test_an_outline_is_a_label():
    drawing = drawn(only(upload(OUTLINE)))

    assert drawing.is_label
    assert extent(drawing) == (10, 7, 21, 16)


def test_both_together_are_a_proposal():
    assert not drawn(only(upload(BOX + OUTLINE))).is_label


def test_an_empty_file_says_that_there_is_no_plate():
    drawing = drawn(only(upload(b"")))

    assert drawing.is_label
    assert drawing.mask.sum() == 0


def test_no_file_says_nothing():
    assert answers({"images/train/b.jpg": b""} | upload(BOX)).keys() == {"images/train/a.jpg"}


@pytest.mark.parametrize(
    ("part", "split"), [("train", Split.TRAIN), ("valid", Split.VAL), ("test", Split.TEST), ("x", None)]
)
def test_splits_are_folders(part, split):
    assert only(upload(BOX, part)).split is split


def test_labels_beside_their_photographs():
    assert set(answers({"set/a.jpg": b"", "set/a.txt": BOX, "set/classes.txt": b"plate\n"})) == {"set/a.jpg"}


def test_the_names_say_what_a_plate_is():
    found = only({"data.yaml": NAMES} | upload(BOX + b"1 0.25 0.25 0.1 0.1\n"))
    assert extent(drawn(found)) == (8, 6, 4, 3)
    found = only({"classes.txt": b"car\nplate\n"} | upload(BOX + b"1 0.25 0.25 0.1 0.1\n"))
    assert extent(drawn(found)) == (8, 6, 4, 3)
    found = only(upload(BOX + b"3 0.25 0.25 0.1 0.1\n"), labels=["3"])
    assert extent(drawn(found)) == (8, 6, 4, 3)


def test_a_photograph_whose_only_labels_are_cars_has_no_plate():
    assert drawn(only({"data.yaml": NAMES} | upload(BOX))).mask.sum() == 0


BAD = [
    (upload(BOX + b"plate 1 2 3 4\n"), "labels/train/a.txt: Line 2: a label is a class number"),
    (upload(BOX + b"0 0.5 0.5\n"), "Line 2: a box has 4 numbers and an outline at least 6; here are 2"),
    (upload(BOX + b"0 320 200 30 40\n"), "labels/train/a.txt: Line 2: 320 is no share from 0 to 1"),
    (upload(BOX + b"0 0.5 0.5 0 0.1\n"), "Line 2: a box has no width or no height"),
    (upload(BOX + b"0 nan 0.5 0.1 0.1\n"), "Line 2: a box has 4 numbers"),
    (upload(BOX + b"0 0 0 1 0 1 1 0.5\n"), "Line 2: a polygon needs at least 3 points"),
    ({"labels/b.txt": BOX}, "The photograph b is not among the files"),
    ({"data.yaml": b"names: [a\n"} | upload(BOX), "data.yaml: Line 2: this is no YAML"),
    ({"data.yaml": b"names: 5\n"} | upload(BOX), "data.yaml: Its `names` is neither"),
    (upload(BOX + b"4 0.5 0.5 0.1 0.1\n"), "None of its 2 labels is known to mean a plate (0, 4). Say which"),
    (upload(BOX + b"\xff\xfe 0\n"), "labels/train/a.txt: This is no UTF-8 text"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "sentence"), BAD, ids=[bad[1][-40:] for bad in BAD])
def test_what_does_not_fit_is_told_with_its_line(files, sentence):
    found = troubles(files)
    assert any(sentence in each for each in found), found


def test_a_line_that_cannot_be_read_makes_nothing_a_label():
    _, found = read(upload(OUTLINE + b"0 0.5\n"))
    assert not drawn(found["images/train/a.jpg"]).is_label
    _, found = read(upload(b"0 7 7 7 7\n"))
    assert not found["images/train/a.jpg"].answered


def test_other_texts_are_left_alone():
    reading, _ = read({"README.txt": b"Hello there, this is a data set.\n", "notes.json": b"{}"})
    assert reading.used == set()


def test_two_sets_in_one_upload_keep_their_own_class_numbers():
    """Read with the names of the other set, the plates of the first would be cars, and its photographs without one."""
    files = {
        "one/data.yaml": b"names: [plate]\n",
        "one/images/a.jpg": b"",
        "one/labels/a.txt": OUTLINE,
        "two/data.yaml": NAMES,
        "two/images/b.jpg": b"",
        "two/labels/b.txt": OUTLINE + OUTLINE.replace(b"0 ", b"1 ", 1),
    }
    found = answers(files)
    assert drawn(found["one/images/a.jpg"]).mask.any()
    assert len(found["two/images/b.jpg"].shapes) == 1


def test_a_class_without_a_name_is_not_read_as_no_plate():
    files = {"data.yaml": b"names: [plate]\n"} | upload(OUTLINE.replace(b"0 ", b"1 ", 1))
    reading, found = read(files)
    assert not found["images/train/a.jpg"].answered
    assert reading.troubles[0].text.startswith("Line 1: the class 1 is not among the names")


@pytest.mark.parametrize(
    ("shape", "points"),
    [(b"[4, 2]", b"0.4 0.4 0.6 0.4 0.6 0.6 0.4 0.6"), (b"[4, 3]", b"0.4 0.4 1 0.6 0.4 1 0.6 0.6 1 0.4 0.6 0")],
)
def test_points_behind_a_box_are_no_outline(shape, points):
    described = {"data.yaml": b"names: [plate]\nkpt_shape: " + shape + b"\n"}
    drawing = drawn(only(described | upload(b"0 0.5 0.5 0.25 0.2 " + points + b"\n")))
    assert not drawing.is_label
    assert extent(drawing) == (15, 12, 10, 6)


def test_labels_whose_photograph_is_missing_do_not_take_the_place_of_anothers():
    files = {"images/val/1.jpg": b"", "labels/train/1.txt": OUTLINE, "labels/val/1.txt": b""}
    reading, found = read(files)
    assert found["images/val/1.jpg"].source == "labels/val/1.txt"
    assert [trouble.name for trouble in reading.troubles] == ["labels/train/1.txt"]


def test_a_side_file_of_the_photographs_name_does_not_cost_it_its_label():
    assert set(answers(upload(OUTLINE, **{"images/train/a.xmp": b"<x/>"}))) == {"images/train/a.jpg"}


@pytest.mark.parametrize("name", ["noplate", "not_plate", "sin placa"])
def test_a_class_that_says_no_plate_is_no_plate(name):
    found = only({"data.yaml": f"names: [{name}, plate]\n".encode()} | upload(OUTLINE))
    assert not drawn(found).mask.any()
