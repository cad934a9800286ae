"""Starting trainer processes from the queue: one at a time on this machine's device, oldest first."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from plateseg.domain.runs import Run, RunStatus
from plateseg.errors import PlatesegError
from plateseg.services import liveness, run_caches
from plateseg.settings import Settings
from storage import Storage

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
STARTUP_SECONDS = 30.0


def next_queued(storage: Storage) -> Run | None:
    """The run that waits longest, or None."""
    queued = storage.runs.all([RunStatus.QUEUED])
    return queued[-1] if queued else None


def launch(settings: Settings, run_id: int) -> subprocess.Popen[bytes]:
    """Start the process of a queued run: it outlives the page, the tab and the app.

    Its output goes to `log.txt` in the run's folder, appended, so that a resumed run keeps its history.
    """
    words = ["train", "--queued", str(run_id)]
    return spawn(words, settings.run_folder(run_id) / "log.txt", settings)


def spawn(words: Sequence[str], log_path: Path, settings: Settings) -> subprocess.Popen[bytes]:
    """Start `python -m plateseg` with these words as a process of its own, its output appended to a file."""
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("ab") as log_file:
        return subprocess.Popen(
            [sys.executable, "-m", "plateseg", *words],
            cwd=ROOT,
            env=settings.child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def farewell(storage: Storage, settings: Settings, now: datetime) -> str:
    """What goes on without the app, and what does not, in words for who closes it; empty where there is nothing."""
    runs = storage.runs.all([RunStatus.RUNNING, RunStatus.QUEUED])
    seen = [liveness.as_it_stands(run, settings, now) for run in runs]
    words = [
        f"Run {run.id} ({run.name}) goes on as a process of its own; `python -m plateseg runs --stop {run.id}` ends it."
        for run in seen
        if run.status is RunStatus.RUNNING
    ]
    if any(run.status is RunStatus.QUEUED for run in seen):
        words.append("What waits in the queue starts when the app is back.")
    return " ".join(words)


class Launcher:
    """A thread of the app that starts what waits when the device is free.

    It remembers nothing that matters: the queue is in storage, the device is a lock, a claim is made once.
    """

    def __init__(self, storage: Storage, settings: Settings, *, tick_seconds: float = 1.0) -> None:
        self._storage = storage
        self._settings = settings
        self._tick = tick_seconds
        self._wake = threading.Event()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, name="launcher", daemon=True)
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Begin to look after the queue."""
        self._thread.start()

    def wake(self) -> None:
        """Look now: something was queued."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread; trainer processes go on."""
        self._end.set()
        self._wake.set()
        self._thread.join(timeout=5)

    def launch_due(self) -> bool:
        """Start the oldest queued run if the device is free; returns whether one was started."""
        run = next_queued(self._storage)
        if run is None or not liveness.device_is_free(self._settings):
            return False
        child = launch(self._settings, run.id)
        self._children.append(child)
        self._await_claim(run.id, child)
        return True

    def _await_claim(self, run_id: int, child: subprocess.Popen[bytes]) -> None:
        waited = 0.0
        while waited < STARTUP_SECONDS and not self._end.wait(0.2):
            waited += 0.2
            if self._storage.runs.get(run_id).status is not RunStatus.QUEUED:
                return
            if child.poll() is not None:
                break
        # A process that ended while its run still waits lost the race for the device (exit code 0), or could not start.
        if child.returncode not in (0, None):
            self._storage.runs.fail_queued(
                run_id, f"The training process could not start (exit code {child.returncode}). Its log says why."
            )

    def _work(self) -> None:
        while not self._end.is_set():
            try:
                self._children = [child for child in self._children if child.poll() is None]
                if not self.launch_due():
                    run_caches.drop_abandoned(self._settings)
            except (PlatesegError, OSError):
                # The queue must be looked after for as long as the app lives, whatever one round meets.
                log.exception("The queue of runs could not be looked after; trying again.")
            self._wake.wait(self._tick)
            self._wake.clear()
