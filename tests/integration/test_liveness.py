"""Whether a run lives is told by a lock that the kernel takes back at death: no clock and no pid can lie about it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from plateseg.domain.runs import RunStatus
from plateseg.errors import WrongState
from plateseg.services import liveness, training
from tests.conftest import ROOT
from tests.integration.run_samples import run_in
from tests.integration.storage_samples import queued, race

TRAINER = """
import sys, time
from pathlib import Path
from plateseg.services import liveness
from plateseg.settings import Settings

settings = Settings(Path(sys.argv[1]), "", "", machine="this-machine")
with liveness.held_device(settings, wait_seconds=5), liveness.held_alive(settings, int(sys.argv[2])):
    print("at work", flush=True)
    time.sleep(60)
"""


@contextmanager
def trainer_process(settings, run_id):
    """A process that does what a trainer does about its life, and nothing else."""
    process = subprocess.Popen(
        [sys.executable, "-c", TRAINER, str(settings.home), str(run_id)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "at work\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def status_of(storage, settings, clock, run_id):
    return training.current(storage, run_id, settings=settings, now=clock.now)


def test_a_run_reads_running_while_its_process_lives_and_lost_once_it_is_killed(storage, settings, clock):
    run = storage.runs.claim(queued(storage).id, device="cpu", host=settings.machine, pid=4711)
    with trainer_process(settings, run.id) as process:
        assert status_of(storage, settings, clock, run.id).status is RunStatus.RUNNING
        assert not liveness.device_is_free(settings)

        for hours in (-48, 96):
            clock.advance(hours=hours)
            assert status_of(storage, settings, clock, run.id).status is RunStatus.RUNNING

        process.send_signal(signal.SIGKILL)
        process.wait()

    lost = status_of(storage, settings, clock, run.id)
    assert lost.status is RunStatus.LOST
    assert lost.message.startswith("The process (pid 4711 on this-machine) is gone without a word")
    assert "Resume continues from its last checkpoint" in lost.message
    assert liveness.device_is_free(settings)
    assert storage.runs.get(run.id).status is RunStatus.RUNNING, "LOST is derived, never stored"

    training.resume(storage, run.id, settings=settings, now=clock.now)
    assert status_of(storage, settings, clock, run.id).status is RunStatus.QUEUED


def test_a_run_that_ends_while_somebody_looks_reads_as_it_ended_and_not_lost(storage, settings, clock):
    """Its row was read while it worked, its lock after it had ended."""
    seen = storage.runs.claim(queued(storage).id, device="cpu", host=settings.machine, pid=4711)
    storage.runs.finish(seen.id, RunStatus.FINISHED, "Trained 3 epochs.")

    shown = training.as_it_stands(storage, seen, settings=settings, now=clock.now)

    assert (shown.status, shown.message) == (RunStatus.FINISHED, "Trained 3 epochs.")


def test_a_lost_run_reads_lost_to_everybody_who_looks_at_the_same_time(storage, settings, clock):
    with ExitStack() as stack:
        run = run_in(storage, settings, RunStatus.LOST, stack)
    lock = settings.run_folder(run.id) / "alive.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()

    seen = race(8, lambda _: {liveness.as_it_stands(run, settings, clock.now).status for _ in range(40)})

    assert seen == [{RunStatus.LOST}] * 8


def test_looking_is_safe_while_processes_come_and_go(settings):
    def work(number):
        for _ in range(40):
            if number % 2:
                liveness.device_is_free(settings)
                continue
            with liveness.held_device(settings, wait_seconds=20):
                pass
        return "done"

    assert race(4, work) == ["done"] * 4


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(0, "running"), (59, "running"), (60, "lost"), (3600, "lost"), (-59, "running"), (-3600, "lost")],
)
def test_a_run_on_another_machine_is_known_by_its_heartbeat(storage, settings, clock, seconds, status):
    run = storage.runs.claim(queued(storage).id, device="cuda", host="another-machine", pid=4711)
    clock.advance(seconds=seconds)

    assert liveness.as_it_stands(run, settings, clock.now).status.value == status


def test_a_run_on_another_machine_without_a_heartbeat_is_lost(storage, settings, clock):
    run = storage.runs.claim(queued(storage).id, device="cuda", host="another-machine", pid=4711)

    assert liveness.as_it_stands(replace(run, heartbeat_at=None), settings, clock.now).status is RunStatus.LOST


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.FAILED])
def test_only_a_run_at_work_can_be_lost(storage, settings, clock, status):
    with ExitStack() as stack:
        run = run_in(storage, settings, status, stack)
    clock.advance(days=30)

    assert liveness.as_it_stands(run, settings, clock.now) == run


def test_a_run_is_held_by_one_process_only(settings):
    with liveness.held_device(settings, wait_seconds=0):
        with pytest.raises(WrongState, match="waits in the queue"), liveness.held_device(settings, wait_seconds=0):
            pass
        assert not liveness.device_is_free(settings)
    assert liveness.device_is_free(settings)


def test_who_waits_for_the_device_can_be_called_back(settings):
    asked = []

    def still_wanted():
        asked.append(1)
        if len(asked) == 2:
            raise WrongState("withdrawn")

    with liveness.held_device(settings, wait_seconds=0):
        waiting = liveness.held_device(settings, wait_seconds=30, still_wanted=still_wanted)
        with pytest.raises(WrongState, match="withdrawn"), waiting:
            pass
    assert len(asked) == 2
