"""kill -9 at random moments: the run reads lost, resumes, and ends as if nothing had happened."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from plateseg.domain.runs import CheckpointKind, RunStatus
from plateseg.services import liveness, run_view
from storage.storage import utc_now
from tests.process.conftest import LEFT_ALONE
from tests.process.homes import QUICK, Home, every_once, until

AFTER_EVERY_STEP = ("--checkpoint-minutes", "0.0001")
"""Six thousandths of a second: no step is quicker, so there is a checkpoint in the middle of every epoch."""


def test_killed_in_the_first_epoch_and_in_a_later_one_it_ends_with_the_curve_of_a_run_left_alone(home, trained):
    """Checkpoints at the epochs' ends: the kill in the first epoch finds none, and the run starts again."""
    total, per_epoch, chance = trained.run().step, trained.run().steps_per_epoch, random.Random(1)
    verb = home.begin("train", *LEFT_ALONE)
    for step in (chance.randint(1, per_epoch - 1), chance.randint(per_epoch + 1, total - 1)):
        home.await_step(step)
        verb.kill()
        assert home.run().status is RunStatus.LOST
        assert home.has(CheckpointKind.LAST) == (step > per_epoch)
        verb = home.begin("train", "--resume", "1")
    assert verb.ended().code == 0

    assert_same(home, trained)
    assert home.run().best_iou == trained.run().best_iou


def test_killed_after_a_checkpoint_in_the_middle_of_an_epoch_it_continues_from_there(home, trained):
    """Checkpoints fall due by time, here after every step: the epoch under way is taken up at its next batch."""
    total, per_epoch, chance = trained.run().step, trained.run().steps_per_epoch, random.Random(2)
    verb = home.begin("train", *LEFT_ALONE, *AFTER_EVERY_STEP)
    until(lambda: last_step(home) % per_epoch, "a checkpoint fell due in the middle of an epoch", by=verb)
    verb.kill()
    saved = home.storage.checkpoints.get(1, CheckpointKind.LAST)
    verb = home.begin("train", "--resume", "1")
    home.await_step(min(total - 1, saved.step + chance.randint(1, 4)))
    verb.kill()
    assert home.do("train", "--resume", "1").code == 0

    assert f"Resuming run 1 from epoch {saved.epoch}, step {saved.step}." in home.log()
    assert_same(home, trained)


def test_killed_with_every_other_setting_it_continues_bit_for_bit(home):
    words = (
        *("--image-size", "224", "--crop-size", "192", "--augment", "strong", "--batch-size", "1", "--accumulate", "2"),
        *("--optimizer", "sgd", "--learning-rate", "1e-3", "--schedule", "plateau", "--no-average-weights"),
        *("--loss", "focal_dice", "--device", "cpu", "--epochs", "3"),
    )
    assert home.do("train", *words).code == 0
    verb = home.begin("train", *words, *AFTER_EVERY_STEP)
    per_epoch = home.run(1).steps_per_epoch
    until(lambda: last_step(home, 2) % per_epoch, "a checkpoint fell due in the middle of an epoch", by=verb)
    verb.kill()
    assert home.run(2).status is RunStatus.LOST
    assert home.do("train", "--resume", "2").code == 0

    for name in ("train/loss", "train/iou"):
        assert home.curve(name, 2) == home.curve(name, 1)
    assert dict(home.curve("val/mean_iou", 2))[3 * per_epoch] == dict(home.curve("val/mean_iou", 1))[3 * per_epoch]


def test_killed_while_a_checkpoint_is_written_it_resumes_from_the_one_before(home, trained):
    verb = home.begin("train", *LEFT_ALONE, *AFTER_EVERY_STEP)
    until(lambda: home.has(CheckpointKind.LAST), "there is a checkpoint", by=verb)
    until(lambda: list(home.cache().glob("*.part")), "the next one is being written", by=verb)
    verb.kill()
    assert home.do("train", "--resume", "1").code == 0

    assert_same(home, trained)


def test_a_killed_run_is_never_shown_running_whatever_the_clock_says(home):
    verb = home.begin("train", *QUICK, "--epochs", "5000")
    home.await_step(1)
    clocks = [utc_now() + timedelta(days=days) for days in (0, -400, 400)]
    stored = home.storage.runs.get(1)
    assert [liveness.as_it_stands(stored, home.settings, now).status for now in clocks] == [RunStatus.RUNNING] * 3
    refused = home.do("train", "--resume", "1")
    assert (refused.code, "Run 1 is running" in refused.output) == (2, True)
    verb.kill()

    for now in clocks:
        (shown,) = run_view.view_all(home.storage, home.settings, now)
        assert (shown["status"], shown["eta_seconds"], shown["can_resume"]) == ("lost", None, True)
        assert f"(pid {verb.pid} on {home.settings.machine}) is gone" in shown["message"]
        assert "Resume continues from its last checkpoint" in shown["message"]
    with ThreadPoolExecutor(8) as pool:  # those who look at the same time must not take each other for the trainer
        assert set(pool.map(lambda _: home.run().status, range(200))) == {RunStatus.LOST}
    assert " lost " in home.do("runs").output
    refused = home.do("runs", "--stop", "1")
    assert (refused.code, "Resume or delete the run." in refused.output) == (2, True)
    assert "Training unet_efficientnet_lite0 on cpu." in home.view()["log_tail"]


def test_of_two_who_resume_at_once_one_trains_and_what_another_run_left_behind_goes(home):
    """Scaled photographs are personal data: a killed run's go as soon as any other trains."""
    for run_id in (1, 2):
        verb = home.begin("train", *QUICK, "--epochs", "2")
        home.await_step(1, run_id)
        verb.kill()
    assert list(home.cache(2).glob("*.pixels"))
    assert not home.cache(1).exists()

    both = [home.begin("train", "--resume", "1") for _ in range(2)]
    codes = sorted(verb.ended().code for verb in both)

    assert codes == [0, 2], [verb.output for verb in both]
    assert home.run().status is RunStatus.FINISHED
    assert Counter(step for step, _ in home.curve("train/loss")) == every_once(home.run().step)
    assert not home.cache(1).exists()
    assert not home.cache(2).exists()


def last_step(home: Home, run_id: int = 1) -> int:
    """At which step a run could be resumed; 0 for none."""
    last = home.storage.checkpoints.get(run_id, CheckpointKind.LAST)
    return last.step if last else 0


def assert_same(killed, alone):
    """The same epoch, steps and figures, to the last bit, and nothing left behind."""
    run, other = killed.run(), alone.run()
    assert (run.status, run.epoch, run.step) == (RunStatus.FINISHED, other.epoch, other.step)
    for name in ("train/loss", "train/iou"):
        curve = killed.curve(name)
        assert [step for step, _ in curve] == list(range(1, other.step + 1)), name
        assert curve == alone.curve(name)
    for name in ("val/loss", "val/iou", "val/mean_iou"):
        judged = dict(alone.curve(name))
        curve = [point for point in killed.curve(name) if point[0] in judged]
        assert curve == list(judged.items())
    assert not killed.cache().exists()
    assert not list(killed.folder.rglob("*.part"))
