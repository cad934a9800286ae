"""An upload's life: receiving, importing, done or failed; and the report that stays."""

from __future__ import annotations

import resource
import shutil
import time
from contextlib import contextmanager

import pytest

from plateseg.errors import WrongState
from plateseg.services import dataset
from plateseg.services.imports import Imports
from storage import open_storage
from tests.integration.uploads import begin, items_of, jpeg, mask_png, put, settled, upload, zipped


def staged(tmp_path):
    return [path for path in (tmp_path / "scratch").rglob("*") if path.is_file()]


def test_an_upload_runs_through_its_states(client, tmp_path):
    key = begin(client)
    fresh = client.get(f"/api/imports/{key}").json()
    assert fresh == {"state": "receiving", "done": 0, "total": 0, "current": "", "error": None, "report": None}

    assert put(client, key, "a.jpg", jpeg(1)).json() == {"ok": True, "received": len(jpeg(1))}
    assert len(staged(tmp_path)) == 1
    assert client.post(f"/api/imports/{key}/finish").json() == {"id": key}

    state = settled(client, key)
    assert (state["state"], state["done"], state["total"], state["error"]) == ("done", 1, 1, None)
    assert state["report"] == {
        "added": 1,
        "duplicates": 0,
        "masks_attached": 0,
        "proposals": 0,
        "rejected": [],
        "notes": [],
        "rejected_kinds": [],
        "notes_kinds": [],
        "rejected_count": 0,
        "notes_count": 0,
        "cut": False,
    }


def test_the_staging_folder_is_empty_afterwards(client, tmp_path):
    upload(client, {"a.jpg": jpeg(1), "bad.jpg": b"", "set.zip": zipped({"b.jpg": jpeg(2)})})

    assert staged(tmp_path) == []
    assert list((tmp_path / "scratch" / "imports").iterdir()) == []


def test_an_upload_of_nothing_is_done_with_an_empty_report(client):
    assert upload(client, {})["added"] == 0


def test_the_same_path_sent_again_takes_the_place_of_the_first(client):
    """As after a broken connection: the browser sends the file again."""
    key = begin(client)
    put(client, key, "a.jpg", jpeg(1)[:50])
    put(client, key, "a.jpg", jpeg(1))
    client.post(f"/api/imports/{key}/finish")

    report = settled(client, key)["report"]
    assert (report["added"], report["rejected"]) == (1, [])


def test_finish_asked_twice_imports_once(client):
    key = begin(client)
    put(client, key, "a.jpg", jpeg(1))

    answers = [client.post(f"/api/imports/{key}/finish").status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert settled(client, key)["report"]["added"] == 1
    assert client.get("/api/imports/latest").json()["report"]["added"] == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/imports/unknown"),
        ("PUT", "/api/imports/unknown/files?path=a.jpg"),
        ("POST", "/api/imports/unknown/finish"),
        ("POST", "/api/imports/unknown/cancel"),
    ],
)
def test_an_unknown_upload_is_said_with_the_way_out(client, method, path):
    answer = client.request(method, path, content=b"data" if method == "PUT" else None)

    assert answer.status_code == 404
    assert answer.json()["error"].endswith("Upload the files again.")


@pytest.mark.parametrize("end", ["finish", "cancel"])
def test_a_file_that_comes_too_late_is_refused_not_lost_in_silence(client, end):
    key = begin(client)
    client.post(f"/api/imports/{key}/{end}")

    answer = put(client, key, "late.jpg", jpeg(1))

    assert answer.status_code == 409
    assert "Start a new one" in answer.json()["error"]


@pytest.mark.parametrize("end", ["finish", "cancel"])
def test_a_file_still_on_its_way_when_the_upload_is_closed_is_refused(context, end):
    key = context.imports.begin()
    place = context.imports.place(key, "slow.jpg")
    getattr(context.imports, end)(key)

    with pytest.raises(WrongState, match="closed already"):
        context.imports.received(key, "slow.jpg", place)


def test_cancel_while_receiving_imports_nothing(client, tmp_path):
    key = begin(client)
    put(client, key, "a.jpg", jpeg(1))

    assert client.post(f"/api/imports/{key}/cancel").json() == {"id": key}

    state = client.get(f"/api/imports/{key}").json()
    assert (state["state"], state["error"]) == ("failed", "Cancelled; nothing was imported.")
    client.post(f"/api/imports/{key}/finish")
    assert client.get(f"/api/imports/{key}").json()["state"] == "failed"
    assert items_of(client) == []
    assert staged(tmp_path) == []


def test_cancel_while_importing_keeps_what_was_imported_and_reports_it(client):
    key = client.post("/api/imports/drawn", json={"count": 200, "labelled": 200}).json()["id"]
    while client.get(f"/api/imports/{key}").json()["done"] == 0:
        time.sleep(0.01)
    assert client.get(f"/api/imports/{key}").json()["state"] == "importing"

    client.post(f"/api/imports/{key}/cancel")

    state = settled(client, key)
    assert (state["state"], state["total"]) == ("done", 200)
    assert 0 < state["report"]["added"] < 200
    assert len(items_of(client)) == state["report"]["added"]


