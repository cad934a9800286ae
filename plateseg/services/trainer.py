"""The training process: claim a run once, fit, report, end. Shares nothing with the app except storage."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from plateseg.domain import images, masks
from plateseg.domain.runs import CheckpointKind, Run, RunStatus
from plateseg.domain.types import ImageItem, Snapshot, SnapshotEntry, Split
from plateseg.errors import PlatesegError, StorageUnavailable, WrongState
from plateseg.logs import also_logged_to
from plateseg.services import judging, liveness, run_caches, verdicts
from plateseg.services.models import weights_of
from plateseg.services.prediction import Models
from plateseg.services.run_reporter import RunReporter
from plateseg.settings import Settings
from storage import Storage

if TYPE_CHECKING:
    from plateseg.learning.cache import Sample

log = logging.getLogger(__name__)

NICENESS = 10
LOG = "log.txt"
JUDGING_SECONDS, JUDGING_SECONDS_STOPPED = 600.0, 20.0
"""How long judging may take after a run that finished, and after one that a person waits to see stopped."""
PATIENCE_SECONDS = (1.0, 4.0, 15.0, 40.0)
"""How long to wait between attempts to write down how a run ended."""


def train(storage: Storage, settings: Settings, run_id: int, *, wait_seconds: float) -> Run:
    """Train a queued run in this process until it has ended; returns it as it ended.

    Raises WrongState when the device stays busy for `wait_seconds`, or the run is not queued (any more).
    Whatever else goes wrong is written into the run as a sentence, with the details in the log.
    """
    be_modest()

    def still_wanted() -> None:
        _refuse_unless_queued(storage, run_id)

    with (
        liveness.held_device(settings, wait_seconds=wait_seconds, still_wanted=still_wanted),
        liveness.held_alive(settings, run_id),
        also_logged_to(settings.run_folder(run_id) / LOG),
    ):
        run_caches.drop_others(settings, run_id)
        run = storage.runs.claim(run_id, device="", host=settings.machine, pid=os.getpid())
        with RunReporter(storage, run) as reporter, _signals_stop(reporter):
            status, message = _outcome(storage, settings, run, reporter)
            # Before the last words are written: on a full disk this makes room for them.
            run_caches.drop(settings, run_id)
            if status is not RunStatus.FAILED:
                reporter.say("Judging the best model on the validation photographs.")
                _judge(storage, settings, run_id, _until_stopped(reporter, stopped=status is RunStatus.STOPPED))
        ended = _end(storage, run, status, message)
        log.info("Run %d %s: %s", run_id, ended.status.value, message)
        if status is RunStatus.FAILED:
            # Told first: whoever waits for the reason need not wait for figures.
            _judge(storage, settings, run_id, _until_taken_up(storage, run_id))
    return ended


def be_modest() -> None:
    """Leave the machine usable: lower this process's priority, so that the page stays quick.

    To NICENESS and no further: whoever is started by a modest process is modest already.
    """
    if hasattr(os, "nice"):
        os.nice(max(0, NICENESS - os.nice(0)))


def _refuse_unless_queued(storage: Storage, run_id: int) -> None:
    status = storage.runs.get(run_id).status
    if status is not RunStatus.QUEUED:
        raise WrongState(
            f"Run {run_id} left the queue: it is {status.value}, withdrawn or taken by another process. "
            "`python -m plateseg runs` shows where it stands."
        )


def _end(storage: Storage, run: Run, status: RunStatus, message: str) -> Run:
    """Write down how a run ended; a full disk or a busy database is waited for, for a while."""
    for pause in PATIENCE_SECONDS:
        try:
            return _finish(storage, run, status, message)
        except StorageUnavailable as error:
            log.warning("How the run ended could not be written yet: %s", error)
            time.sleep(pause)
    return _finish(storage, run, status, message)


def _finish(storage: Storage, run: Run, status: RunStatus, message: str) -> Run:
    storage.runs.refuse_stranger(run)  # who lost the run to another process promotes nothing
    # The champion first: whoever sees the run ended finds its model in use already.
    if status is not RunStatus.FAILED and storage.checkpoints.get(run.id, CheckpointKind.BEST) is not None:
        verdicts.succeed(storage, storage.runs.get(run.id))
    return storage.runs.finish(run.id, status, message, owner=run)


def _until_stopped(reporter: RunReporter, *, stopped: bool) -> Callable[[], bool]:
    """Judge until somebody asks for a stop; after a stop, for as long as who asked can be expected to wait."""
    in_time = judging.for_seconds(JUDGING_SECONDS_STOPPED if stopped else JUDGING_SECONDS)
    return lambda: in_time() and (stopped or not reporter.stop_requested())


def _until_taken_up(storage: Storage, run_id: int) -> Callable[[], bool]:
    """Judge a failed run until it is resumed."""
    in_time = judging.for_seconds(JUDGING_SECONDS)
    return lambda: in_time() and storage.runs.get(run_id).status is RunStatus.FAILED


def _judge(storage: Storage, settings: Settings, run_id: int, keep_going: Callable[[], bool]) -> None:
    """Judge the best model, where there is one, against the champion; a judgement that fails costs no run its end.

    What is left undone is done when somebody asks for the verdict.
    """
    try:
        if storage.checkpoints.get(run_id, CheckpointKind.BEST) is None:
            return
        judgement = verdicts.judge(storage, Models(settings.scratch / "models"), run_id, keep_going=keep_going)
    except Exception as error:
        unexpected = not isinstance(error, PlatesegError)
        log.warning("Not judged: %s `runs --verdict %d` tries again.", error, run_id, exc_info=unexpected)
        return
    if judgement is not None and judgement.against is not None:
        verdict = judgement.verdict.sentence if judgement.verdict else "no photographs in common"
        log.info("Against run %d, %s: %s.", judgement.against.run_id, judgement.against.name, verdict)


def _outcome(storage: Storage, settings: Settings, run: Run, reporter: RunReporter) -> tuple[RunStatus, str]:
    try:
        return _fit(storage, settings, run, reporter)
    except PlatesegError as error:
        log.error("%s", error)
        return RunStatus.FAILED, str(error)
    except MemoryError:
        log.exception("Out of memory.")
        return RunStatus.FAILED, "The machine ran out of memory. Try a smaller image size or batch size."
    except Exception as error:
        # The edge of the process: whatever it was, the run must not stay "running" and the person must be told.
        log.exception("The run failed.")
        return RunStatus.FAILED, f"Unexpected error: {type(error).__name__}: {error} The log below has the details."


def _fit(storage: Storage, settings: Settings, run: Run, reporter: RunReporter) -> tuple[RunStatus, str]:
    from plateseg.learning import architectures, loop, threads  # torch is loaded here, after the claim
    from plateseg.learning import team as teams

    threads.leave_room()
    architecture, device = architectures.resolve(run.config)
    config = replace(run.config, architecture=architecture)
    storage.runs.settle(run.id, device=device, config=config)
    log.info("Training %s on %s.", architecture, device)
    cache = run_caches.folder(settings, run.id)
    team = teams.join(rank=settings.rank, size=settings.processes, local_rank=settings.local_rank)
    try:
        given = _given(storage, replace(run, config=config), scratch=cache)
        reporter.watch(tuple(entry.item_id for entry in _present(given.snapshot.part(Split.VAL), given.items)))
        team.tell(run.id)
        result = loop.fit(
            config,
            samples(storage, given.snapshot, Split.TRAIN, given.items),
            samples(storage, given.snapshot, Split.VAL, given.items),
            reporter,
            cache_dir=cache,
            resume=given.resume,
            start_from=given.start_from,
            team=team,
        )
    finally:
        team.dismiss()
    return result.status, result.reason


@dataclass(frozen=True, slots=True)
class Given:
    """What a run begins with. resume, start_from: files of weights, or None."""

    snapshot: Snapshot
    items: dict[int, ImageItem]
    resume: Path | None
    start_from: Path | None


def given(storage: Storage, run: Run, *, scratch: Path) -> Given:
    """What a run begins with; changes nothing."""
    snapshot = storage.snapshots.get(run.snapshot_id)
    last = storage.checkpoints.get(run.id, CheckpointKind.LAST)
    resume = storage.blobs.local_path(last.blob, scratch) if last else None
    start_from = None
    if run.config.start_from and resume is None:  # a resumed run has its weights; where they came from may be gone
        start_from = weights_of(storage, run.config.start_from, scratch=scratch).path
    return Given(snapshot, storage.items.get_many(e.item_id for e in snapshot.entries), resume, start_from)


def _given(storage: Storage, run: Run, *, scratch: Path) -> Given:
    """The same for the process that leads: a curve that runs ahead of the checkpoint is cut back to it."""
    last = storage.checkpoints.get(run.id, CheckpointKind.LAST)
    storage.metrics.forget_after(run.id, last.step if last else 0)
    if last:
        log.info("Resuming run %d from epoch %d, step %d.", run.id, last.epoch, last.step)
    return given(storage, run, scratch=scratch)


def samples(storage: Storage, snapshot: Snapshot, split: Split, items: dict[int, ImageItem]) -> list[Sample]:
    """What the loop reads: photographs and masks of one split; those deleted since are left out, with a word.

    Raises WrongState when none is left.
    """
    part = snapshot.part(split)
    present = _present(part, items)
    what = f"{'training' if split is Split.TRAIN else 'validation'} photographs"
    if len(present) < len(part):
        log.warning("%d of %d %s were deleted since.", len(part) - len(present), len(part), what)
    if not present:
        raise WrongState(f"All {what} of this run's snapshot were deleted. Start a new run.")
    return [_sample(storage, items[entry.item_id], entry) for entry in present]


def _sample(storage: Storage, item: ImageItem, entry: SnapshotEntry) -> Sample:
    from plateseg.learning.cache import Sample

    return Sample(
        name=item.name,
        read_image=lambda: images.read(storage.blobs.get(item.image_blob)),
        read_mask=lambda: masks.read_png(storage.blobs.get(entry.mask_blob)),
    )


def _present(part: tuple[SnapshotEntry, ...], items: dict[int, ImageItem]) -> list[SnapshotEntry]:
    return [entry for entry in part if entry.item_id in items]


@contextmanager
def _signals_stop(reporter: RunReporter) -> Iterator[None]:
    """Ctrl-C and SIGTERM ask for a stop that saves; a second one ends the process at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_signal(number: int, _frame: FrameType | None) -> None:
        log.info("Stopping: validating and saving first. Once more to end at once.")
        reporter.request_stop()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
