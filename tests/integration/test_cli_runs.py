"""runs, train's refusals, predict and evaluate without a model: words, exit codes, no traceback."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest

from plateseg.cli import main
from plateseg.domain.runs import RunStatus
from tests.integration.run_samples import run_in
from tests.integration.storage_samples import add, mask, queued
from tests.integration.uploads import jpeg, mask_png


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, storage, settings):
    """The home that `storage` lies in, named by the environment."""
    monkeypatch.setenv("PLATESEG_HOME", str(settings.home))
    for name in ("DATABASE_URL", "PLATESEG_BLOBS", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    return settings.home


@pytest.fixture
def run(storage, settings):
    """A finished run with a model."""
    with ExitStack() as stack:
        return run_in(storage, settings, RunStatus.FINISHED, stack, model=True)


def listed(capsys):
    capsys.readouterr()
    assert main(["runs", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_no_runs_yet(capsys):
    assert main(["runs"]) == 0
    assert capsys.readouterr().out == "No runs yet: python -m plateseg train\n"


def test_the_list_shows_the_champion_the_state_and_the_score(run, storage, capsys):
    queued(storage, "waiting", batch_size=0)

    assert main(["runs", "--promote", str(run.id)]) == 0

    first, why, second, waits = (line.split() for line in capsys.readouterr().out.splitlines())
    assert first[:5] == ["*", "1", "finished", "0.8000", "champion"]
    assert first[5:] == ["epoch", "3/3", "batch", "4", "auto", "a", "finished", "run"]
    assert second == ["2", "queued", "-", "-", "epoch", "0/50", "batch", "auto", "auto", "waiting"]
    assert " ".join(why) == "It finished."
    assert " ".join(waits) == "Starts as soon as the device is free."


def test_as_json_it_is_what_the_page_shows(run, capsys, client):
    (shown,) = listed(capsys)

    on_the_page = client.get("/api/runs").json()["runs"][0]
    assert shown == on_the_page


def test_rename_stop_and_delete(run, storage, capsys):
    waiting = queued(storage, "waiting")

    assert main(["runs", "--rename", str(run.id), "the best"]) == 0
    assert main(["runs", "--stop", str(waiting.id)]) == 0
    assert [(r["name"], r["status"]) for r in listed(capsys)] == [("waiting", "stopped"), ("the best", "finished")]

    assert main(["runs", "--delete", str(waiting.id)]) == 0
    assert [r["name"] for r in listed(capsys)] == ["the best"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["runs", "--stop", "99"], "There is no run 99"),
        (["runs", "--stop", "x"], "'x' is not the number of a run. `python -m plateseg runs` lists them."),
        (["runs", "--stop", "1"], "has ended already"),
        (["runs", "--promote", "champion"], "There is no champion yet"),
        (["runs", "--rename", "1", ""], "1 to 120 characters"),
        (["runs", "--delete", "²"], "is not the number of a run"),
        (["train", "--resume", "99"], "There is no run 99"),
        (["train", "--resume", "1"], "has done all its 3 epochs"),
        (["train", "--resume", "1", "--image-size", "256"], "A resumed run keeps its image_size."),
        (["train", "--image-size", "500"], "multiple of 32"),
        (["train", "--epochs", "0"], "between 1 and 10000"),
        (["train", "--device", "tpu"], "Device must be one of"),
        (["train", "--start-from", "nowhere.pt"], "no weights file called"),
        (["train", "--start-from", "champion"], "There is no champion: make a run"),
        (["train", "--batch-size", "1"], "Only one photograph is labelled"),
        (["predict", "--image", "nowhere.jpg", "--out", "out"], "There is no file nowhere.jpg"),
        (["predict", "--folder", "nowhere", "--out", "out"], "There is no folder nowhere"),
        (["predict", "--image", "x.jpg", "--out", "out", "--threshold", "2"], "threshold must be between 0 and 1"),
        (["evaluate", "--images", "nowhere", "--masks", "nowhere"], "There is no folder nowhere"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_said_in_a_sentence(run, capsys, monkeypatch, tmp_path, words, sentence):
    monkeypatch.chdir(tmp_path)

    assert main(words) == 2

    error = capsys.readouterr().err
    assert sentence in error
    assert "Traceback" not in error


def test_without_a_model_there_is_nothing_to_predict_with(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "car.jpg").write_bytes(jpeg(1))

    assert main(["predict", "--image", "car.jpg", "--out", "out"]) == 2
    assert "There is no model yet: train one" in capsys.readouterr().err


def test_a_folder_without_pairs_cannot_be_judged_on(capsys, tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    (tmp_path / "images" / "car.jpg").write_bytes(jpeg(1))
    (tmp_path / "masks" / "bus.png").write_bytes(mask_png())

    words = ["evaluate", "--images", str(tmp_path / "images"), "--masks", str(tmp_path / "masks")]

    assert main(words) == 2
    assert "Name masks image1.png or image1.jpg.png" in capsys.readouterr().err


def test_a_refused_start_queues_nothing(storage, capsys):
    for number in range(5):
        add(storage, f"car{number}.jpg", mask(f"mask {number}"))

    assert main(["train", "--batch-size", "64", "--device", "cpu"]) == 2

    assert "A batch of 64 is larger than the 4 training photographs" in capsys.readouterr().err
    assert storage.runs.all() == ()


@pytest.mark.parametrize("words", [[], ["nonsense"], ["train", "--epochs", "many"], ["predict"], ["runs", "--what"]])
def test_wrong_words_are_answered_with_the_usage(capsys, words):
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == 2
    assert "usage: python -m plateseg" in capsys.readouterr().err