def test_files_not_yet_looked_at_are_left_out_after_a_cancel(storage, tmp_path):
    for number in range(12):
        (tmp_path / f"{number:02d}.jpg").write_bytes(jpeg(number))
    seen = []

    report = dataset.import_files(
        storage,
        [dataset.SourceFile(path.name, path) for path in sorted(tmp_path.glob("*.jpg"))],
        progress=lambda done, total, name: seen.append((done, total, name)),
        cancelled=lambda: len(seen) == 2,
    )

    assert seen == [(1, 12, "00.jpg"), (2, 12, "01.jpg")]
    assert (report.added, storage.items.page().total) == (2, 2)


@pytest.mark.parametrize(("path", "sentence"), [("", "1 to 1000 characters"), ("x" * 1001, "1 to 1000 characters")])
def test_a_path_without_end_is_refused(client, path, sentence):
    answer = put(client, begin(client), path, jpeg(1))

    assert (answer.status_code, sentence in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    "name",
    [
        "../../../outside.jpg",
        "/outside.jpg",
        "..\\..\\outside.jpg",
        "C:\\outside.jpg",
        "a/../../outside.jpg",
        "outside.jpg\x00.png/outside.jpg",
    ],
)
def test_a_name_that_leads_elsewhere_writes_nothing_there(client, tmp_path, name):
    report = upload(client, {name: jpeg(1), "good.jpg": jpeg(2)})

    assert report["added"] + len(report["rejected"]) == 2
    assert not list(tmp_path.rglob("*outside*"))
    assert not (tmp_path.parent / "outside.jpg").exists()
    assert all("/" not in item["name"] and "\\" not in item["name"] for item in items_of(client))


def test_the_report_of_the_latest_upload_stays_when_the_app_is_started_again(client, storage, settings, clock):
    assert client.get("/api/imports/latest").json() == {"report": None, "at": None}
    report = upload(client, {"images/a.jpg": jpeg(1), "masks/a.png": mask_png(), "bad.jpg": b"bad"})

    again = open_storage(settings.database_url, settings.blob_url)
    at, kept = again.events.latest("import")
    again.close()

    assert kept == report
    assert client.get("/api/imports/latest").json() == {"report": report, "at": at.isoformat()}
    assert at == clock.now


def test_starting_again_drops_what_an_earlier_process_left_half_way(client, storage, settings, tmp_path):
    put(client, begin(client), "a.jpg", jpeg(1))
    assert staged(tmp_path)

    Imports(storage, settings.scratch)

    assert staged(tmp_path) == []


def test_an_upload_that_the_store_refuses_says_why_and_the_next_one_works(client, tmp_path):
    """A file lies where the folder of the blobs should be."""
    key = begin(client)
    put(client, key, "a.jpg", jpeg(1))
    shutil.rmtree(tmp_path / "blobs")
    (tmp_path / "blobs").write_text("in the way")

    client.post(f"/api/imports/{key}/finish")

    state = settled(client, key)
    assert state["state"] == "failed"
    assert "store of files did not answer" in state["error"]
    assert items_of(client) == []

    (tmp_path / "blobs").unlink()
    assert upload(client, {"a.jpg": jpeg(1)})["added"] == 1


@contextmanager
def files_no_larger_than(size):
    """A disk that takes no more: the kernel refuses to write a file past this size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up_while_a_file_arrives_is_said_and_leaves_no_half_file(client, tmp_path):
    key = begin(client)

    with files_no_larger_than(100_000):
        answer = put(client, key, "large.jpg", bytes(200_000))

    assert (answer.status_code, answer.json()["error"][:21]) == (507, "The disk is full: not")
    assert staged(tmp_path) == []
    assert put(client, key, "small.jpg", jpeg(1)).status_code == 200
    client.post(f"/api/imports/{key}/finish")
    assert settled(client, key)["report"]["added"] == 1


class TestDrawnPlates:
    """A small set for people without photographs."""

    def draw(self, client, **content):
        return client.post("/api/imports/drawn", json=content)

    def test_a_set_arrives_with_masks_and_some_left_to_label(self, client):
        key = self.draw(client, count=3, labelled=2).json()["id"]

        report = settled(client, key)["report"]

        assert (report["added"], report["masks_attached"]) == (3, 2)
        assert [item["status"] for item in items_of(client)] == ["labelled", "labelled", "unlabelled"]
        assert client.get("/api/imports/latest").json()["report"] == report

    def test_asked_again_nothing_is_added(self, client):
        settled(client, self.draw(client, count=2, labelled=2).json()["id"])

        report = settled(client, self.draw(client, count=2, labelled=2).json()["id"])["report"]

        assert (report["added"], report["duplicates"], report["masks_attached"]) == (0, 2, 0)

    @pytest.mark.parametrize(
        "content",
        [
            {"count": 0, "labelled": 0},
            {"count": 501, "labelled": 1},
            {"count": 3, "labelled": 4},
            {"count": -1, "labelled": -1},
            {"count": "3", "labelled": 1},
            {"count": 3.5, "labelled": 1},
            {"count": True, "labelled": True},
            {"count": None, "labelled": 1},
        ],
    )
    def test_an_impossible_number_is_refused(self, client, content):
        answer = self.draw(client, **content)

        assert answer.status_code == 400
        assert answer.json()["error"].startswith(("Between 1 and 500", "The request's"))
