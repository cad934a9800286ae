"""A run's life: queued, claimed once, asked to stop, ended, queued again. Every change compares before it sets."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from plateseg.domain.runs import CheckpointKind, MetricPoint, Run, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import NotFound, WrongState
from plateseg.services import run_view
from plateseg.services.run_reporter import RunReporter
from tests.integration.storage_samples import add, mask, queued, race


def claim(storage, run, pid=11):
    return storage.runs.claim(run.id, device="cpu", host="here", pid=pid)


def beat(storage, run, pid=11, **progress):
    values = {"epoch": 1, "step": 5, "steps_per_epoch": 4, "seconds_per_step": 0.5, "message": "Training."}
    return storage.runs.beat(run.id, pid=pid, **values | progress)


def ended(storage, status=RunStatus.FINISHED, name="ended"):
    run = queued(storage, name)
    claim(storage, run)
    return storage.runs.finish(run.id, status, "Said why.")


def test_a_run_waits_with_its_settings(storage, clock):
    run = queued(storage, "first", epochs=3, learning_rate=0.01, freeze_backbone=True)

    assert (run.name, run.status, run.created_at) == ("first", RunStatus.QUEUED, clock.now)
    assert run.config == TrainConfig(epochs=3, learning_rate=0.01, freeze_backbone=True)
    assert (run.pid, run.heartbeat_at, run.started_at, run.ended_at) == (0, None, None, None)
    assert storage.runs.get(run.id) == run


def test_settings_of_a_newer_version_are_left_aside(storage):
    run = queued(storage)
    with storage.database.writing() as session:
        session.connection().exec_driver_sql(
            'UPDATE runs SET config = replace(config, \'"epochs"\', \'"colour": 1, "epochs"\')'
        )

    assert storage.runs.get(run.id).config == run.config


def test_of_eight_threads_claiming_one_gets_the_run(storage):
    run = queued(storage)

    results = race(8, lambda n: claim(storage, run, pid=100 + n))

    won = [r for r in results if isinstance(r, Run)]
    lost = [r for r in results if isinstance(r, WrongState)]
    assert (len(won), len(lost)) == (1, 7)
    assert "is running, so it cannot be claimed" in str(lost[0])
    assert storage.runs.get(run.id).pid == won[0].pid


def test_a_claimed_run_says_where_and_since_when_it_runs(storage, clock):
    run = claim(storage, queued(storage), pid=42)

    assert (run.status, run.device, run.host, run.pid) == (RunStatus.RUNNING, "cpu", "here", 42)
    assert run.started_at == run.heartbeat_at == clock.now


def test_a_beat_is_a_sign_of_life_with_progress(storage, clock):
    run = claim(storage, queued(storage))
    clock.advance(seconds=30)

    stop = beat(storage, run, epoch=2, step=9, seconds_per_step=1.5, message="Epoch 3.")

    seen = storage.runs.get(run.id)
    assert not stop
    assert seen.heartbeat_at == clock.now
    assert (seen.epoch, seen.step, seen.steps_per_epoch, seen.seconds_per_step) == (2, 9, 4, 1.5)
    assert seen.message == "Epoch 3."


def test_the_batch_that_a_process_takes_is_written_down_with_its_beats(storage, settings, clock):
    run = claim(storage, queued(storage, batch_size=0))
    assert storage.runs.get(run.id).batch_taken == 0

    with RunReporter(storage, run) as reporter:
        reporter.begin(8, 90.0)
        reporter.progress(0, 1, 4, 0.5)
        reporter.say("Judging.")

    assert (storage.runs.get(run.id).batch_taken, storage.runs.get(run.id).worked_before) == (8, 90.0)
    assert run_view.view_one(storage, settings, run.id, clock())["config"]["batch_size"] == "auto: 8"
    beat(storage, run)
    assert storage.runs.get(run.id).batch_taken == 8, "a beat that does not say it leaves it as it is"
    with RunReporter(storage, run) as reporter:
        reporter.begin(8, 0.0)
    assert storage.runs.get(run.id).worked_before == 0, "it was killed before its first checkpoint, and starts again"


def test_a_clock_that_jumps_back_is_written_down_as_it_is(storage, clock):
    run = claim(storage, queued(storage))
    clock.advance(days=-2)

    assert not beat(storage, run)
    assert storage.runs.get(run.id).heartbeat_at == clock.now


def test_a_resumed_run_keeps_its_progress_while_it_prepares(storage, settings, clock):
    run = claim(storage, queued(storage, epochs=10))
    beat(storage, run, epoch=5, step=20)
    seen = storage.runs.finish(run.id, RunStatus.STOPPED, "Stopped by a person.")
    again = claim(storage, storage.runs.requeue(run.id, seen=seen), pid=12)

    with RunReporter(storage, again):
        pass

    assert run_view.view_one(storage, settings, run.id, clock())["progress"] == 0.5
    assert storage.runs.get(run.id).seconds_per_step == 0.5, "what a step takes is known still"


def test_the_time_of_a_resumed_run_goes_on_over_its_sittings(storage, clock):
    run = claim(storage, queued(storage))
    clock.advance(seconds=120)
    seen = storage.runs.finish(run.id, RunStatus.STOPPED, "Stopped by a person.")
    clock.advance(days=1)

    waiting = storage.runs.requeue(run.id, seen=seen)
    assert (waiting.worked_before, waiting.started_at) == (120, None)
    withdrawn = storage.runs.request_stop(run.id)
    clock.advance(seconds=60)
    claimed = claim(storage, storage.runs.requeue(run.id, seen=withdrawn), pid=12)
    assert (claimed.worked_before, claimed.started_at) == (120, clock.now), "what it waited is no work"

    clock.advance(seconds=30)
    beat(storage, claimed, pid=12)
    clock.advance(days=1)
    lost = replace(storage.runs.get(run.id), status=RunStatus.LOST)
    assert storage.runs.requeue(run.id, seen=lost).worked_before == 150, "until its last sign of life"


class TestBeatsOfAProcessThatShouldStop:
    """The next heartbeat tells it."""

    def test_when_a_person_asked(self, storage):
        run = claim(storage, queued(storage))

        assert storage.runs.request_stop(run.id).stop_requested
        assert beat(storage, run)

    def test_when_another_process_has_the_run(self, storage, clock):
        run = claim(storage, queued(storage), pid=11)
        requeued = storage.runs.requeue(run.id, seen=replace(run, status=RunStatus.LOST))
        claim(storage, requeued, pid=12)
        clock.advance(seconds=5)

        assert beat(storage, run, pid=11, step=999)
        assert storage.runs.get(run.id).step == 0
        assert not beat(storage, run, pid=12)

    def test_when_the_run_has_ended(self, storage):
        assert beat(storage, ended(storage))

    def test_when_the_run_was_deleted(self, storage):
        run = claim(storage, queued(storage))
        storage.runs.delete(run.id)

        assert beat(storage, run)


class TestAProcessThatSleptWhileAnotherTookItsRun:
    """A laptop that slept was lost to the other machines. When it wakes up the run is no longer its own."""

    @pytest.fixture
    def asleep(self, storage):
        return claim(storage, queued(storage), pid=11)

    @pytest.fixture
    def owner(self, storage, asleep):
        requeued = storage.runs.requeue(asleep.id, seen=replace(asleep, status=RunStatus.LOST))
        return storage.runs.claim(requeued.id, device="cpu", host="elsewhere", pid=11)

    def test_it_overwrites_no_checkpoint(self, storage, tmp_path, asleep, owner):
        weights = tmp_path / "last.pt"
        weights.write_bytes(b"of the one that slept")
        reporter = RunReporter(storage, asleep)

        with pytest.raises(WrongState, match="is no longer this process's"):
            reporter.checkpoint(CheckpointKind.LAST, weights, 9, 99, 0.5)

        assert storage.checkpoints.get(owner.id, CheckpointKind.LAST) is None

    def test_it_adds_nothing_to_the_curve_and_stops(self, storage, asleep, owner):
        with RunReporter(storage, asleep) as reporter:
            reporter.metrics([MetricPoint(99, 9.0, "train/loss", 0.1)])

        assert reporter.stop_requested()
        assert storage.metrics.since(owner.id)[1] == []

    def test_it_does_not_end_the_run(self, storage, asleep, owner):
        with pytest.raises(WrongState, match="is no longer this process's"):
            storage.runs.finish(owner.id, RunStatus.STOPPED, "Stopped.", owner=asleep)

        assert storage.runs.get(owner.id).status is RunStatus.RUNNING
        assert storage.runs.finish(owner.id, RunStatus.FINISHED, "Done.", owner=owner).status is RunStatus.FINISHED


def test_a_process_whose_run_was_deleted_stops_although_it_has_numbers_to_write(storage):
    run = claim(storage, queued(storage))
    storage.runs.delete(run.id)

    with RunReporter(storage, run) as reporter:
        reporter.metrics([MetricPoint(1, 0.1, "train/loss", 0.1)])

    assert reporter.stop_requested()


def test_a_preview_that_cannot_be_kept_does_not_end_a_training(storage, settings, caplog):
    item = add(storage, "seen.jpg", mask("seen"))
    run = claim(storage, queued(storage))
    reporter = RunReporter(storage, run)
    reporter.watch((item.id,))
    shutil.rmtree(settings.home / "blobs")
    (settings.home / "blobs").write_text("no folder any more")
    picture, empty = np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8), np.uint8)

    reporter.preview(1, 0, picture, empty, empty)

    assert f"preview of photograph {item.id} was not kept" in caplog.text
    assert storage.previews.of(run.id) == ()


def test_a_queued_run_that_is_stopped_is_withdrawn_and_cannot_be_claimed(storage, clock):
    run = storage.runs.request_stop(queued(storage).id)

    assert (run.status, run.message, run.ended_at) == (RunStatus.STOPPED, "Withdrawn.", clock.now)
    with pytest.raises(WrongState, match="is stopped, so it cannot be claimed"):
        claim(storage, run)


@pytest.mark.parametrize("status", [RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.FAILED])
def test_a_run_ends_once_with_a_reason(storage, clock, status):
    run = claim(storage, queued(storage))
    storage.runs.request_stop(run.id)
    clock.advance(minutes=3)

    over = storage.runs.finish(run.id, status, "The loss is not a number.")

    assert (over.status, over.message, over.ended_at) == (status, "The loss is not a number.", clock.now)
    assert not over.stop_requested
    with pytest.raises(WrongState, match=f"is {status.value}, so it cannot end"):
        storage.runs.finish(run.id, RunStatus.FINISHED, "again")
    with pytest.raises(WrongState, match="has ended already"):
        storage.runs.request_stop(run.id)


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.LOST])
def test_no_run_ends_as_something_that_is_no_end(storage, status):
    run = claim(storage, queued(storage))

    with pytest.raises(ValueError, match="A run ends as one of"):
        storage.runs.finish(run.id, status, "")


def test_a_run_that_could_not_start_fails_but_only_while_it_waits(storage):
    waiting, taken = queued(storage, "waiting"), claim(storage, queued(storage, "taken"))

    for run in (waiting, taken):
        storage.runs.fail_queued(run.id, "No Python.")

    assert storage.runs.get(waiting.id).status is RunStatus.FAILED
    assert storage.runs.get(waiting.id).message == "No Python."
    assert storage.runs.get(taken.id) == taken


@pytest.mark.parametrize("status", [RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.FAILED])
def test_an_ended_run_can_be_queued_again_with_more_to_do(storage, status):
    run = ended(storage, status)

    again = storage.runs.requeue(run.id, seen=run, config=replace(run.config, epochs=99))

    assert (again.status, again.pid, again.ended_at, again.config.epochs) == (RunStatus.QUEUED, 0, None, 99)
    assert claim(storage, again, pid=77).pid == 77


def test_a_lost_run_can_be_queued_again(storage):
    run = claim(storage, queued(storage))

    assert storage.runs.requeue(run.id, seen=replace(run, status=RunStatus.LOST)).status is RunStatus.QUEUED


def test_of_eight_people_resuming_one_does(storage):
    run = ended(storage, RunStatus.STOPPED)

    results = race(8, lambda _: storage.runs.requeue(run.id, seen=run))

    assert sum(isinstance(r, Run) for r in results) == 1
    assert {str(r) for r in results if isinstance(r, WrongState)} == {
        f"Run {run.id} changed in the meantime. Reload to see where it stands."
    }


def test_what_was_seen_lost_but_has_moved_on_is_not_queued_again(storage):
    seen = replace(claim(storage, queued(storage), pid=11), status=RunStatus.LOST)
    storage.runs.requeue(seen.id, seen=seen)
    claim(storage, seen, pid=12)

    with pytest.raises(WrongState, match="changed in the meantime"):
        storage.runs.requeue(seen.id, seen=seen)
    assert storage.runs.get(seen.id).status is RunStatus.RUNNING


def test_what_auto_came_to_is_written_down(storage):
    run = claim(storage, queued(storage))

    storage.runs.settle(run.id, device="cuda", config=replace(run.config, architecture="unet_efficientnet_lite0"))

    assert storage.runs.get(run.id).device == "cuda"
    assert storage.runs.get(run.id).config.architecture == "unet_efficientnet_lite0"


class TestChampion:
    """One model proposes and predicts."""

    def test_at_first_there_is_none(self, storage):
        queued(storage)

        assert storage.runs.champion() is None

    def test_the_newly_promoted_takes_the_place_of_the_one_before(self, storage):
        first, second = ended(storage, name="first"), ended(storage, name="second")
        assert storage.runs.promote(first.id).champion

        assert storage.runs.promote(second.id).champion

        assert storage.runs.champion().id == second.id
        assert not storage.runs.get(first.id).champion

    def test_only_the_first_finished_becomes_it_by_itself(self, storage):
        first, second = ended(storage, name="first"), ended(storage, name="second")

        assert storage.runs.promote(first.id, only_if_none=True).champion
        assert not storage.runs.promote(second.id, only_if_none=True).champion
        assert storage.runs.champion().id == first.id

    @pytest.mark.parametrize("only_if_none", [False, True])
    def test_eight_promoted_at_once_leave_one(self, storage, only_if_none):
        runs = [ended(storage, name=str(n)) for n in range(8)]

        race(8, lambda n: storage.runs.promote(runs[n].id, only_if_none=only_if_none))

        assert sum(run.champion for run in storage.runs.all()) == 1


def test_runs_are_listed_newest_first_by_state(storage):
    first, second = queued(storage, "first"), ended(storage, name="second")

    assert [run.id for run in storage.runs.all()] == [second.id, first.id]
    assert [run.id for run in storage.runs.all([RunStatus.QUEUED])] == [first.id]


def test_a_run_can_be_renamed(storage):
    run = queued(storage)

    assert storage.runs.rename(run.id, "night shift").name == "night shift"
    assert storage.runs.get(run.id).name == "night shift"


def test_the_number_of_a_deleted_run_is_never_given_to_another(storage):
    run = ended(storage)
    storage.runs.delete(run.id)

    assert queued(storage).id > run.id


@pytest.mark.parametrize(
    "act",
    [
        lambda runs: runs.get(99),
        lambda runs: runs.claim(99, device="cpu", host="here", pid=1),
        lambda runs: runs.request_stop(99),
        lambda runs: runs.finish(99, RunStatus.FINISHED, ""),
        lambda runs: runs.rename(99, "x"),
        lambda runs: runs.promote(99),
        lambda runs: runs.delete(99),
    ],
)
def test_a_run_that_is_not_there_is_said(storage, act):
    with pytest.raises(NotFound, match="There is no run 99"):
        act(storage.runs)
