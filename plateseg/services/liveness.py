"""Whether a run's process lives: by a lock the kernel takes back at death, not by clocks or process numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from filelock import FileLock, Timeout

from plateseg.domain.runs import Run, RunStatus
from plateseg.errors import WrongState
from plateseg.settings import Settings

SILENCE = timedelta(seconds=60)
"""A run on another machine is lost after this long without a heartbeat."""


@contextmanager
def held_alive(settings: Settings, run_id: int) -> Iterator[None]:
    """Show the run alive for as long as this block runs; death by any cause ends it. Raises WrongState."""
    with held(settings.run_folder(run_id), busy=f"Run {run_id} is already being trained by another process."):
        yield


@contextmanager
def held(folder: Path, *, busy: str) -> Iterator[None]:
    """Show that a process works in a folder for as long as this block runs. Raises WrongState: `busy`."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "alive.lock", timeout=10):
            yield
    except Timeout as error:
        raise WrongState(busy) from error


def is_held(folder: Path) -> bool:
    """Whether a process works in a folder now."""
    return not _is_free(folder / "alive.lock")


@contextmanager
def held_device(
    settings: Settings, *, wait_seconds: float, still_wanted: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Have this machine's training device to oneself. Raises WrongState when it stays busy.

    still_wanted: asked once a second of waiting; what it raises ends the wait.
    """
    settings.runs_folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(_device_lock(settings))
    if not _acquired(lock, wait_seconds, still_wanted):
        raise WrongState("The device is busy with another run; this one waits in the queue.")
    try:
        yield
    finally:
        lock.release()


def device_is_free(settings: Settings) -> bool:
    """Whether no run trains on this machine now."""
    return _is_free(_device_lock(settings))


def as_it_stands(run: Run, settings: Settings, now: datetime) -> Run:
    """The run with its derived status: RUNNING reads LOST when its process is gone."""
    if run.status is not RunStatus.RUNNING or _is_alive(run, settings, now):
        return run
    reason = (
        f"The process (pid {run.pid} on {run.host}) is gone without a word: killed from outside, "
        "out of memory, or the machine went down. "
        "Resume continues from its last checkpoint, or starts it again when there is none yet."
    )
    return replace(run, status=RunStatus.LOST, message=reason)


def _is_alive(run: Run, settings: Settings, now: datetime) -> bool:
    if run.host == settings.machine:
        # The clock may jump, a process number may be given out again: the lock tells the truth.
        return not _is_free(settings.run_folder(run.id) / "alive.lock")
    # A heartbeat from the future is as silent as an old one: a clock was set back, here or there.
    return run.heartbeat_at is not None and abs(now - run.heartbeat_at) < SILENCE


def _device_lock(settings: Settings) -> Path:
    return settings.runs_folder / "device.lock"


def _acquired(lock: FileLock, wait_seconds: float, still_wanted: Callable[[], None]) -> bool:
    for _ in range(max(1, ceil(wait_seconds))):
        still_wanted()
        try:
            lock.acquire(timeout=min(1.0, wait_seconds))
        except Timeout:
            continue
        return True
    return False


def _is_free(lock: Path) -> bool:
    if not lock.exists():
        return True
    with suppress(FileNotFoundError):  # released, and so removed, just now
        return _can_be_had(lock)
    return True


def _can_be_had(lock: Path) -> bool:
    if sys.platform == "win32":
        try:
            with FileLock(lock).acquire(timeout=0):
                return True
        except Timeout:
            return False
    import fcntl

    # A shared lock: two who look at the same time must not take each other for the process that trains.
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
