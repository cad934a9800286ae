"""How a run tells the outside what it does. Services implement this over storage; tests over lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from plateseg.domain.runs import CheckpointKind, MetricPoint
from plateseg.domain.types import Image, Mask


class Reporter(Protocol):
    """Called by `fit` from its own thread."""

    def metrics(self, points: Sequence[MetricPoint]) -> None:
        """New points of the curves, a few times a second at the most."""

    def begin(self, batch_size: int, worked: float) -> None:
        """The first step comes next, after a resume too.

        batch_size: photographs, as configured or as found by trying. worked: seconds of work before a resume.
        """

    def progress(self, epoch: int, step: int, steps_per_epoch: int, seconds_per_step: float) -> None:
        """Where the run stands.

        epoch: epochs completed. step: optimiser steps done since the run's beginning. seconds_per_step: measured,
        with the share of validation and checkpoints in it, so that steps left times this is the time left.
        """

    def checkpoint(self, kind: CheckpointKind, path: Path, epoch: int, step: int, val_iou: float | None) -> None:
        """A finished file lies at `path`; take it away before returning. epoch: 1 in and after the first epoch."""

    def preview(self, epoch: int, index: int, image: Image, truth: Mask, predicted: Mask) -> None:
        """A validation photograph at the network's scale; the same few indices each time."""

    def note(self, message: str) -> None:
        """One sentence for the log."""

    def stop_requested(self) -> bool:
        """Whether a person asked the run to stop; asked about twice a second."""
        ...


class Silence:
    """The reporter of a process that only computes: another one tells."""

    def metrics(self, points: Sequence[MetricPoint]) -> None:
        """Not told."""

    def begin(self, batch_size: int, worked: float) -> None:
        """Not told."""

    def progress(self, epoch: int, step: int, steps_per_epoch: int, seconds_per_step: float) -> None:
        """Not told."""

    def checkpoint(self, kind: CheckpointKind, path: Path, epoch: int, step: int, val_iou: float | None) -> None:
        """Not told."""

    def preview(self, epoch: int, index: int, image: Image, truth: Mask, predicted: Mask) -> None:
        """Not told."""

    def note(self, message: str) -> None:
        """Not told."""

    def stop_requested(self) -> bool:
        """Never: the leading process says when to stop."""
        return False
