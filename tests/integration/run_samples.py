"""Runs in every state, put there through storage as the trainer would."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from plateseg.domain.runs import CheckpointKind, MetricPoint, Run, RunStatus
from plateseg.services import liveness
from plateseg.settings import Settings
from storage import Storage
from tests.integration.storage_samples import queued

ENDED = (RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.FAILED)


def run_in(
    storage: Storage,
    settings: Settings,
    status: RunStatus,
    stack: ExitStack,
    *,
    model: bool = False,
    epoch: int = 3,
    **config: object,
) -> Run:
    """A run that reads `status`. A running one is held alive by `stack`, as its process would."""
    run = queued(storage, f"a {status.value} run", **{"epochs": 3} | config)
    if status is RunStatus.QUEUED:
        return run
    if status is RunStatus.RUNNING:
        stack.enter_context(liveness.held_alive(settings, run.id))
    run = storage.runs.claim(run.id, device="cpu", host=settings.machine, pid=4711)
    storage.runs.beat(
        run.id, pid=4711, epoch=epoch, step=10 * epoch, steps_per_epoch=10, seconds_per_step=0.5, message="Training."
    )
    if model:
        give_model(storage, run, settings.home)
    if status in ENDED:
        storage.runs.finish(run.id, status, f"It {status.value}.")
    return storage.runs.get(run.id)


def give_model(storage: Storage, run: Run, folder: Path, *, iou: float = 0.8) -> None:
    """Weights that would predict, were they weights."""
    weights = folder / f"weights-{run.id}.pt"
    weights.write_bytes(f"weights of run {run.id}".encode())
    for kind in (CheckpointKind.BEST, CheckpointKind.LAST):
        storage.checkpoints.add(run.id, kind, weights, epoch=1, step=10, val_iou=iou)
    weights.unlink()


def curve(storage: Storage, run: Run, steps: int, *, first: int = 1) -> None:
    """A loss that falls, one point a step."""
    points = [MetricPoint(step, step / 10, "train/loss", 1 / step) for step in range(first, first + steps)]
    storage.metrics.add(run.id, points)
