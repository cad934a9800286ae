"""The shipped model: it proposes in a new folder, is marked as what it is, and leaves when something better comes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from plateseg.cli import main
from plateseg.domain import drawn, scores
from plateseg.domain.runs import STARTER, CheckpointKind, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import Split
from plateseg.errors import WrongState
from plateseg.services import run_view, starter, training, versions
from plateseg.services.prediction import Models
from plateseg.settings import read_settings

LARGEST = 12 * 1024 * 1024


@pytest.fixture
def settings(tmp_path):
    return read_settings({"PLATESEG_HOME": str(tmp_path), "PLATESEG_STARTER": "on"})


def test_a_new_folder_has_the_starter_as_its_champion(storage, settings, clock):
    planted = starter.plant(storage, settings)

    champion = storage.runs.champion()
    assert champion is not None
    assert champion == planted
    assert (champion.origin, champion.status) == (STARTER, RunStatus.FINISHED)
    shown = run_view.view_one(storage, settings, champion.id, clock())
    assert (shown["origin"], shown["champion"], shown["best_iou"]) == (STARTER, True, None)
    assert "Shipped with plateseg" in shown["message"]


def test_opening_again_gives_no_second_one_and_what_was_deleted_stays_deleted(storage, settings, clock):
    planted = starter.plant(storage, settings)
    assert planted is not None
    assert starter.plant(storage, settings) is None

    training.delete(storage, planted.id, settings=settings, now=clock())

    assert starter.plant(storage, settings) is None
    assert storage.runs.all() == ()


def test_it_never_comes_beside_runs_of_the_persons_own(storage, settings):
    snapshot = storage.snapshots.freeze([])
    storage.runs.create(name="mine", config=TrainConfig(), snapshot_id=snapshot.id)

    assert starter.plant(storage, settings) is None
    assert [run.name for run in storage.runs.all()] == ["mine"]


def test_it_can_be_switched_off(storage, settings):
    assert starter.plant(storage, replace(settings, starter=False)) is None
    assert storage.runs.champion() is None


def test_it_cannot_be_resumed_but_started_from(storage, settings, clock):
    planted = starter.plant(storage, settings)
    assert planted is not None

    with pytest.raises(WrongState, match="Start a new run from it"):
        training.resume(storage, planted.id, settings=settings, now=clock())
    assert storage.checkpoints.get(planted.id, CheckpointKind.BEST) is not None


def test_what_taught_it_is_on_record_so_that_no_verdict_counts_it(storage, settings):
    planted = starter.plant(storage, settings)
    assert planted is not None

    taught = storage.snapshots.get(planted.snapshot_id).part(Split.TRAIN)

    assert [entry.image_sha256 for entry in taught] == json.loads(starter.ABOUT.read_text())["photographs"]


def test_its_snapshot_says_what_it_is_and_is_no_state_of_this_dataset(client, storage, settings):
    """Compared with now it said "Removed 158", exported "deleted since the snapshot was taken": none was ever here."""
    planted = starter.plant(storage, settings)
    assert planted is not None
    number = planted.snapshot_id

    found = client.get("/api/snapshots").json()

    assert ([one["names_only"] for one in found["snapshots"]], found["named"][0]["names_only"]) == ([True], True)
    assert versions.summaries(storage)[0]["names_only"]
    for path in (
        f"/api/snapshots/diff?before={number}",
        f"/api/snapshots/diff?before=now&after={number}",
        f"/api/snapshots/{number}/restore",
        f"/api/exports/preview?format=masks&snapshot={number}",
        f"/api/exports/file?format=masks&snapshot={number}",
    ):
        answer = client.get(path)
        assert (answer.status_code, "taught the starter model" in answer.json()["error"]) == (409, True), path


def test_the_command_line_refuses_it_as_a_state_and_lists_it_as_what_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLATESEG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLATESEG_STARTER", "on")
    for name in ("DATABASE_URL", "PLATESEG_BLOBS"):
        monkeypatch.delenv(name, raising=False)

    assert main(["snapshots"]) == 0
    assert "photographs that taught the starter model; not yours" in capsys.readouterr().out
    for words in (
        ["diff", "starter"],
        ["snapshots", "--restore", "starter"],
        ["export", str(tmp_path / "out"), "--snapshot", "starter"],
    ):
        assert main(words) == 2, words
        assert "taught the starter model" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_file_is_small_and_finds_plates_it_has_never_seen(storage, settings, tmp_path):
    starter.plant(storage, settings)
    models = Models(tmp_path / "scratch")
    judged = []
    for number in range(8):
        image, truth, _ = drawn.draw(np.random.default_rng([9_001, number]))
        judged.append(scores.score(models.predict(storage, image).mask, truth))
    found = scores.summarise(judged, np.random.default_rng(0))

    assert starter.WEIGHTS.stat().st_size <= LARGEST
    assert found.plate_recall >= 0.7
    assert found.plate_precision >= 0.7
