"""Rates and time: warm-up, the time budget, polling, how long is left."""

from __future__ import annotations

import pytest

from plateseg.domain.runs import RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.learning.pace import Pace
from plateseg.learning.records import Records
from plateseg.learning.schedule import epoch_scores, epochs_without_better, progress_of, rate_factor


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _pace(clock: Clock, *, asks: list[float] | None = None, stop_at: float = 1e9, **config: object) -> Pace:
    def stop_requested() -> bool:
        if asks is not None:
            asks.append(clock.now)
        return clock.now >= stop_at

    return Pace(
        TrainConfig(**config),
        Records(train_count=40),
        steps_per_epoch=10,
        val_steps=2.0,
        stop_requested=stop_requested,
        begin=100.0,
        clock=clock,
    )


def test_the_rate_warms_up_and_falls_to_almost_nothing():
    rates = [rate_factor("cosine", share / 100) for share in range(101)]
    assert rates[0] < 0.05
    assert max(rates) == pytest.approx(1.0)
    assert rates.index(max(rates)) == 5
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("constant", [1, 1, 1, 1]), ("poly", [0.01, 1.0, 0.536, 0.01]), ("plateau", [0.01, 1, 1, 1])],
)
def test_other_schedules(schedule, expected):
    rates = [rate_factor(schedule, progress, [0.5, 0.6]) for progress in (0.0, 0.05, 0.525, 1.0)]
    assert rates == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], 1.0),
        ([0.1, 0.2, 0.3, 0.4, 0.5], 1.0),
        ([0.5, 0.4, 0.5, 0.5], 0.3),
        ([0.5, 0.4, 0.4, 0.6, 0.4, 0.4], 1.0),
        ([0.5] + [0.4] * 6, 0.09),
        ([0.5] + [0.4] * 60, 0.01),
    ],
)
def test_a_plateau_lowers_the_rate_after_three_epochs_without_a_better_score(scores, expected):
    assert rate_factor("plateau", 0.5, scores) == pytest.approx(expected)


def test_patience_counts_whole_epochs_since_the_best():
    history = [{"epoch": epoch, "val/mean_iou": score} for epoch, score in [(1.0, 0.5), (1.5, 0.9), (2.0, 0.6)]]
    assert epoch_scores(history) == [0.5, 0.6]
    assert [epochs_without_better(scores) for scores in ([], [0.5], [0.5, 0.6], [0.6, 0.5, 0.4])] == [0, 0, 0, 2]


def test_an_epoch_judged_in_part_because_somebody_waited_is_no_measure_for_those_judged_whole():
    """A run stopped at an epoch's end and resumed: the first photographs are easy, nothing is ever as good again."""
    history = [
        {"epoch": 1.0, "val/mean_iou": 0.5},
        {"epoch": 2.0, "val/mean_iou": 0.9, "val/share": 0.2},
        {"epoch": 3.0, "val/mean_iou": 0.6, "val/share": 1.0},
    ]
    assert epoch_scores(history) == [0.5, 0.6]
    assert epoch_scores(history[1:2]) == [0.9], "where every epoch was judged in part, there is nothing better"


@pytest.mark.parametrize(
    ("step", "elapsed", "budget", "expected"),
    [(50, 999.0, 0.0, 0.5), (50, 90.0, 100.0, 0.9), (50, 10.0, 100.0, 0.5), (50, 500.0, 100.0, 1.0)],
)
def test_progress_is_by_steps_or_by_time_whichever_is_further(step, elapsed, budget, expected):
    assert progress_of(step=step, total_steps=100, elapsed=elapsed, budget_seconds=budget) == expected


def test_a_time_budget_ends_with_room_for_validation():
    clock = Clock()
    pace = _pace(clock, time_budget_minutes=10)
    pace.step_seconds = 2.0
    pace.judged(15.0)
    clock.now = 100 + 600 - 18
    assert pace.ending() is None
    clock.now = 100 + 600 - 16
    ending = pace.ending()
    assert ending is not None
    assert ending.status is RunStatus.FINISHED
    assert "10 minutes" in ending.reason


def test_room_for_validation_is_reckoned_from_a_look_at_a_part_of_it():
    clock = Clock()
    pace = _pace(clock, time_budget_minutes=10)
    pace.step_seconds = 2.0
    pace.judged(15.0, share=0.25)
    clock.now = 100 + 600 - 63
    assert pace.ending() is None
    clock.now = 100 + 600 - 61
    assert pace.ending() is not None


@pytest.mark.parametrize(("minutes", "words"), [(1, "The time budget of 1 minute is used"), (0.5, "of 0.5 minutes is")])
def test_a_time_budget_is_told_in_words(minutes, words):
    clock = Clock()
    pace = _pace(clock, time_budget_minutes=minutes)
    clock.now = 100 + 60 * minutes
    assert words in pace.ending().reason


@pytest.mark.parametrize(
    ("patience", "words"), [(1, "No better model for 1 epoch:"), (2, "No better model for 2 epochs:")]
)
def test_the_end_of_patience_is_told_in_words(patience, words):
    pace = _pace(Clock(), patience=patience)
    pace._records.history += [{"epoch": float(epoch), "val/mean_iou": 0.5} for epoch in range(1, patience + 2)]
    ending = pace.ending()
    assert (ending.status, ending.reason.startswith(words)) == (RunStatus.FINISHED, True)


def test_a_stop_is_looked_up_twice_a_second_and_never_forgotten():
    clock, asks = Clock(), []
    pace = _pace(clock, asks=asks, stop_at=102.0)
    for tick in range(40):
        clock.now = 100 + tick * 0.1
        pace.ending()
    assert len(asks) <= 6
    clock.now = 90.0  # the machine's clock jumped back
    ending = pace.ending()
    assert ending is not None
    assert ending.status is RunStatus.STOPPED


def test_validation_is_cut_short_for_somebody_who_waits():
    clock = Clock()
    pace = _pace(clock, stop_at=101.0)
    assert pace.judging_limit() == float("inf")
    clock.now = 102.0
    assert pace.judging_limit() == 20.0


def test_the_time_left_counts_validation_and_checkpoints():
    pace = _pace(Clock())
    pace.step_seconds = 1.0
    pace.judged(5.0)
    pace.saved(1.0)
    assert pace.seconds_per_step == pytest.approx(1.6)


def test_large_weights_are_not_written_after_every_short_epoch():
    clock = Clock()
    pace = _pace(clock)
    pace.saved(3.0)
    clock.now += 20
    assert not pace.worth_saving()
    clock.now += 11
    assert pace.worth_saving()


def test_a_checkpoint_falls_due_by_time():
    clock = Clock()
    pace = _pace(clock, checkpoint_minutes=2.0)
    clock.now += 119
    assert not pace.checkpoint_due()
    clock.now += 1
    assert pace.checkpoint_due()
