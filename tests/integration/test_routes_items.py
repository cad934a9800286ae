"""The gallery and the filmstrip: lists, filters, pages, neighbours, pictures, deletion."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from plateseg.domain import masks
from plateseg.domain.types import STATUS_NAMES, ItemStatus, Split
from tests.integration.storage_samples import add, frozen, mask, proposal
from tests.integration.uploads import items_of, jpeg, mask_png, upload


def plate(letter, **values):
    """A mask of its own for each letter."""
    drawn = np.zeros((480, 640), np.uint8)
    drawn[100:120, ord(letter) : ord(letter) + 60] = 1
    return mask(letter, **{"png": masks.to_png(drawn)} | values)


@pytest.fixture
def shelf(storage):
    """Six photographs, one of each standing and one more; their ids by name."""
    ids = {
        "a-waiting.jpg": add(storage, "a-waiting.jpg").id,
        "b-proposed.jpg": add(storage, "b-proposed.jpg").id,
        "c-labelled.jpg": add(storage, "c-labelled.jpg", plate("c"), split=Split.TRAIN).id,
        "d-none.jpg": add(storage, "d-none.jpg", plate("d", plate_pixels=0, no_plate=True), split=Split.VAL).id,
        "e-out.jpg": add(storage, "e-out.jpg", plate("e"), split=Split.TRAIN).id,
        "f-labelled 100%.jpg": add(storage, "f-labelled 100%.jpg", plate("f"), split=Split.TRAIN).id,
    }
    storage.revisions.append_proposal(ids["b-proposed.jpg"], proposal())
    storage.items.set_status(ids["e-out.jpg"], ItemStatus.EXCLUDED)
    return ids


@pytest.mark.parametrize(
    ("chosen", "letters"),
    [
        ({}, "abcdef"),
        ({"status": "", "split": "", "q": ""}, "abcdef"),
        ({"status": "todo"}, "ab"),
        ({"status": "unlabelled"}, "a"),
        ({"status": "proposed"}, "b"),
        ({"status": "labelled"}, "cf"),
        ({"status": "no_plate"}, "d"),
        ({"status": "excluded"}, "e"),
        ({"split": "train"}, "cef"),
        ({"split": "val"}, "d"),
        ({"split": "unassigned"}, "ab"),
        ({"status": "labelled", "split": "val"}, ""),
        ({"q": "LABELLED"}, "cf"),
        ({"q": "  labelled "}, "cf"),
        ({"q": "%"}, "f"),
        ({"q": "_"}, ""),
        ({"q": "\\"}, ""),
        ({"q": "'; drop table items; --"}, ""),
        ({"limit": 2}, "ab"),
        ({"offset": 4}, "ef"),
        ({"offset": 2, "limit": 2}, "cd"),
        ({"offset": 99}, ""),
        ({"offset": -5, "limit": 0}, "a"),
        ({"limit": -5}, "a"),
        ({"limit": 10**6}, "abcdef"),
    ],
)
def test_the_list_is_what_was_asked_for_in_order_of_id(client, shelf, chosen, letters):
    assert "".join(item["name"][0] for item in items_of(client, **chosen)) == letters


def test_a_page_tells_how_many_there_are_in_all(client, shelf):
    answer = client.get("/api/items", params={"status": "labelled", "limit": 1}).json()

    assert (len(answer["items"]), answer["total"]) == (1, 2)
    assert answer["counts"] == {
        "all": 6,
        "todo": 2,
        "unlabelled": 1,
        "proposed": 1,
        "labelled": 2,
        "no_plate": 1,
        "excluded": 1,
    }


@pytest.mark.parametrize(
    ("chosen", "letters"),
    [
        ({}, "abcdef"),
        ({"status": "labelled"}, "cf"),
        ({"split": "train", "status": "excluded"}, "e"),
        ({"q": "%"}, "f"),
    ],
)
def test_all_numbers_of_a_filter_are_there_in_one_answer(client, shelf, chosen, letters):
    names = {number: name[0] for name, number in shelf.items()}

    ids = client.get("/api/items/ids", params=chosen).json()["ids"]

    assert "".join(names[number] for number in ids) == letters


def test_several_are_excluded_and_taken_back_and_those_that_stand_so_are_passed_over(client, shelf):
    def say(status, *letters):
        ids = [number for name, number in shelf.items() if name[0] in letters]
        return client.post("/api/items/status", json={"items": [*ids, 999], "status": status}).json()

    assert say("excluded", "c", "d", "e") == {"changed": 2}
    assert [item["name"][0] for item in items_of(client, status="excluded")] == ["c", "d", "e"]
    assert say("included", *"abcdef") == {"changed": 3}
    back = {item["name"][0]: item["status"] for item in items_of(client)}
    assert (back["c"], back["d"], back["e"]) == ("labelled", "no_plate", "labelled")
    assert say("deleted", "a")["error"].startswith("The status can be set to")


def test_counts_keep_to_the_split(client, shelf):
    counts = client.get("/api/items", params={"split": "train"}).json()["counts"]

    assert (counts["all"], counts["labelled"], counts["excluded"], counts["unlabelled"]) == (3, 2, 1, 0)


@pytest.mark.parametrize(
    "chosen",
    [
        *({"status": "nonsense"}, {"split": "nonsense"}, {"offset": "x"}, {"limit": "1.5"}, {"limit": ""}),
        *({"also": "x"}, {"also": str(2**70)}, {"also": "1," * 501}),
    ],
)
def test_a_filter_that_is_none_is_refused_with_a_sentence(client, chosen):
    answer = client.get("/api/items", params=chosen)

    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_an_empty_dataset_has_an_empty_page(client):
    answer = client.get("/api/items").json()

    assert (answer["total"], answer["items"]) == (0, [])
    assert answer["counts"] == dict.fromkeys(("all", *STATUS_NAMES), 0)


def test_a_view_says_what_the_page_needs(client):
    upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": mask_png()})

    (item,) = items_of(client)
    assert item == {
        "id": item["id"],
        "name": "car.jpg",
        "status": "labelled",
        "split": "unassigned",
        "pinned": False,
        "width": 96,
        "height": 64,
        "head": 1,
        "thumb": item["thumb"],
    }


@pytest.mark.parametrize(
    ("name", "chosen", "place"),
    [
        ("a-waiting.jpg", {}, (0, 6, None, "b")),
        ("c-labelled.jpg", {}, (2, 6, "b", "d")),
        ("f-labelled 100%.jpg", {}, (5, 6, "e", None)),
        ("c-labelled.jpg", {"status": "labelled"}, (0, 2, None, "f")),
        ("d-none.jpg", {"status": "labelled"}, (1, 2, "c", "f")),
        ("f-labelled 100%.jpg", {"split": "train"}, (2, 3, "e", None)),
        ("a-waiting.jpg", {"split": "test"}, (0, 0, None, None)),
        ("b-proposed.jpg", {"status": "todo"}, (1, 2, "a", None)),
    ],
)
def test_neighbours_lie_within_the_filter(client, shelf, name, chosen, place):
    letters = {number: name[0] for name, number in shelf.items()}

    shown = client.get(f"/api/items/{shelf[name]}", params=chosen).json()

    found = (shown["position"], shown["total"], letters.get(shown["previous"]), letters.get(shown["next"]))
    assert found == place


def test_what_left_the_filter_keeps_its_place_while_the_page_says_so(client, shelf):
    letters = {number: name[0] for name, number in shelf.items()}
    chosen = {"status": "todo", "also": f"{shelf['c-labelled.jpg']},{shelf['a-waiting.jpg']},999"}

    assert "".join(item["name"][0] for item in items_of(client, **chosen)) == "abc"
    shown = client.get(f"/api/items/{shelf['c-labelled.jpg']}", params=chosen).json()

    found = (shown["position"], shown["total"], letters.get(shown["previous"]), letters.get(shown["next"]))
    assert found == (2, 3, "b", None)


def test_a_photograph_that_only_a_model_has_drawn_on_is_still_to_do(client, storage, shelf):
    storage.revisions.append_proposal(shelf["a-waiting.jpg"], proposal())

    answer = client.get("/api/items", params={"status": "todo"}).json()

    assert "".join(item["name"][0] for item in answer["items"]) == "ab"
    assert (answer["total"], answer["counts"]["todo"], answer["counts"]["unlabelled"]) == (2, 2, 0)
    assert answer["split_counts"]["unassigned"] == 2


class TestPictures:
    """A picture is named by its content, and sent once."""

    @pytest.fixture
    def item(self, client):
        upload(client, {"car.jpg": jpeg(1, width=800, height=600)})
        return items_of(client)[0]

    def test_the_thumbnail_is_small_and_the_image_whole(self, client, item):
        shown = client.get(f"/api/items/{item['id']}").json()
        for url, size in ((item["thumb"], (240, 320)), (shown["image"], (600, 800))):
            answer = client.get(url)
            assert answer.headers["content-type"] == "image/jpeg"
            assert cv2.imdecode(np.frombuffer(answer.content, np.uint8), 1).shape[:2] == size

    @pytest.mark.parametrize("kind", ["image", "thumb"])
    def test_what_the_browser_has_is_not_sent_again(self, client, item, kind):
        url = f"/api/items/{item['id']}/{kind}"
        first = client.get(url)

        again = client.get(url, headers={"if-none-match": first.headers["etag"]})
        other = client.get(url, headers={"if-none-match": '"something else"'})

        assert "max-age" in first.headers["cache-control"]
        assert (again.status_code, again.content) == (304, b"")
        assert (other.status_code, other.content) == (200, first.content)

    def test_answers_in_json_are_never_cached(self, client, item):
        for url in ("/api/items", f"/api/items/{item['id']}", "/api/runs", "/api/models", "/api/imports/latest"):
            assert client.get(url).headers["cache-control"] == "no-store"

    def test_a_picture_whose_file_is_gone_is_said(self, client, item, tmp_path):
        for path in (tmp_path / "blobs").rglob("*.jpg"):
            path.unlink()

        answer = client.get(f"/api/items/{item['id']}/image")

        assert answer.status_code == 404
        assert "missing from the store" in answer.json()["error"]


class TestDeleting:
    """Deleted is deleted: no route and no file has it any more."""

    def test_nothing_of_it_is_left(self, client, tmp_path):
        upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": mask_png(), "other.jpg": jpeg(2)})
        gone, other = items_of(client)
        before = {path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file()}

        answer = client.delete(f"/api/items/{gone['id']}")

        assert answer.json() == {"deleted": True, "held_by_snapshots": 0}
        for path in ("", "/image", "/thumb", "/masks/1"):
            refused = client.get(f"/api/items/{gone['id']}{path}")
            assert refused.status_code == 404, path
            assert refused.json()["error"].endswith(".")
        assert items_of(client) == [other]
        after = {path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file()}
        assert (len(before), len(after)) == (5, 2)
        assert client.get(f"/api/items/{other['id']}/image").status_code == 200

    @pytest.mark.parametrize(
        ("method", "path", "content"),
        [
            ("DELETE", "", None),
            ("POST", "/revisions", {"after": 0, "width": 96, "height": 64, "runs": [0, 6144]}),
            ("POST", "/restore", {"number": 1, "after": 0}),
            ("POST", "/status", {"status": "excluded"}),
            ("POST", "/proposal", {"model": "champion"}),
        ],
    )
    def test_nothing_can_be_done_to_it(self, client, method, path, content):
        upload(client, {"car.jpg": jpeg(1)})
        (item,) = items_of(client)
        client.delete(f"/api/items/{item['id']}")

        answer = client.request(method, f"/api/items/{item['id']}{path}", json=content)

        assert answer.status_code == 404
        assert answer.json()["error"].endswith((".", "it has."))

    def test_masks_that_a_snapshot_was_hashed_over_stay_and_that_is_said(self, client, storage):
        upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": mask_png()})
        (item,) = items_of(client)
        snapshot = frozen(storage)

        answer = client.delete(f"/api/items/{item['id']}").json()

        assert answer["held_by_snapshots"] == 1
        assert storage.blobs.verify(snapshot.entries[0].mask_blob)

    def test_uploaded_again_it_is_a_new_photograph(self, client):
        upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": mask_png()})
        (first,) = items_of(client)
        client.delete(f"/api/items/{first['id']}")

        assert upload(client, {"car.jpg": jpeg(1)})["added"] == 1

        (second,) = items_of(client)
        assert second["id"] > first["id"]
        assert (second["status"], second["head"]) == ("unlabelled", 0)
