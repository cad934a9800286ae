"""The Snapshots card's routes: list, take, compare, export, restore, delete, and what each refuses in a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import ItemStatus, Split
from plateseg.services import annotation, versions
from tests.integration.storage_samples import add, mask
from tests.integration.test_versions import plate
from tests.integration.uploads import items_of, jpeg, mask_png, upload


@pytest.fixture
def three(storage):
    """Three labelled photographs, the first without a plate."""
    splits = (Split.TRAIN, Split.TRAIN, Split.VAL)
    return [
        add(storage, f"{name}.jpg", plate(n), split=s) for n, (name, s) in enumerate(zip("abc", splits, strict=True))
    ]


@pytest.fixture
def taken(three, client):
    """The snapshot "good" of them, by its number."""
    return client.post("/api/snapshots", json={"name": " good "}).json()["id"]


def listed(client, **query):
    return client.get("/api/snapshots", params=query).json()


def test_the_list_tells_counts_hash_and_runs(client, storage, taken):
    run = storage.runs.create(name="night", config=TrainConfig(), snapshot_id=taken)

    (one,) = listed(client)["snapshots"]

    assert (one["id"], one["name"], len(one["sha256"])) == (taken, "good", 64)
    assert one["counts"] == [
        {"split": "train", "photographs": 2, "without_plate": 1},
        {"split": "val", "photographs": 1, "without_plate": 0},
    ]
    assert one["runs"] == [{"id": run.id, "name": "night"}]


def test_a_long_list_comes_page_by_page_and_finds_the_one_of_a_link(client, storage, three):
    entries = versions.entries_of(storage, "now")
    ids = [storage.snapshots.freeze(entries[at:], name=f"s{at}").id for at in range(3)]
    assert [one["id"] for one in listed(client, limit=2)["snapshots"]] == [ids[2], ids[1]]
    page = listed(client, limit=2, holding=ids[0])
    assert ([one["id"] for one in page["snapshots"]], page["offset"], page["total"]) == ([ids[0]], 2, 3)
    assert [one["name"] for one in page["named"]] == ["s2", "s1", "s0"]
    assert listed(client, limit=2, holding=99)["offset"] == 0
    assert [one["id"] for one in listed(client, limit=2, offset=50)["snapshots"]] == [ids[0]]


def test_two_states_are_compared_kind_by_kind(client, storage, three, taken):
    storage.revisions.append(three[1].id, plate(8), after=1)
    storage.splits.assign({three[2].id: Split.TEST})
    storage.items.delete(three[0].id)
    new = [add(storage, f"new{n}.jpg", plate(3), split=Split.TRAIN) for n in range(3)]

    def diff(**query):
        return client.get("/api/snapshots/diff", params={"before": taken} | query).json()

    first = diff(limit=2)
    assert first["counts"] == {"added": 3, "removed": 1, "changed": 1, "moved": 1}
    assert (first["kind"], [line["id"] for line in first["lines"]]) == ("added", [new[0].id, new[1].id])
    assert first["lines"][0]["thumb"].startswith(f"/api/items/{new[0].id}/thumb")
    assert [line["id"] for line in diff(limit=2, offset=2)["lines"]] == [new[2].id]
    (gone,) = diff(kind="removed")["lines"]
    assert (gone["id"], gone["thumb"], gone["name"][:9]) == (None, "", "(deleted)")
    (changed,) = diff(kind="changed")["lines"]
    assert (changed["name"], changed["iou"]) == ("b.jpg", 0.125)
    (moved,) = diff(kind="moved")["lines"]
    assert (moved["split"], moved["to"]) == ("val", "test")
    assert set(diff(after=taken)["counts"].values()) == {0}
    answer = client.get("/api/snapshots/diff", params={"before": taken, "kind": "eaten"})
    assert (answer.status_code, "not 'eaten'" in answer.json()["error"]) == (400, True)


def test_a_changed_mask_is_drawn_over_its_photograph_before_and_after(client, storage):
    upload(client, {f"{part}/{n}.{end}": data for n in (1, 2) for part, end, data in (
        ("images", "jpg", jpeg(n)), ("masks", "png", mask_png()))})  # fmt: skip
    taken = client.post("/api/snapshots", json={"name": "good"}).json()["id"]
    item = storage.items.get(items_of(client)[0]["id"])
    runs = [0, item.width * item.height - 9, 1, 9]
    annotation.save_correction(storage, item.id, runs, after=1)

    (line,) = client.get("/api/snapshots/diff", params={"before": taken}).json()["lines"]

    drawn = client.get(line["picture"])
    assert (drawn.status_code, drawn.headers["content-type"], drawn.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert client.get(line["picture"], headers={"if-none-match": drawn.headers["etag"]}).status_code == 304
    wrong = client.get(f"/api/snapshots/pictures/{item.id}", params={"before": item.image_blob, "after": "x"})
    assert wrong.status_code in (400, 404)


def test_a_snapshot_is_exported_as_it_was(client, storage):
    upload(client, {f"{part}/{n}.{end}": data for n in (1, 2) for part, end, data in (
        ("images", "jpg", jpeg(n)), ("masks", "png", mask_png()))})  # fmt: skip
    taken = client.post("/api/snapshots", json={"name": "good"}).json()["id"]
    storage.items.set_status(1, ItemStatus.EXCLUDED)

    query = {"format": "masks", "snapshot": taken}
    assert client.get("/api/exports/preview", params=query).json()["photographs"] == 2
    answer = client.get("/api/exports/file", params=query)
    assert answer.headers["content-disposition"] == f'attachment; filename="plateseg-masks-snapshot-{taken}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert len(archive.namelist()) == 4
    assert client.get("/api/exports/preview", params=query | {"snapshot": 99}).status_code == 404


def test_a_restore_is_told_and_then_done(client, storage, three, taken):
    storage.revisions.append(three[1].id, plate(8), after=1)
    add(storage, "new.jpg", mask("new"), split=Split.TRAIN)

    told = client.get(f"/api/snapshots/{taken}/restore").json()["counts"]
    assert (told["masks"], told["stay"], told["excluded"]) == (1, 1, 0)
    told = client.get(f"/api/snapshots/{taken}/restore", params={"only": True}).json()["counts"]
    assert (told["stay"], told["excluded"]) == (0, 1)
    assert storage.items.get(three[1].id).head == 2

    done = client.post(f"/api/snapshots/{taken}/restore", json={"only": True}).json()

    assert (done["masks"], done["excluded"]) == (1, 1)
    assert versions.diff(storage, "good").empty
    assert storage.revisions.of(three[1].id)[0].author == "Dataset tab (snapshot good)"
    assert done["before"] in {one["name"] for one in listed(client)["snapshots"]}


def test_a_snapshot_goes_unless_a_run_holds_it(client, storage, three, taken):
    run = storage.runs.create(name="night", config=TrainConfig(), snapshot_id=taken)

    refusal = client.get(f"/api/snapshots/{taken}/deletion").json()["refusal"]
    answer = client.delete(f"/api/snapshots/{taken}")

    assert answer.status_code == 409
    assert answer.json()["error"] == refusal
    assert f"run {run.id} (night)" in refusal
    storage.runs.delete(run.id)
    storage.items.delete(three[1].id)
    assert client.get(f"/api/snapshots/{taken}/deletion").json() == {"refusal": "", "masks": 1}
    assert client.delete(f"/api/snapshots/{taken}").json() == {"masks": 1}
    assert listed(client)["total"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/api/snapshots", {"name": "now"}, 400, 'not "now"'),
        ("POST", "/api/snapshots", {"name": ["x"]}, 400, "must be a text"),
        ("POST", "/api/snapshots", {"name": "good"}, 400, "'good' already"),
        ("POST", "/api/snapshots", {"name": "again"}, 409, "frozen already, as 'good'"),
        ("POST", "/api/snapshots/1/rename", {"name": ""}, 400, "1 to 100 characters"),
        ("POST", "/api/snapshots/77/rename", {"name": "x"}, 404, "no snapshot"),
        ("POST", "/api/snapshots/77/restore", {}, 404, "no snapshot 77"),
        ("GET", "/api/snapshots/77/restore", None, 404, "no snapshot 77"),
        ("GET", "/api/snapshots/77/deletion", None, 404, "no snapshot 77"),
        ("DELETE", "/api/snapshots/77", None, 404, "no snapshot 77"),
        ("GET", "/api/snapshots/diff?before=77", None, 404, "no snapshot '77'"),
    ],
)
def test_what_makes_no_sense_is_refused(client, taken, method, path, body, status, words):
    answer = client.request(method, path, json=body)

    assert (answer.status_code, words in answer.json()["error"]) == (status, True), answer.json()


def test_a_snapshot_is_renamed(client, taken):
    assert client.post(f"/api/snapshots/{taken}/rename", json={"name": "better"}).json()["name"] == "better"
    assert [one["name"] for one in listed(client)["snapshots"]] == ["better"]
