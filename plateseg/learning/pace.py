"""A run and the clock: how far it is, when it must end, what a step takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plateseg.domain.runs import RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.learning.records import Records
from plateseg.learning.schedule import epoch_scores, epochs_without_better, progress_of

_POLL_SECONDS = 0.5
_QUICK_SECONDS = 20.0
_JUDGING_SHARE = 0.15
_SAVING_SHARE = 0.1
_FORWARD_SHARE = 0.35
"""Of a training step's time; foretells how long validation takes before it was measured."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run ends before its last epoch."""

    status: RunStatus
    reason: str


class Pace:
    """Asks the clock, and decides nothing else. val_steps: validation photographs in steps, of as many each."""

    def __init__(
        self,
        config: TrainConfig,
        records: Records,
        *,
        steps_per_epoch: int,
        val_steps: float,
        stop_requested: Callable[[], bool],
        begin: float,
        clock: Callable[[], float],
    ) -> None:
        self.clock = clock
        self.steps_per_epoch = steps_per_epoch
        self.step_seconds = 0.0
        self._config = config
        self._records = records
        self._val_steps = val_steps
        self._stop_requested = stop_requested
        self._stop_seen = False
        self._begin = begin - records.elapsed
        self._polled_at = self._saved_at = clock()
        self._saving_seconds = 0.0
        self._judging_seconds: float | None = None
        self._budget = config.time_budget_minutes * 60

    @property
    def elapsed(self) -> float:
        """Seconds of work since the run's very beginning."""
        return self.clock() - self._begin

    @property
    def progress(self) -> float:
        """How much of the run lies behind, 0..1."""
        return progress_of(
            step=self._records.step,
            total_steps=self.steps_per_epoch * self._config.epochs,
            elapsed=self.elapsed,
            budget_seconds=self._budget,
        )

    @property
    def seconds_per_step(self) -> float:
        """With validation and checkpoints shared out among the steps of an epoch."""
        return self.step_seconds + ((self._judging_seconds or 0.0) + self._saving_seconds) / self.steps_per_epoch

    def ending(self) -> Ending | None:
        """Whether the run must end now: a person's stop, or a time budget with room left for one validation only."""
        if self.stop_seen():
            return Ending(RunStatus.STOPPED, f"Stopped by a person in epoch {self._records.epoch_number}.")
        if self._is_patience_used():
            return Ending(
                RunStatus.FINISHED,
                f"No better model for {_counted(self._config.patience, 'epoch')}: patience is at its end.",
            )
        if self._budget and self.elapsed + self._needed_at_end() >= self._budget:
            minutes = _counted(self._config.time_budget_minutes, "minute")
            epochs = f"{self._records.epoch + self._records.position / self.steps_per_epoch:.1f}"
            return Ending(RunStatus.FINISHED, f"The time budget of {minutes} is used: {epochs} epochs.")
        return None

    def stop_seen(self) -> bool:
        """Whether a person asked to stop; looks it up twice a second at the most, and never forgets a yes."""
        if self._stop_seen or self.clock() - self._polled_at < _POLL_SECONDS:
            return self._stop_seen
        self._polled_at = self.clock()
        self._stop_seen = self._stop_requested()
        return self._stop_seen

    def judging_limit(self) -> float:
        """Seconds a validation may take: all it wants, but little when somebody waits or the budget is small."""
        if self.stop_seen():
            return _QUICK_SECONDS
        return max(_QUICK_SECONDS, _JUDGING_SHARE * self._budget) if self._budget else float("inf")

    def mid_epoch_limit(self) -> float:
        """Seconds for a look at validation at a checkpoint in the middle of an epoch."""
        return min(self.judging_limit(), _JUDGING_SHARE * self._config.checkpoint_minutes * 60)

    def checkpoint_due(self) -> bool:
        """By time, in the middle of an epoch."""
        return self.clock() - self._saved_at >= self._config.checkpoint_minutes * 60

    def worth_saving(self) -> bool:
        """At an epoch's end: yes, unless writing takes over a tenth of the time (large weights, short epochs)."""
        return self.clock() - self._saved_at >= self._saving_seconds / _SAVING_SHARE

    def judged(self, seconds: float, *, share: float = 1.0) -> None:
        """A validation of this share of the photographs took this long."""
        self._judging_seconds = seconds / share

    def saved(self, seconds: float) -> None:
        """A `last` checkpoint took this long."""
        self._saving_seconds = seconds
        self._saved_at = self.clock()

    def _is_patience_used(self) -> bool:
        patience = self._config.patience
        return 0 < patience <= epochs_without_better(epoch_scores(self._records.history))

    def _needed_at_end(self) -> float:
        judging = self._judging_seconds
        if judging is None:
            judging = self.step_seconds * _FORWARD_SHARE * self._val_steps
        return min(judging, self.judging_limit()) + 2 * self._saving_seconds + self.step_seconds


def _counted(number: float, noun: str) -> str:
    """ "1 epoch", "2.5 minutes" """
    return f"{number:g} {noun}" + ("" if number == 1 else "s")
