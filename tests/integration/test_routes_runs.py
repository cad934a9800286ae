"""The Runs tab: what may be done in which state, curves, logs, previews, and what is left after deletion."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from plateseg.domain.runs import CheckpointKind, MetricPoint, RunStatus
from tests.integration.run_samples import curve, run_in
from tests.integration.storage_samples import add, queued

Q, R, F, S, X, L = (
    RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.FAILED, RunStatus.LOST,
)  # fmt: skip


@pytest.fixture
def stack():
    with ExitStack() as opened:
        yield opened


@pytest.mark.parametrize(
    ("button", "status", "code", "after"),
    [
        ("stop", Q, 200, "stopped"),
        ("stop", R, 200, "running"),
        ("stop", F, 409, "finished"),
        ("stop", S, 409, "stopped"),
        ("stop", X, 409, "failed"),
        ("stop", L, 409, "lost"),
        ("resume", Q, 409, "queued"),
        ("resume", R, 409, "running"),
        ("resume", F, 409, "finished"),
        ("resume", S, 200, "queued"),
        ("resume", X, 200, "queued"),
        ("resume", L, 200, "queued"),
        ("delete", Q, 200, None),
        ("delete", R, 409, "running"),
        ("delete", F, 200, None),
        ("delete", S, 200, None),
        ("delete", X, 200, None),
        ("delete", L, 200, None),
        ("rename", R, 200, "running"),
        ("rename", F, 200, "finished"),
    ],
)
def test_what_a_button_does_in_each_state(client, storage, settings, stack, button, status, code, after):
    run = run_in(storage, settings, status, stack)
    url = f"/api/runs/{run.id}"
    assert client.get(url).json()["status"] == status.value

    answer = client.delete(url) if button == "delete" else client.post(f"{url}/{button}", json={"name": "another"})

    assert answer.status_code == code, answer.text
    if code == 409:
        assert answer.json()["error"].endswith((".", "(failed).", "(stopped)."))
    if after is None:
        assert client.get(url).status_code == 404
        return
    assert client.get(url).json()["status"] == after


@pytest.mark.parametrize("button", ["stop", "resume", "champion", "rename"])
def test_a_run_that_is_not_there(client, button):
    answer = client.post(f"/api/runs/99/{button}", json={"name": "another"})

    assert answer.status_code == 404
    assert answer.json()["error"] == "There is no run 99; it may have been deleted."


def test_a_run_asked_to_stop_says_that_it_is_stopping(client, storage, settings, stack):
    run = run_in(storage, settings, R, stack)

    assert client.post(f"/api/runs/{run.id}/stop").json()["stopping"] is True

    assert storage.runs.beat(
        run.id, pid=4711, epoch=3, step=31, steps_per_epoch=10, seconds_per_step=0.5, message="Training."
    )


def test_a_resumed_run_is_as_good_as_new(client, storage, settings, stack):
    run = run_in(storage, settings, L, stack, model=True)

    answer = client.post(f"/api/runs/{run.id}/resume").json()

    assert (answer["status"], answer["stopping"], answer["ended_at"]) == ("queued", False, None)
    assert answer["message"] == "Starts as soon as the device is free."
    assert storage.checkpoints.get(run.id, CheckpointKind.LAST) is not None
    claimed = storage.runs.claim(run.id, device="cpu", host=settings.machine, pid=4712)
    assert claimed.epoch == run.epoch


def test_resuming_twice_queues_it_once(client, storage, settings, stack):
    run = run_in(storage, settings, S, stack)

    codes = [client.post(f"/api/runs/{run.id}/resume").status_code for _ in range(2)]

    assert codes == [200, 409]


class TestChampion:
    """The model that proposes and predicts: one at a time, and only one that has been validated."""

    @pytest.mark.parametrize("status", [R, F, S, X, L])
    def test_a_run_with_a_model_in_any_state(self, client, storage, settings, stack, status):
        run = run_in(storage, settings, status, stack, model=True)

        answer = client.post(f"/api/runs/{run.id}/champion")

        assert (answer.status_code, answer.json()["champion"], answer.json()["can_promote"]) == (200, True, False)
        assert [m["id"] for m in client.get("/api/models").json()["models"]] == [str(run.id)]

    def test_without_a_model_it_is_refused(self, client, storage, settings, stack):
        run = run_in(storage, settings, X, stack)

        answer = client.post(f"/api/runs/{run.id}/champion")

        assert answer.status_code == 409
        assert "no validated model yet" in answer.json()["error"]
        assert client.get("/api/models").json() == {"models": []}

    def test_another_takes_its_place_and_heads_the_list(self, client, storage, settings, stack):
        first = run_in(storage, settings, F, stack, model=True)
        second = run_in(storage, settings, F, stack, model=True)

        for run, order in ((first, [first, second]), (second, [second, first])):
            client.post(f"/api/runs/{run.id}/champion", json={"anyway": True})
            models = client.get("/api/models").json()["models"]
            assert [m["id"] for m in models] == [str(r.id) for r in order]
            assert [m["champion"] for m in models] == [True, False]

    def test_a_deleted_champion_leaves_none(self, client, storage, settings, stack):
        run = run_in(storage, settings, F, stack, model=True)
        client.post(f"/api/runs/{run.id}/champion")

        client.delete(f"/api/runs/{run.id}")

        assert client.get("/api/models").json() == {"models": []}
        assert storage.runs.champion() is None


@pytest.mark.parametrize(
    ("name", "code", "kept"),
    [
        ("  My   best\trun ", 200, "My best run"),
        ("車 №1", 200, "車 №1"),
        ("<b>bold</b>", 200, "<b>bold</b>"),
        ("x" * 120, 200, "x" * 120),
        ("x" * 121, 400, None),
        ("", 400, None),
        ("   ", 400, None),
        (7, 400, None),
    ],
)
def test_a_name_has_1_to_120_characters(client, storage, name, code, kept):
    run = queued(storage, "first")

    answer = client.post(f"/api/runs/{run.id}/rename", json={"name": name})

    assert answer.status_code == code
    assert storage.runs.get(run.id).name == (kept or "first")


def test_the_list_is_newest_first_with_how_many_are_active(client, storage, settings, stack):
    assert client.get("/api/runs").json() == {"runs": [], "active": 0}
    made = [run_in(storage, settings, status, stack) for status in (F, R, Q, L)]

    answer = client.get("/api/runs").json()

    assert [run["id"] for run in answer["runs"]] == [run.id for run in reversed(made)]
    assert [run["status"] for run in answer["runs"]] == ["lost", "queued", "running", "finished"]
    assert answer["active"] == 2
    assert answer["runs"][0]["train_items"] == 1
    assert len(answer["runs"][0]["snapshot"]) == 8
    assert set(answer["runs"][0]) <= set(client.get(f"/api/runs/{made[0].id}").json())


def test_one_run_has_its_settings_and_the_end_of_its_log(client, storage, settings):
    run = queued(storage, epochs=7)
    folder = settings.run_folder(run.id)
    folder.mkdir(parents=True)
    (folder / "log.txt").write_text("first line\nlast line\n", encoding="utf-8")

    shown = client.get(f"/api/runs/{run.id}").json()

    assert (shown["config"]["epochs"], shown["log_tail"]) == (7, "first line\nlast line\n")
    assert client.get(f"/api/runs/{run.id}/log").json() == {"text": "first line\nlast line\n"}


def test_of_a_long_log_the_end_is_shown_in_whole_lines(client, storage, settings):
    run = queued(storage)
    folder = settings.run_folder(run.id)
    folder.mkdir(parents=True)
    (folder / "log.txt").write_bytes(b"".join(b"line %d \xff \xc3\xa4\n" % number for number in range(5000)))

    text = client.get(f"/api/runs/{run.id}/log").json()["text"]

    assert len(text.encode()) < 20_000
    assert text.startswith("line ")
    assert text.endswith("line 4999 � ä\n")


class TestCurves:
    """The page asks for what came since its last look."""

    def test_points_come_once(self, client, storage):
        run = queued(storage)
        curve(storage, run, 3)

        first = client.get(f"/api/runs/{run.id}/metrics", params={"after": 0}).json()
        again = client.get(f"/api/runs/{run.id}/metrics", params={"after": first["cursor"]}).json()
        curve(storage, run, 1, first=4)
        newer = client.get(f"/api/runs/{run.id}/metrics", params={"after": first["cursor"]}).json()

        assert first["series"] == {"train/loss": [[1, 0.1, 1.0], [2, 0.2, 0.5], [3, 0.3, 1 / 3]]}
        assert again == {"cursor": first["cursor"], "series": {}}
        assert newer["series"] == {"train/loss": [[4, 0.4, 0.25]]}

    def test_every_name_has_its_series_and_runs_are_kept_apart(self, client, storage):
        mine, other = queued(storage), queued(storage)
        storage.metrics.add(mine.id, [MetricPoint(1, 0.1, name, 1.0) for name in ("train/loss", "val/iou")])
        curve(storage, other, 5)

        answer = client.get(f"/api/runs/{mine.id}/metrics").json()

        assert {name: len(points) for name, points in answer["series"].items()} == {"train/loss": 1, "val/iou": 1}

    def test_what_is_not_a_number_is_left_out(self, client, storage):
        run = queued(storage)
        values = (float("nan"), float("inf"), 1.0)
        storage.metrics.add(run.id, [MetricPoint(n, 0.1, "train/loss", value) for n, value in enumerate(values, 1)])

        assert client.get(f"/api/runs/{run.id}/metrics").json()["series"] == {"train/loss": [[3, 0.1, 1.0]]}


class TestPreviews:
    """Validation photographs as the model sees them, the same ones each epoch."""

    def test_they_are_listed_and_served(self, client, storage):
        run, item = queued(storage), add(storage, "judged.jpg")
        for epoch in (1, 2):
            storage.previews.put(
                run.id, epoch=epoch, position=0, item_id=item.id, name=item.name, jpeg=b"jpeg of %d" % epoch
            )

        assert client.get(f"/api/runs/{run.id}/previews").json() == {
            "epochs": [1, 2],
            "images": [{"index": 0, "name": "judged.jpg"}],
        }
        answer = client.get(f"/api/runs/{run.id}/previews/2/0")
        assert (answer.content, answer.headers["content-type"]) == (b"jpeg of 2", "image/jpeg")
        assert client.get(f"/api/runs/{run.id}/previews/3/0").status_code == 404

    def test_an_epoch_is_listed_once_all_its_pictures_are_there(self, client, storage):
        run, items = queued(storage), [add(storage, name) for name in ("one.jpg", "two.jpg")]

        def put(epoch, position):
            item = items[position]
            storage.previews.put(
                run.id,
                epoch=epoch,
                position=position,
                item_id=item.id,
                name=item.name,
                jpeg=b"%d %d" % (epoch, position),
            )

        put(1, 0)
        put(1, 1)
        put(2, 0)
        assert client.get(f"/api/runs/{run.id}/previews").json()["epochs"] == [1]

        put(2, 1)
        assert client.get(f"/api/runs/{run.id}/previews").json()["epochs"] == [1, 2]

    def test_they_go_with_their_photograph(self, client, storage):
        run, item = queued(storage), add(storage, "judged.jpg")
        storage.previews.put(run.id, epoch=1, position=0, item_id=item.id, name=item.name, jpeg=b"jpeg")

        client.delete(f"/api/items/{item.id}")

        assert client.get(f"/api/runs/{run.id}/previews").json() == {"epochs": [], "images": []}
        assert client.get(f"/api/runs/{run.id}/previews/1/0").status_code == 404


def test_a_deleted_run_leaves_nothing_on_the_disk(client, storage, settings, stack, tmp_path):
    kept = run_in(storage, settings, F, stack, model=True)
    run = run_in(storage, settings, S, stack, model=True)
    curve(storage, run, 3)
    (settings.run_folder(run.id) / "cache").mkdir(parents=True)
    (settings.run_folder(run.id) / "cache" / "photo.npy").write_bytes(b"pixels")

    client.delete(f"/api/runs/{run.id}")

    assert not settings.run_folder(run.id).exists()
    assert len(list((tmp_path / "blobs").rglob("*.pt"))) == 1
    assert storage.metrics.since(run.id) == (0, [])
    assert storage.checkpoints.get(kept.id, CheckpointKind.BEST) is not None


def test_a_model_given_up_by_one_of_two_runs_is_still_the_others(client, storage, settings, stack, tmp_path):
    first, second = (run_in(storage, settings, F, stack) for _ in range(2))
    for run in (first, second):
        weights = tmp_path / "same.pt"
        weights.write_bytes(b"the same weights")
        storage.checkpoints.add(run.id, CheckpointKind.BEST, weights, epoch=1, step=1, val_iou=0.5)

    client.delete(f"/api/runs/{first.id}")

    best = storage.checkpoints.get(second.id, CheckpointKind.BEST)
    assert storage.blobs.get(best.blob) == b"the same weights"
