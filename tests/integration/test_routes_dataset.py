"""The Dataset tab's routes: what they answer, and what they refuse in a sentence."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from plateseg.domain import masks
from plateseg.domain.types import Split
from plateseg.services import judged_pictures, problem_pictures
from plateseg.ui.routes.dataset import PAGE
from tests.integration.storage_samples import add, mask
from tests.integration.test_verification import HOLED, PLATE, label


@pytest.fixture
def filled(storage):
    """A good mask, one with a hole, and a photograph whose mask is gone."""
    label(storage, "well", PLATE)
    label(storage, "holed", HOLED)
    add(storage, "lost", mask("lost"))
    return storage


def test_splits_labels_and_captures_are_counted_before_any_mask_is_measured(filled, client):
    """The first visit showed no split at all, and a second one half of them, as if that were all."""
    filled.splits.assign({1: Split.VAL})
    add(filled, "unlabelled")

    found = client.get("/api/dataset/overview").json()

    assert (found["plates"], found["unmeasured"]) == (0, 3)
    assert found["by_split"] == {"val": 1, "unassigned": 2}
    assert (found["items"], found["capture_groups"]) == (4, 4)
    none = masks.to_png(0 * PLATE)
    filled.revisions.append(2, mask(png=none, plate_pixels=0, no_plate=True), after=1)
    assert client.get("/api/dataset/overview").json()["empty"] == 1


def test_numbers_after_measuring(filled, client):
    assert client.get("/api/dataset/overview").json()["unmeasured"] == 3
    assert client.post("/api/dataset/measure").json() == {"left": 0}

    found = client.get("/api/dataset/overview").json()
    assert (found["items"], found["plates"], found["unmeasured"]) == (3, 2, 0)


def test_problems_by_kind_and_a_repair(filled, client):
    client.post("/api/dataset/measure")
    found = client.get("/api/dataset/problems").json()
    assert {each["kind"]: each["count"] for each in found["kinds"] if each["count"]} == {"holes": 1}
    (item,) = found["items"]
    assert (item["name"], item["revision"], item["problem"]) == ("holed", 1, "1 hole of 25 pixels in all")

    drawn = client.get(item["picture"])
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/jpeg")
    assert client.get(item["picture"], headers={"if-none-match": drawn.headers["etag"]}).status_code == 304
    assert client.get(item["picture"].replace("holes", "beauty")).status_code == 400
    assert client.get(item["picture"].replace("revision=1", "revision=7")).status_code == 404

    wish = {"kind": "holes", "item": item["id"], "after": 1}
    assert client.post("/api/dataset/repair", json=wish).json() == {"number": 2}
    assert client.post("/api/dataset/repair", json=wish).status_code == 409
    assert client.post("/api/dataset/repair", json={"kind": "holes"}).json() == {"mended": 0, "left": 0}
    client.post("/api/dataset/measure")
    assert client.get("/api/dataset/problems").json()["total"] == 0


def test_a_hole_is_shown_where_it_is_with_what_mending_makes_of_it(storage):
    """On the thumbnail nobody saw it: Mend and Right so were pressed blind."""
    grey = np.full((240, 320, 3), 100, np.uint8)
    item = label(storage, "holed", HOLED, picture=grey)

    jpeg, _ = problem_pictures.draw(storage, item.id, "holes", revision=1)

    drawn = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1].astype(int)
    height, width = drawn.shape[:2]
    middle, beside = drawn[height // 2, width // 2], drawn[height // 2, width // 2 + 6 : width // 2 + 20]
    assert width == judged_pictures.SIDE, "120 pixels around the hole, four times as large"
    assert middle[1] > 115 > middle[0], "the hole is filled in the repair's colour"
    assert beside.min(axis=1).max() > 180, "and its rim is the outline of the mask there is"


def test_problems_that_cannot_be_mended_do_not_block_the_rest(storage, client):
    """Beyond the first page there is another one, and how many there are is said."""
    for number in range(PAGE + 5):
        label(storage, f"{number:03}", HOLED)
    client.post("/api/dataset/measure")
    while client.post("/api/dataset/measure").json()["left"]:
        pass

    first = client.get("/api/dataset/problems").json()
    rest = client.get("/api/dataset/problems", params={"offset": PAGE}).json()

    assert (first["offset"], first["page"], first["total"]) == (0, PAGE, PAGE + 5)
    names = [item["name"] for item in first["items"] + rest["items"]]
    assert names == [f"{number:03}" for number in range(PAGE + 5)]
    beyond = client.get("/api/dataset/problems", params={"offset": 10_000}).json()
    assert (beyond["offset"], beyond["items"]) == (PAGE, rest["items"])


def test_what_a_person_says_is_right_is_not_told_again(filled, client):
    client.post("/api/dataset/measure")
    (item,) = client.get("/api/dataset/problems").json()["items"]
    wish = {"kind": "holes", "item": item["id"], "revision": 1}

    assert client.post("/api/dataset/confirm", json=wish).json() == {"right": True}
    assert client.get("/api/dataset/problems").json()["total"] == 0
    assert client.post("/api/dataset/repair", json={"kind": "holes"}).json() == {"mended": 0, "left": 0}

    assert client.post("/api/dataset/confirm", json=wish | {"right": False}).json() == {"right": False}
    assert client.get("/api/dataset/problems").json()["total"] == 1


def test_another_mask_is_looked_at_anew_though_the_one_before_was_right(filled, client):
    client.post("/api/dataset/measure")
    (item,) = client.get("/api/dataset/problems").json()["items"]
    wish = {"kind": "holes", "item": item["id"], "revision": 1}
    client.post("/api/dataset/confirm", json=wish)
    again = mask(png=masks.to_png(HOLED), plate_pixels=masks.plate_pixels(HOLED))
    filled.revisions.append(item["id"], again, after=1)
    client.post("/api/dataset/measure")

    assert client.get("/api/dataset/problems").json()["total"] == 1
    assert client.post("/api/dataset/confirm", json=wish).status_code == 409


def test_checking_files(filled, client):
    found = client.post("/api/dataset/check", json={"after": 2}).json()
    assert found["ended"]
    assert {fault["name"] for fault in found["faults"]} == {"lost"}


def test_dividing_pinning_and_letting_go(filled, client):
    report = client.post("/api/dataset/split", json={"val": 0.4}).json()
    assert sum(report["sizes"].values()) == 3
    assert report["leak"]["parted"] == 0

    assert client.post("/api/dataset/pin", json={"items": [1], "split": "test"}).json()["pinned"] == 1
    assert (filled.items.get(1).split, filled.items.get(1).pinned) == (Split.TEST, True)
    assert client.get("/api/items/1").json()["pinned"]
    assert client.post("/api/dataset/pin", json={"items": [1], "split": "free"}).json() == {"let_go": 1}


def test_excluding(filled, client):
    assert client.get("/api/dataset/duplicates").json() == {"groups": [], "total": 0, "photographs": 0}
    assert client.post("/api/dataset/exclude", json={"items": [2]}).json() == {"excluded": 1}
    assert filled.items.get(2).status == "excluded"


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("split", {"val": 1}, 400, "leave nothing to train on"),
        ("split", {"val": "much"}, 400, "a number from 0 to 1"),
        ("split", {"gold": -1}, 400, "whole number"),
        ("pin", {"items": [], "split": "test"}, 400, "a list of 1 to"),
        ("pin", {"items": [1], "split": "moon"}, 400, "train, val or test"),
        ("pin", {"items": [77], "split": "test"}, 404, "no photograph 77"),
        ("exclude", {"items": ["1"]}, 400, "a list of 1 to"),
        ("repair", {"kind": "border"}, 400, ""),
        ("repair", {"kind": "border", "item": 1, "after": 1}, 400, "Open it in Annotate"),
        ("confirm", {"kind": "beauty", "item": 1, "revision": 1}, 400, "no label problem"),
        ("confirm", {"kind": "holes", "item": 77, "revision": 1}, 404, "no photograph 77"),
        ("check", {"after": -3}, 400, "whole number"),
    ],
)
def test_what_makes_no_sense_is_refused(filled, client, path, body, status, words):
    answer = client.post(f"/api/dataset/{path}", json=body)

    assert (answer.status_code, words in answer.json()["error"]) == (status, True)
