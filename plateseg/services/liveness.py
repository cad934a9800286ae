"""Whether a run's process lives: by a lock the kernel takes back at death, not by clocks or process numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from filelock import FileLock, Timeout

from plateseg.domain.types import Run, RunStatus
from plateseg.errors import WrongState
from plateseg.settings import Settings

SILENCE = timedelta(seconds=60)
"""A run on another machine is lost after this long without a heartbeat."""


@contextmanager
def held_alive(settings: Settings, run_id: int) -> Iterator[None]:
    """Show the run alive for as long as this block runs; death by any cause ends it. Raises WrongState."""
    folder = settings.run_folder(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "alive.lock", timeout=10):
            yield
    except Timeout as error:
        raise WrongState(f"Run {run_id} is already being trained by another process.") from error


@contextmanager
def held_device(settings: Settings, *, wait_seconds: float) -> Iterator[None]:
    """Have this machine's training device to oneself. Raises WrongState when it stays busy."""
    settings.runs_folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.runs_folder / "device.lock", timeout=wait_seconds):
            yield
    except Timeout as error:
        raise WrongState("The device is busy with another run; this one waits in the queue.") from error


def device_is_free(settings: Settings) -> bool:
    """Whether no run trains on this machine now."""
    settings.runs_folder.mkdir(parents=True, exist_ok=True)
    return _is_free(FileLock(settings.runs_folder / "device.lock"))


def as_it_stands(run: Run, settings: Settings, now: datetime) -> Run:
    """The run with its derived status: RUNNING reads LOST when its process is gone."""
    if run.status is not RunStatus.RUNNING or _is_alive(run, settings, now):
        return run
    continues = f" Resume continues from epoch {run.epoch}." if run.epoch else " Resume starts it again."
    reason = (
        f"The process (pid {run.pid} on {run.host}) is gone without a word: killed from outside, "
        f"out of memory, or the machine went down.{continues}"
    )
    return replace(run, status=RunStatus.LOST, message=reason)


def _is_alive(run: Run, settings: Settings, now: datetime) -> bool:
    if run.host == settings.machine:
        # The clock may jump, a process number may be given out again: the lock tells the truth.
        lock = settings.run_folder(run.id) / "alive.lock"
        return lock.exists() and not _is_free(FileLock(lock))
    return run.heartbeat_at is not None and now - run.heartbeat_at < SILENCE


def _is_free(lock: FileLock) -> bool:
    try:
        with lock.acquire(timeout=0):
            return True
    except Timeout:
        return False
