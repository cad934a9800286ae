"""The options of an import on the page: what they do, that the command line does the same, and what cannot be."""

from __future__ import annotations

import json

import pytest

from plateseg.cli import main
from plateseg.domain.annotations import readers
from plateseg.services import exchange
from plateseg.services.dataset import SourceFile
from storage import open_storage
from tests.integration.test_videos import film
from tests.integration.uploads import begin, items_of, jpeg, notes, put, reasons, settled, upload

PLATE = [40, 30, 60, 30, 60, 38, 40, 38]
PHOTOS = {f"set/images/{name}.jpg": jpeg(seed) for seed, name in enumerate("abc", start=1)}


def coco(*names):
    """A set of these labels: `a` shows one of each, `b` one of the first, `c` none."""
    images = [{"id": n, "file_name": f"{name}.jpg", "width": 96, "height": 64} for n, name in enumerate("abc")]
    shapes = [(0, number) for number in range(len(names))] + [(1, 0)]
    annotations = [
        {"id": n, "image_id": image, "category_id": label, "segmentation": [PLATE], "bbox": [40, 30, 20, 8]}
        for n, (image, label) in enumerate(shapes)
    ]
    categories = [{"id": number, "name": name} for number, name in enumerate(names)]
    return json.dumps({"images": images, "annotations": annotations, "categories": categories}).encode()


def cvat():
    """A task nobody has finished: `a` has its plate, `b` is tagged, `c` was not looked at."""
    points = ";".join(f"{x},{y}" for x, y in zip(PLATE[::2], PLATE[1::2], strict=True))
    inside = {"a": f'<polygon label="plate" points="{points}"/>', "b": '<tag label="no_plate"/>', "c": ""}
    images = "".join(f'<image name="{name}.jpg" width="96" height="64">{text}</image>' for name, text in inside.items())
    return f"<annotations>{images}</annotations>".encode()


YOLO = {
    "set/data.yaml": b"train: images\nnames: [schild, wheel]\n",
    "set/labels/a.txt": b"0 0.42 0.47 0.62 0.47 0.62 0.6 0.42 0.6\n1 0.5 0.5 0.1 0.1\n",
    "set/labels/b.txt": b"",
}
SETS = {
    "COCO and a folder of photographs": ({"set/coco.json": coco("license plate")}, {}, "labelled labelled no_plate"),
    "COCO whose label nobody knows": (
        {"set/coco.json": coco("thing", "wheel")},
        {},
        "unlabelled unlabelled unlabelled",
    ),
    "COCO whose label is said": (
        {"set/coco.json": coco("thing", "wheel")},
        {"labels": ["Thing"]},
        "labelled labelled no_plate",
    ),
    "COCO of a half-finished task": (
        {"set/coco.json": coco("plate")},
        {"without_shape": "unlabelled"},
        "labelled labelled unlabelled",
    ),
    "YOLO with data.yaml": (YOLO, {"labels": ["schild"]}, "labelled no_plate unlabelled"),
    "CVAT, half finished": ({"set/annotations.xml": cvat()}, {}, "labelled no_plate unlabelled"),
    "CVAT, finished": ({"set/annotations.xml": cvat()}, {"without_shape": "no-plate"}, "labelled no_plate no_plate"),
    "two formats, of which one counts": (
        {"set/annotations.xml": cvat(), "set/labels/b.txt": YOLO["set/labels/a.txt"]},
        {"format": "cvat"},
        "labelled no_plate unlabelled",
    ),
    "annotation files that shall not count": (YOLO, {"format": "masks"}, "unlabelled unlabelled unlabelled"),
}


def options_of(choice):
    """The same for the command line."""
    found = [word for label in choice.get("labels", []) for word in ("--label", label)]
    for key in ("format", "without_shape", "every"):
        found += [f"--{key.replace('_', '-')}", str(choice[key])] if key in choice else []
    return [*found, "--by-change"] if choice.get("by_change") else found


def by_command_line(tmp_path, monkeypatch, capsys, files, choice):
    """Statuses by name, and what was printed, of the same files imported at the command line."""
    for name, data in files.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    for name in ("DATABASE_URL", "PLATESEG_BLOBS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLATESEG_HOME", str(tmp_path / "home"))
    assert main(["import", str(tmp_path / "in"), *options_of(choice)]) == 0
    storage = open_storage(f"sqlite:///{tmp_path / 'home' / 'plateseg.db'}", str(tmp_path / "home" / "blobs"))
    found = {item.name: item.status.value for item in storage.items.walk()}
    storage.close()
    return found, capsys.readouterr().out


