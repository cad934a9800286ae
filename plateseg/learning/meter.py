"""Gathers what a step measured and hands it on a few times a second, so that measuring costs next to nothing."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import torch

from plateseg.domain.metrics import PixelCounts
from plateseg.domain.runs import MetricPoint
from plateseg.errors import TrainingFailed
from plateseg.learning.learner import StepOutcome
from plateseg.learning.reporter import Reporter

_SECONDS_BETWEEN = 0.25
_SMOOTHING = 0.1


class StepMeter:
    """Between two flushes it only keeps references to tensors on the device; a flush is the one point that waits."""

    def __init__(self, reporter: Reporter, *, device: str, learning_rate: float, clock: Callable[[], float]) -> None:
        self._reporter = reporter
        self._device = device
        self._learning_rate = learning_rate
        self._clock = clock
        self._outcomes: list[StepOutcome] = []
        self._images = 0
        self._waited = 0.0
        self._since = clock()
        self.seconds_per_step: float | None = None
        """Smoothed; None before the first flush."""

    def restart(self) -> None:
        """Leave out the time since the last flush: it went to validation or a checkpoint."""
        self._since = self._clock()

    def add(self, outcome: StepOutcome, *, images: int, waited: float) -> bool:
        """Take a step in; True when a flush is due."""
        self._outcomes.append(outcome)
        self._images += images
        self._waited += waited
        return self._clock() - self._since >= _SECONDS_BETWEEN

    def flush(self, *, step: int, epoch: float) -> None:
        """Hand on the means since the last flush. Raises TrainingFailed when the loss is no number any more."""
        if not self._outcomes:
            return
        loss = float(torch.stack([outcome.loss for outcome in self._outcomes]).mean())
        counts = [outcome.counts for outcome in self._outcomes if outcome.counts is not None]
        seconds = max(self._clock() - self._since, 1e-9)
        self.refuse_no_number(loss, step=step)
        self._smooth(seconds / len(self._outcomes))
        values = {
            "train/loss": loss,
            **({"train/iou": PixelCounts(*torch.stack(counts).sum(dim=0).tolist()).iou} if counts else {}),
            "images_per_second": self._images / seconds,
            "data_wait": min(1.0, self._waited / seconds),
            "memory_mb": memory_mb(self._device),
        }
        self._reporter.metrics([MetricPoint(step, epoch, name, value) for name, value in values.items()])
        self._outcomes.clear()
        self._images, self._waited, self._since = 0, 0.0, self._clock()

    def refuse_no_number(self, loss: float, *, step: int) -> None:
        """Raise TrainingFailed where a loss, of training or of validation, tells that the weights are broken."""
        if not math.isfinite(loss):
            raise TrainingFailed(
                f"The loss was no longer a number at step {step}. Resume is of no use here: train again with a lower "
                f"learning rate, such as {self._learning_rate / 10:g}."
            )

    def _smooth(self, measured: float) -> None:
        before = self.seconds_per_step
        self.seconds_per_step = measured if before is None else before + _SMOOTHING * (measured - before)


def memory_mb(device: str) -> float:
    """The most memory used so far: on the GPU where there is one, else of this process; 0.0 where nobody can say."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated() / 2**20
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
