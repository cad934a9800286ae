"""A stop, from wherever it comes, leaves a validated model; so does a time budget."""

from __future__ import annotations

import os
import signal

import cv2
import numpy as np
import pytest

from plateseg.domain.runs import CheckpointKind, RunStatus
from tests.process.homes import QUICK, Home, Verb, answers, until

SLOW = ("--image-size", "224", "--batch-size", "1", "--device", "cpu")
"""An epoch long enough to be stopped in its middle."""


def by_another_process(home: Home, verb: Verb) -> None:
    assert home.do("runs", "--stop", "1").code == 0


def by_sigterm(home: Home, verb: Verb) -> None:
    verb.signal(signal.SIGTERM)


def by_ctrl_c(home: Home, verb: Verb) -> None:
    verb.signal(signal.SIGINT)


def by_sigterm_to_all_its_processes(home: Home, verb: Verb) -> None:
    os.killpg(verb.pid, signal.SIGTERM)


@pytest.mark.parametrize(
    ("stop", "workers"),
    [(by_another_process, "0"), (by_sigterm, "0"), (by_ctrl_c, "0"), (by_sigterm_to_all_its_processes, "1")],
)
def test_stopped_in_the_middle_of_the_first_epoch_it_leaves_a_validated_model(home, tmp_path, stop, workers):
    verb = home.begin("train", *SLOW, "--epochs", "10000", "--workers", workers)
    home.await_step(2)
    stop(home, verb)

    assert verb.ended().code == 0
    run, best = home.run(), home.storage.checkpoints.get(1, CheckpointKind.BEST)
    assert (run.status, run.epoch, run.message) == (RunStatus.STOPPED, 0, "Stopped by a person in epoch 1.")
    assert 2 <= run.step < run.steps_per_epoch
    assert (best.step, best.val_iou) == (run.step, run.best_iou)
    assert [step for step, _ in home.curve("val/mean_iou")] == [run.step]
    assert run.champion
    assert not home.cache().exists()
    assert_predicts(home, tmp_path)


def test_a_stopped_run_resumes_where_it_stopped(home):
    verb = home.begin("train", "--image-size", "160", "--batch-size", "1", "--device", "cpu", "--epochs", "1")
    home.await_step(2)
    verb.signal(signal.SIGTERM)
    assert verb.ended().code == 0
    stopped = home.run()

    assert home.do("train", "--resume", "1").code == 0

    run = home.run()
    assert (run.status, run.epoch, run.step) == (RunStatus.FINISHED, 1, run.steps_per_epoch)
    assert [step for step, _ in home.curve("train/loss")] == list(range(1, run.step + 1))
    assert [step for step, _ in home.curve("val/loss")] == [stopped.step, run.step]


def test_runs_that_wait_for_the_device_can_be_withdrawn_killed_and_taken_up_again(home):
    training = home.begin("train", *SLOW, "--epochs", "10000")
    home.await_step(1)
    killed = begin_waiting(home, 2)
    killed.kill()
    assert home.run(2).status is RunStatus.QUEUED
    withdrawn, interrupted = begin_waiting(home, 3), begin_waiting(home, 4)
    taken_up = home.begin("train", "--resume", "2")

    assert home.do("runs", "--stop", "3").code == 0
    assert (withdrawn.ended().code, "Run 3 left the queue: it is stopped" in withdrawn.output) == (2, True)
    interrupted.signal(signal.SIGINT)
    assert (interrupted.ended().code, "run 4 was withdrawn" in interrupted.output) == (130, True)
    assert [home.run(run_id).status.value for run_id in (1, 2, 3, 4)] == ["running", "queued", "stopped", "stopped"]
    assert home.run(3).message == home.run(4).message == "Withdrawn."

    training.signal(signal.SIGTERM)
    assert (training.ended().code, taken_up.ended().code) == (0, 0)
    assert [home.run(run_id).status.value for run_id in (1, 2)] == ["stopped", "finished"]


def test_a_time_budget_ends_a_run_finished_with_its_best_model(home):
    assert home.train("--epochs", "10000", "--time-budget", "0.04").code == 0

    run = home.run()
    assert run.status is RunStatus.FINISHED
    assert run.message.startswith("The time budget of 0.04 minutes is used: ")
    assert run.epoch < 10_000
    assert home.has(CheckpointKind.BEST)
    assert home.view()["progress"] == 1.0

    refused = home.do("train", "--resume", "1")
    assert (refused.code, "Resume it with more time" in refused.output) == (2, True)
    assert home.do("train", "--resume", "1", "--time-budget", "0", "--epochs", str(run.epoch + 1)).code == 0
    assert home.run().epoch == run.epoch + 1
    assert [step for step, _ in home.curve("train/loss")] == list(range(1, home.run().step + 1))


def test_patience_ends_a_run_finished_and_more_of_it_lets_it_go_on(home):
    words = ("--epochs", "50", "--patience", "1", "--learning-rate", "1e-7", "--schedule", "constant")
    assert home.train(*words, "--no-average-weights").code == 0

    run = home.run()
    assert (run.status, run.message) == (RunStatus.FINISHED, "No better model for 1 epoch: patience is at its end.")
    assert run.epoch < 50
    assert run.message in home.do("runs").output
    refused = home.do("train", "--resume", "1")
    assert (refused.code, "Resume it with more patience" in refused.output) == (2, True)
    assert home.do("train", "--resume", "1", "--patience", "0", "--epochs", str(run.epoch + 1)).code == 0
    assert home.run().epoch == run.epoch + 1


def begin_waiting(home: Home, run_id: int) -> Verb:
    """Start a short run while another one has the device."""
    verb = home.begin("train", *QUICK, "--epochs", "1")
    until(lambda: f"run {run_id}: " in verb.output, f"run {run_id} waits")
    return verb


def assert_predicts(home: Home, folder) -> None:
    """`predict` with run 1 writes a mask for a photograph of the home's own."""
    (item,) = home.storage.items.page(limit=1).items
    photograph = folder / item.name
    photograph.write_bytes(home.storage.blobs.get(item.image_blob))
    verb = home.do("predict", "--model", "1", "--image", str(photograph), "--out", str(folder / "out"))
    assert verb.code == 0, verb.output
    assert [answer["image"] for answer in answers(verb)] == [item.name]
    mask = cv2.imread(str(folder / "out" / f"{item.name}_mask.png"), cv2.IMREAD_UNCHANGED)
    assert mask.shape == (item.height, item.width)
    assert set(np.unique(mask)) <= {0, 255}
