"""A photograph that an annotation file names without a shape: no plate, or nobody has looked yet."""

from __future__ import annotations

import pytest

from plateseg.domain.annotations.emptiness import WithoutShape
from plateseg.domain.annotations.labels import says_no_plate
from tests.unit.annotation_files import as_json, read


def cvat(inside="", attributes=""):
    image = f'<image id="1" name="a.jpg" width="40" height="30"{attributes}>\n{inside}\n</image>'
    drawn = (
        '<image id="0" name="b.jpg" width="40" height="30"><box label="plate" xtl="1" ytl="1" xbr="9" ybr="9"/></image>'
    )
    return {"annotations.xml": f"<annotations>\n{drawn}\n{image}\n</annotations>".encode()}


def via(regions=(), **attributes):
    entry = {"filename": "a.jpg", "size": 1, "regions": list(regions), "file_attributes": attributes}
    return {"via.json": as_json({"_via_img_metadata": {"a.jpg1": entry}})}


def labelme(shapes=(), **flags):
    return {"a.json": as_json({"flags": flags, "shapes": list(shapes), "imagePath": "a.jpg"})}


def label_studio(*annotations):
    return {"tasks.json": as_json([{"data": {"image": "a.jpg"}, "annotations": list(annotations)}])}


def coco():
    categories = [{"id": 1, "name": "plate"}]
    images = [{"id": 1, "file_name": "a.jpg"}]
    return {"coco.json": as_json({"images": images, "annotations": [], "categories": categories})}


VOC = b"<annotation><filename>a.jpg</filename><size><width>40</width><height>30</height></size></annotation>"
CAR_IN_CVAT = '<box label="car" xtl="1" ytl="1" xbr="9" ybr="9"/>'
CAR_IN_VIA = {"region_attributes": {"type": "car"}, "shape_attributes": {"name": "rect"}}
PLATE_IN_VIA = {"region_attributes": {"type": "plate"}, "shape_attributes": {"name": "rect"}}
CAR_IN_LABELME = {"label": "car", "points": [[1, 1], [2, 2]]}

PROJECTS = {
    "CVAT lists every frame of a task": cvat(),
    "VIA lists every file that was opened": via(),
    "tools around LabelMe write a file for every photograph": labelme(),
    "a LabelMe flag that is not set": labelme(no_plate=False),
    "an attribute of VIA that is not ticked": via(content={"no plate": False}),
}
SETS = {
    "a list of COCO": coco(),
    "an empty label file of YOLO": {"labels/a.txt": b""},
    "a row without corners": {"list.csv": b"filename,x1,y1,x2,y2,x3,y3,x4,y4\r\na.jpg,,,,,,,,\r\n"},
    "a VOC file without an object": {"Annotations/a.xml": VOC},
    "a shape of another label in CVAT": cvat(CAR_IN_CVAT),
    "a tag of another label in CVAT": cvat('<tag label="night"/>'),
}
STATED = {
    "a tag of CVAT": cvat('<tag label="no plate" source="manual"/>'),
    "an attribute that our own CVAT export writes": cvat(attributes=' no_plate="1"'),
    "a flag of LabelMe, as our own export writes it": labelme(no_plate=True),
    "an attribute of VIA": via(content="no plate"),
    "a ticked attribute of VIA": via(content={"no_plate": True}),
    "an empty answer that was handed in at Label Studio": label_studio({"result": []}),
}
CASES = [
    *((files, {"auto": False, "no-plate": True, "unlabelled": False}) for files in PROJECTS.values()),
    *((files, {"auto": True, "no-plate": True, "unlabelled": False}) for files in SETS.values()),
    *((files, {"auto": True, "no-plate": True, "unlabelled": True}) for files in STATED.values()),
]


@pytest.mark.parametrize(("files", "wanted"), CASES, ids=[*PROJECTS, *SETS, *STATED])
def test_a_photograph_without_a_shape(files, wanted):
    photos = {"images/a.jpg": b"", "images/b.jpg": b""}
    said = {
        choice.value: read(files | photos, without_shape=choice)[1]["images/a.jpg"].answered for choice in WithoutShape
    }

    assert said == wanted


def test_other_labels_show_that_somebody_looked():
    content = as_json({"_via_img_metadata": {
        "a": {"filename": "a.jpg", "regions": [CAR_IN_VIA]},
        "b": {"filename": "b.jpg", "regions": []},
        "c": {"filename": "c.jpg", "regions": [PLATE_IN_VIA]},
    }})  # fmt: skip
    _, found = read({"via.json": content, "a.jpg": b"", "b.jpg": b"", "c.jpg": b""})
    assert [found[name].answered for name in ("a.jpg", "b.jpg")] == [True, False]

    files = {"a.json": as_json({"shapes": [CAR_IN_LABELME], "imagePath": "a.jpg"}), "a.jpg": b"", "c.jpg": b""}
    plate = {"label": "plate", "points": [[1, 1], [9, 1], [9, 9]]}
    files["c.json"] = as_json({"shapes": [plate], "imagePath": "c.jpg"})
    assert read(files)[1]["a.jpg"].answered


def test_a_task_nobody_has_begun_answers_nothing():
    """Label Studio lists it with an empty list of annotations."""
    assert not read(label_studio() | {"a.jpg": b""}, without_shape=WithoutShape.NO_PLATE)[1]["a.jpg"].answered


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            cvat(),
            "annotations.xml: Photographs listed without a shape: 1. They count as not labelled: this format lists",
        ),
        (
            coco(),
            "coco.json: Photographs listed without a shape: 1. They count as without a plate; “Photographs without",
        ),
        (labelme(no_plate=True), None),
    ],
)
def test_what_was_guessed_is_told(files, sentence):
    notes = [f"{note.name}: {note.text}" for note in read(files | {"a.jpg": b"", "b.jpg": b""})[0].notes]

    assert len(notes) == (sentence is not None)
    assert all(note.startswith(sentence) for note in notes)


def test_what_a_person_has_decided_is_not_told_again():
    assert read(cvat() | {"a.jpg": b"", "b.jpg": b""}, without_shape=WithoutShape.UNLABELLED)[0].notes == []


def test_one_line_tells_of_a_thousand_files():
    files = {f"{n}.json": as_json({"shapes": [], "imagePath": f"{n}.jpg"}) for n in range(1000)}
    (note,) = read(files | {f"{n}.jpg": b"" for n in range(1000)})[0].notes

    assert (note.name, ": 1000, in 1000 files. They" in note.text) == ("0.json", True)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no_plate", True),
        ("No License Plate", True),
        ("without-plate", True),
        ("kein Kennzeichen", True),
        ("license_plate", False),
        ("plate", False),
        ("no plate.jpg", False),
        ("background", False),
        ("", False),
    ],
)
def test_words_for_no_plate(name, says):
    assert says_no_plate(name) is says
