"""Training runs: where one stands, what it measured, which weights it kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plateseg.domain.train_config import TrainConfig


class RunStatus(StrEnum):
    """State of a run. LOST is derived from a silent or dead process, never stored."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"


STARTER = "starter"
"""Origin of the model that is shipped with plateseg."""


class CheckpointKind(StrEnum):
    """BEST by validation mean IoU, LAST for resuming, EPOCH kept every k epochs."""

    BEST = "best"
    LAST = "last"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One measured number of a run. `epoch` is fractional within an epoch; `step` counts optimiser steps from 1.

    Names in use: `train/loss`, `train/iou` by step; `val/loss`, `val/iou` (pooled counts), `val/mean_iou`
    (per-image mean) by epoch; `images_per_second`, `data_wait` (share 0..1), `memory_mb`.
    """

    step: int
    epoch: float
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Saved weights of a run. `blob` holds a file torch.load reads with weights_only=True."""

    id: int
    run_id: int
    kind: CheckpointKind
    epoch: int
    step: int
    val_iou: float | None
    blob: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One training run as it stands."""

    id: int
    name: str
    config: TrainConfig
    snapshot_id: int
    status: RunStatus
    stop_requested: bool
    device: str
    host: str
    pid: int
    heartbeat_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    created_at: datetime
    epoch: int
    step: int
    steps_per_epoch: int
    seconds_per_step: float | None
    message: str
    """Why it ended, or what it is doing now: one sentence."""
    best_iou: float | None
    best_epoch: int | None
    champion: bool
    origin: str = "trained"
    """"trained" here, or STARTER: shipped with plateseg, and replaced as champion by the first run that is better."""
    batch_taken: int = 0
    """Photographs of a batch as they are taken: as configured, or as found by trying. 0: not known yet."""
    worked_before: float = 0.0
    """Seconds of work before it was last resumed; a time budget counts them."""
