"""The training run: `fit` prepares, trains, judges, keeps the best, and can be stopped at any step."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from plateseg.domain.runs import CheckpointKind, MetricPoint, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadConfig
from plateseg.learning.dataset import Batch, Sample
from plateseg.learning.memory import advice_when_out_of_memory
from plateseg.learning.meter import StepMeter
from plateseg.learning.pace import Ending, Pace
from plateseg.learning.prepare import Prepared, prepare
from plateseg.learning.reporter import Reporter
from plateseg.learning.schedule import epoch_scores, rate_factor
from plateseg.learning.team import Alone, Team

_NO_MODEL_YET = "Stopped before the first step: there is no model yet."
_AS_IT_WAS = "Stopped before the next step: the run's model is as it was."


@dataclass(frozen=True, slots=True)
class FitResult:
    """How a run ended. status: FINISHED or STOPPED; failures are raised. reason: one sentence."""

    status: RunStatus
    reason: str
    epochs_done: int
    """Whole epochs; 0 where a person's stop came before the run's state was read."""
    best_iou: float | None
    best_epoch: int | None


def fit(
    config: TrainConfig,
    train: Sequence[Sample],
    val: Sequence[Sample],
    reporter: Reporter,
    *,
    cache_dir: Path,
    resume: Path | None = None,
    start_from: Path | None = None,
    clock: Callable[[], float] = time.monotonic,
    team: Team | None = None,
) -> FitResult:
    """Train as configured and leave `best` and `last` checkpoints with the reporter.

    cache_dir: a folder of this run's own for scaled photographs and files on their way to the reporter.
    resume: a `last` checkpoint to continue exactly. start_from: a weights file to begin with. team: the processes
    that this one leads; they run `follow`.
    Raises BadConfig, BadCheckpoint, TrainingFailed or StorageUnavailable, each with a sentence for the person.
    """
    if not train or not val:
        raise BadConfig("Training needs at least one labelled photograph to train on and one to validate with.")
    begin, team = clock(), team or Alone()
    with advice_when_out_of_memory(config):
        prepared = prepare(
            config,
            train,
            val,
            reporter,
            cache_dir=cache_dir,
            resume=resume,
            start_from=start_from,
            clock=clock,
            team=team,
        )
        if prepared is None:
            return FitResult(RunStatus.STOPPED, _NO_MODEL_YET if resume is None else _AS_IT_WAS, 0, None, None)
        return Training(config, prepared, reporter, begin=begin, clock=clock, team=team).run()


class Training:
    """One run in progress. What a resume must know is in its records; everything else can be made anew."""

    def __init__(
        self,
        config: TrainConfig,
        prepared: Prepared,
        reporter: Reporter,
        *,
        begin: float,
        clock: Callable[[], float],
        team: Team,
    ) -> None:
        self._config = config
        self._prepared = prepared
        self._team = team
        self._reporter = reporter
        self._learner = prepared.learner
        self._judge = prepared.judge
        self._feeder = prepared.feeder
        self._files = prepared.files
        self._records = prepared.records
        self._saved_step = -1
        self._meter = StepMeter(
            reporter, device=prepared.learner.device, learning_rate=config.learning_rate, clock=clock
        )
        self._pace = Pace(
            config,
            prepared.records,
            steps_per_epoch=len(prepared.steps(config, 0)),
            val_steps=len(prepared.val) / (prepared.records.batch_size * config.accumulate),
            stop_requested=reporter.stop_requested,
            begin=begin,
            clock=clock,
        )

    def run(self) -> FitResult:
        """Train until the last epoch, the end of the time budget, or a person's stop."""
        while self._records.epoch < self._config.epochs:
            ending = (self._pace.ending() if self._records.step else None) or self._train_epoch()
            if ending is not None:
                return self._end_early(ending)
            self._end_epoch()
        self._save_last()
        count = self._config.epochs
        return self._result(RunStatus.FINISHED, f"Trained {count} epoch{'s' if count > 1 else ''}.")

    def _train_epoch(self) -> Ending | None:
        """Train what is left of the epoch under way; an Ending when the run shall not go on."""
        batches = self._prepared.steps(self._config, self._records.epoch)[self._records.position :]
        shares = [self._team.share(batch) for batch in batches]
        self._meter.restart()
        with closing(self._timed(self._feeder.epoch(self._records.epoch, shares))) as timed:
            for (batch, waited), whole in zip(timed, batches, strict=True):
                self._step(batch, waited, of=len(whole))
                ending = self._pace.ending()
                if ending is not None:
                    return ending
                # After the last batch the epoch's end judges and saves; twice at one step would bend the curve.
                if self._records.position < self._pace.steps_per_epoch and self._pace.checkpoint_due():
                    self._judge_now(self._pace.mid_epoch_limit)
                    self._save_last()
        return None

    def _step(self, batch: Batch, waited: float, *, of: int) -> None:
        rate = rate_factor(self._config.schedule, self._pace.progress, epoch_scores(self._records.history))
        self._team.tell(rate)
        outcome = self._learner.step(batch, rate, of=of)
        self._records.step += 1
        self._records.position += 1
        if self._meter.add(outcome, images=of, waited=waited):
            self._flush()

    def _end_epoch(self) -> None:
        self._complete_epoch()
        self._judge_now(self._pace.judging_limit)
        every = self._config.keep_every_epochs
        if every and self._records.epoch % every == 0:
            self._files.save_weights(CheckpointKind.EPOCH, self._records, self._records.history[-1]["val/mean_iou"])
        if self._pace.worth_saving():
            self._save_last()
        self._report_progress()

    def _end_early(self, ending: Ending) -> FitResult:
        """Leave a judged and usable model, quickly."""
        if self._records.position == self._pace.steps_per_epoch:
            self._complete_epoch()
        if self._records.judged_step < self._records.step:
            self._judge_now(self._pace.judging_limit)
        self._save_last()
        return self._result(ending.status, ending.reason)

    def _complete_epoch(self) -> None:
        self._records.epoch += 1
        self._records.position = 0

    def _judge_now(self, allowed: Callable[[], float]) -> None:
        """Validate the averaged weights, tell, and keep them when they are the best so far."""
        self._flush()
        records, number = self._records, self._records.epoch_number

        judgement = self._judge(
            self._learner,
            allowed=allowed,
            preview=lambda *pictures: self._reporter.preview(number, *pictures),
        )
        # A loss that is a number can have a gradient that is none: the step's weights are broken, and say nothing.
        self._meter.refuse_no_number(judgement.loss, step=records.step)
        if not judgement.complete:
            self._reporter.note(f"Validated on {len(judgement.scores)} photographs only, to be quick.")
        share = len(judgement.scores) / len(self._prepared.val)
        self._pace.judged(judgement.seconds, share=share)
        records.judged_step = records.step
        values = {"val/loss": judgement.loss, "val/iou": judgement.counts.iou, "val/mean_iou": judgement.mean_iou}
        records.history.append({"step": records.step, "epoch": self._epoch, "val/share": share, **values})
        self._reporter.metrics([MetricPoint(records.step, self._epoch, *item) for item in values.items()])
        if records.is_better(judgement):
            records.take_best(judgement)
            self._files.save_weights(CheckpointKind.BEST, records, judgement.mean_iou)
        self._meter.restart()

    def _save_last(self) -> None:
        if self._saved_step == self._records.step:
            return
        self._flush()
        begin = self._pace.clock()
        self._records.elapsed = self._pace.elapsed
        self._files.save_last(self._records)
        self._saved_step = self._records.step
        self._pace.saved(self._pace.clock() - begin)
        self._meter.restart()

    def _flush(self) -> None:
        self._meter.flush(step=self._records.step, epoch=self._epoch)
        self._pace.step_seconds = self._meter.seconds_per_step or 0.0
        self._report_progress()

    def _report_progress(self) -> None:
        pace, records = self._pace, self._records
        self._reporter.progress(records.epoch, records.step, pace.steps_per_epoch, pace.seconds_per_step)

    @property
    def _epoch(self) -> float:
        """Epochs done, the one under way as a fraction."""
        return self._records.epoch + self._records.position / self._pace.steps_per_epoch

    def _timed(self, batches: Iterator[Batch]) -> Generator[tuple[Batch, float], None, None]:
        """Each batch with the seconds it was waited for."""
        asked = self._pace.clock()
        try:
            for batch in batches:
                yield batch, self._pace.clock() - asked
                asked = self._pace.clock()
        finally:
            if isinstance(batches, Generator):
                batches.close()

    def _result(self, status: RunStatus, reason: str) -> FitResult:
        return FitResult(status, reason, self._records.epoch, self._records.best_iou, self._records.best_epoch)
