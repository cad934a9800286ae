"""What the loop tells while it trains, written into storage: metrics, heartbeats, checkpoints, previews."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from plateseg.domain import images, masks
from plateseg.domain.runs import CheckpointKind, MetricPoint, Run
from plateseg.domain.types import Image, Mask
from plateseg.errors import StorageUnavailable, WrongState
from storage import Storage

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
PREVIEW_SIDE = 512
PLATE_COLOUR = (0, 200, 120)
TRUTH_COLOUR = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class _Progress:
    epoch: int = 0
    step: int = 0
    steps_per_epoch: int = 0
    seconds_per_step: float | None = None
    message: str = "Preparing."
    batch_taken: int | None = None
    worked_before: float | None = None


class RunReporter:
    """learning.reporter.Reporter on top of storage; as a context it sends heartbeats from a thread of its own.

    A long step or validation thus never looks like silence. A database that is away for a while does not
    end hours of training: the beat is tried again, the numbers wait in memory.
    """

    def __init__(self, storage: Storage, run: Run) -> None:
        self._storage = storage
        self._run = run
        self._progress = _Progress(run.epoch, run.step, run.steps_per_epoch, run.seconds_per_step)
        self._stop = threading.Event()
        self._end = threading.Event()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: list[MetricPoint] = []
        self._watched: tuple[int, ...] = ()
        self._thread = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)

    def __enter__(self) -> RunReporter:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._end.set()
        self._thread.join()
        self._beat()

    def watch(self, item_ids: tuple[int, ...]) -> None:
        """Say which item each validation index is, so that its previews go when it is deleted."""
        self._watched = item_ids

    def request_stop(self) -> None:
        """Ask the loop to stop, from a signal."""
        self._stop.set()

    def stop_requested(self) -> bool:
        """Whether somebody asked for a stop."""
        return self._stop.is_set()

    def metrics(self, points: Sequence[MetricPoint]) -> None:
        """Keep points; they are written with the next heartbeat, in one transaction."""
        with self._lock:
            self._waiting.extend(points)

    def begin(self, batch_size: int, worked: float) -> None:
        """What a batch holds and how long the run has worked already; written with the next heartbeat."""
        self._progress = replace(self._progress, batch_taken=batch_size, worked_before=worked)

    def progress(self, epoch: int, step: int, steps_per_epoch: int, seconds_per_step: float) -> None:
        """Where the run is."""
        message = f"Training: epoch {min(epoch + 1, self._run.config.epochs)}, step {step}."
        self._progress = replace(
            self._progress,
            epoch=epoch,
            step=step,
            steps_per_epoch=steps_per_epoch,
            seconds_per_step=seconds_per_step,
            message=message,
        )

    def say(self, message: str) -> None:
        """What the run does now, where that is not training."""
        log.info("%s", message)
        self._progress = replace(self._progress, message=message)

    def checkpoint(self, kind: CheckpointKind, path: Path, epoch: int, step: int, val_iou: float | None) -> None:
        """Move a weights file into storage. What was measured until then is written first: the two must agree.

        Raises StorageUnavailable: a resume from weights whose curve is not there would leave a gap in it. Raises
        WrongState when the run is another process's by now.
        """
        try:
            self._storage.runs.refuse_stranger(self._run)
            self._write_waiting()
            self._storage.checkpoints.add(self._run.id, kind, path, epoch=epoch, step=step, val_iou=val_iou)
        except StorageUnavailable as error:
            raise StorageUnavailable(f"The {kind.value} checkpoint of epoch {epoch} was not kept. {error}") from error
        path.unlink(missing_ok=True)

    def preview(self, epoch: int, index: int, image: Image, truth: Mask, predicted: Mask) -> None:
        """Keep a picture of what the model sees in a validation photograph; a training goes on without it."""
        if index >= len(self._watched):
            return
        item_id = self._watched[index]
        drawn = masks.overlay(image, predicted, colour=PLATE_COLOUR, opacity=0.45)
        drawn[masks.outline(truth) > 0] = TRUTH_COLOUR
        jpeg = images.thumbnail(drawn, side=PREVIEW_SIDE)
        try:
            self._keep_preview(epoch, index, item_id, jpeg)
        except StorageUnavailable as error:
            log.warning("The preview of photograph %d was not kept: %s", item_id, error)

    def _keep_preview(self, epoch: int, index: int, item_id: int, jpeg: bytes) -> None:
        item = self._storage.items.get_many([item_id]).get(item_id)
        if item is None:
            return
        self._storage.previews.put(
            self._run.id, epoch=epoch, position=index, item_id=item_id, name=item.name, jpeg=jpeg
        )

    def note(self, message: str) -> None:
        """A word for the log."""
        log.info("%s", message)

    def _beat_on(self) -> None:
        while not self._end.wait(BEAT_SECONDS):
            self._beat()

    def _write_waiting(self) -> None:
        """Write the points that wait; when this returns none is on its way in the other thread either."""
        with self._writing:
            with self._lock:
                points, self._waiting = self._waiting, []
            try:
                self._storage.metrics.add(self._run.id, points)
            except StorageUnavailable:
                with self._lock:
                    self._waiting = [*points, *self._waiting]
                raise

    def _beat(self) -> None:
        now = self._progress
        try:
            self._storage.runs.refuse_stranger(self._run)
            self._write_waiting()
            asked = self._storage.runs.beat(
                self._run.id,
                pid=self._run.pid,
                epoch=now.epoch,
                step=now.step,
                steps_per_epoch=now.steps_per_epoch,
                seconds_per_step=now.seconds_per_step,
                message=now.message,
                batch_taken=now.batch_taken,
                worked_before=now.worked_before,
            )
        except StorageUnavailable as error:
            log.warning("Heartbeat missed: %s", error)
            return
        except WrongState as error:
            log.warning("%s", error)
            asked = True
        if asked:
            self._stop.set()
