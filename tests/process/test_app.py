"""The app and its trainers are processes of their own: either may die without the other."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from plateseg.domain.runs import RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.services import training
from storage.storage import utc_now
from tests.e2e.app_process import App
from tests.process.homes import Home, until


@pytest.fixture
def app(home: Home) -> Iterator[App]:
    """The app on `home`, not started yet."""
    made = App(home.folder)
    yield made
    made.stop()


def test_a_run_outlives_the_app_and_the_queue_goes_on_when_the_app_is_back(app, home):
    for epochs in (4, 1, 1):
        queue(home, epochs)
    app.start()
    home.await_step(1)
    running = home.run(1)
    assert statuses(app) == {1: "running", 2: "queued", 3: "queued"}
    assert os.getpriority(os.PRIO_PROCESS, running.pid) == 10
    say_how_quick(app, "/", "/api/runs", "/api/items")
    withdrawn = app.post("/api/runs/3/stop")
    assert (withdrawn["status"], withdrawn["message"]) == ("stopped", "Withdrawn.")

    app.kill()

    assert home.run(1).status is RunStatus.RUNNING
    home.await_step(home.steps() + 1)
    finished = home.await_end(1)
    assert (finished.status, finished.epoch, finished.pid) == (RunStatus.FINISHED, 4, running.pid)
    assert home.run(2).status is RunStatus.QUEUED

    app.start()

    curve = app.get("/api/runs/1/metrics")["series"]
    assert max(step for step, _, _ in curve["train/loss"]) == finished.step
    assert [epoch for _, epoch, _ in curve["val/mean_iou"]] == [1, 2, 3, 4]
    until(lambda: app.get("/api/runs/2")["status"] == "finished", "the queue went on by itself")
    assert statuses(app) == {1: "finished", 2: "finished", 3: "stopped"}
    assert "Run 2 finished: Trained 1 epoch." in app.get("/api/runs/2/log")["text"]
    assert {run["id"]: run["champion"] for run in app.get("/api/runs")["runs"]} == {1: True, 2: False, 3: False}
    assert app.post("/api/runs/2/champion", {"anyway": True})["champion"]
    assert not app.get("/api/runs/1")["champion"]


def queue(home: Home, epochs: int) -> None:
    """What the Start button does."""
    config = TrainConfig(epochs=epochs, image_size=64, device="cpu")
    training.start(home.storage, config, settings=home.settings, now=utc_now())


def statuses(app: App) -> dict[int, str]:
    """Each run's status as the page shows it."""
    return {run["id"]: run["status"] for run in app.get("/api/runs")["runs"]}


def say_how_quick(app: App, *paths: str) -> None:
    """It must answer while a run uses the machine; how quickly is printed, and judged by `make bench`."""
    for path in paths:
        begin = time.monotonic()
        status, _ = app.ask("GET", path)
        print(f"GET {path} while training: {1000 * (time.monotonic() - begin):.0f} ms")
        assert status == 200
