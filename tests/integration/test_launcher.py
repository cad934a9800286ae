"""The queue: the oldest run first, one at a time, and a process that cannot start says why."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from plateseg.domain.runs import RunStatus
from plateseg.services import liveness
from plateseg.services.launcher import Launcher, farewell, next_queued
from tests.integration.storage_samples import queued


@pytest.fixture
def launcher(storage, settings):
    return Launcher(storage, settings, tick_seconds=0.1)


def test_an_empty_queue_starts_nothing(launcher, settings):
    assert launcher.launch_due() is False
    assert not settings.runs_folder.exists()


def test_who_waits_longest_is_next(storage):
    first, second = queued(storage, "first"), queued(storage, "second")
    assert next_queued(storage).id == first.id

    storage.runs.request_stop(first.id)
    assert next_queued(storage).id == second.id

    storage.runs.claim(second.id, device="cpu", host="here", pid=1)
    assert next_queued(storage) is None


def test_while_the_device_is_busy_nothing_is_started(launcher, storage, settings):
    run = queued(storage)

    with liveness.held_device(settings, wait_seconds=0):
        assert launcher.launch_due() is False

    assert storage.runs.get(run.id).status is RunStatus.QUEUED
    assert not settings.run_folder(run.id).exists()


def test_a_process_that_cannot_start_ends_its_run_with_the_reason_and_the_next_one_is_due(storage, settings):
    """The child is told of a database that is none; this is the real child."""
    first, second = queued(storage, "first"), queued(storage, "second")
    launcher = Launcher(storage, replace(settings, database_url="nonsense"), tick_seconds=0.1)

    assert launcher.launch_due() is True

    failed = storage.runs.get(first.id)
    assert (failed.status, failed.ended_at is not None) == (RunStatus.FAILED, True)
    assert failed.message == "The training process could not start (exit code 2). Its log says why."
    assert "DATABASE_URL is not the address of a database" in (settings.run_folder(first.id) / "log.txt").read_text()
    assert next_queued(storage).id == second.id


def test_the_apps_thread_starts_a_real_process_that_tells_why_it_ended(storage, settings, launcher, monkeypatch):
    """An architecture that nobody registered: the child claims the run, loads torch, and says so."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    run = queued(storage, architecture="of-tomorrow", device="cpu")

    launcher.start()
    launcher.wake()
    deadline = time.monotonic() + 120
    while (ended := storage.runs.get(run.id)).status in (RunStatus.QUEUED, RunStatus.RUNNING):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    launcher.stop()

    assert ended.status is RunStatus.FAILED
    assert "of-tomorrow" in ended.message
    assert ended.pid > 0
    assert "of-tomorrow" in (settings.run_folder(run.id) / "log.txt").read_text()


def test_who_closes_the_app_is_told_what_goes_on_and_what_waits(storage, settings, clock):
    assert farewell(storage, settings, clock()) == ""
    first = queued(storage, "first")
    storage.runs.claim(first.id, device="cpu", host=settings.machine, pid=1)
    assert farewell(storage, settings, clock()) == "", "its process is gone"

    queued(storage, "second")
    with liveness.held_alive(settings, first.id):
        assert farewell(storage, settings, clock()) == (
            "Run 1 (first) goes on as a process of its own; `python -m plateseg runs --stop 1` ends it. "
            "What waits in the queue starts when the app is back."
        )


def test_stopping_the_launcher_ends_its_thread_and_starts_nothing_more(storage, launcher, settings):
    launcher.start()
    launcher.stop()

    run = queued(storage)
    time.sleep(0.3)

    assert "launcher" not in [thread.name for thread in threading.enumerate()]
    assert storage.runs.get(run.id).status is RunStatus.QUEUED
    assert not settings.run_folder(run.id).exists()