@pytest.mark.parametrize(("files", "choice", "wanted"), SETS.values(), ids=SETS)
def test_a_set_comes_in_and_the_command_line_gives_the_same_answer(
    client, tmp_path, monkeypatch, capsys, files, choice, wanted
):
    files = PHOTOS | files
    report = upload(client, files, **choice)
    found = {item["name"]: item["status"] for item in items_of(client)}
    said, printed = by_command_line(tmp_path / "cli", monkeypatch, capsys, files, choice)

    assert " ".join(found[f"{name}.jpg"] for name in "abc") == wanted
    assert said == found
    assert f"{report['added']} added, 0 duplicates, {report['masks_attached']} masks attached" in printed
    assert f"{report['rejected_count']} rejected" in printed


@pytest.mark.parametrize(("choice", "frames"), [({}, 4), ({"every": 2}, 2), ({"by_change": True}, 4)])
def test_a_video_gives_its_frames(client, tmp_path, monkeypatch, capsys, choice, frames):
    files = {"drive/clip.mp4": film(tmp_path / "clip.mp4").read_bytes()}
    report = upload(client, files, **choice)
    said, _ = by_command_line(tmp_path / "cli", monkeypatch, capsys, files, choice)

    assert (report["added"], report["rejected"]) == (frames, [])
    assert said == {item["name"]: item["status"] for item in items_of(client)}


def test_a_set_whose_label_is_not_known_says_what_to_do_and_the_second_drop_adds_the_masks(client):
    files = PHOTOS | {"set/coco.json": coco("thing", "wheel")}
    first = upload(client, files)
    second = upload(client, files, labels=["thing"])

    assert "(thing, wheel). Say which does: “Label of the plate”" in reasons(first)["set/coco.json"]
    assert (second["duplicates"], second["masks_attached"]) == (3, 3)


def test_what_was_guessed_stands_in_the_report(client):
    report = upload(client, PHOTOS | {"set/annotations.xml": cvat()})

    assert notes(report)["set/annotations.xml"].startswith("Photographs listed without a shape: 1. They count as not")


def test_a_format_that_is_not_there_ends_in_a_sentence_and_imports_nothing(client):
    key = begin(client, format="coco")
    put(client, key, "a.jpg", jpeg(1))
    client.post(f"/api/imports/{key}/finish")
    state = settled(client, key)

    assert (state["state"], state["error"]) == (
        "failed",
        "No annotations of the format COCO are among the files. "
        "Choose “Recognise it” (--format auto), which says what is there.",
    )
    assert items_of(client) == []


@pytest.mark.parametrize(
    ("options", "field", "sentence"),
    [
        ({"format": "docx"}, "format", "There is no format 'docx'"),
        ({"format": 7}, "format", "must be a text"),
        ({"labels": "plate"}, "labels", "Labels are names"),
        ({"labels": ["x"] * 21}, "labels", "at most 20"),
        ({"labels": ["x" * 201]}, "labels", "at most 200 characters"),
        ({"labels": [1]}, "labels", "Labels are names"),
        ({"without_shape": "perhaps"}, "without_shape", "auto, no-plate, unlabelled"),
        ({"every": 0}, "every", "every 0.01 to 3600 seconds"),
        ({"every": -3}, "every", "every 0.01 to 3600 seconds"),
        ({"every": 1e9}, "every", "every 0.01 to 3600 seconds"),
        ({"every": "2"}, "every", "are a number"),
        ({"every": True}, "every", "are a number"),
        ({"every": None}, "every", "are a number"),
        ({"by_change": "yes"}, "by_change", "true or false"),
    ],
)
def test_what_cannot_be_is_said_of_its_field_before_anything_is_sent(client, options, field, sentence):
    answer = client.post("/api/imports", json=options)

    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert sentence in answer.json()["error"]


def test_every_format_stands_in_the_menu_by_a_name(client):
    listed = client.get("/api/imports/formats").json()["formats"]

    assert {each["name"] for each in listed} == set(readers.NAMES)
    assert listed[0] == {"name": "auto", "title": "Recognise it"}
    assert {"COCO", "Pascal VOC", "CVAT for images"} <= {each["title"] for each in listed}


def test_an_annotation_file_over_the_limit_is_said_and_not_read(storage, tmp_path):
    (tmp_path / "a.jpg").write_bytes(jpeg(1))
    with (tmp_path / "coco.json").open("wb") as file:
        file.truncate(257 * 2**20)
    report = exchange.bring(storage, [SourceFile(p.name, p) for p in tmp_path.iterdir() if p.is_file()], tmp_path)

    assert report.added == 1
    assert ("coco.json", "It has 257 MB; annotation files up to 256 MB are read. Split it.") in [
        (remark.name, remark.text) for remark in report.rejected
    ]
