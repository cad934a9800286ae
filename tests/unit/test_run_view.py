"""Runs as the page shows them: time left, how far, what may be done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plateseg.domain.runs import Run, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import Split
from plateseg.domain.verdict import Decision, Verdict
from plateseg.services.run_view import progress, seconds_left, view
from storage.judgements import Judgement, Rival

NOW = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)
RUN = Run(
    id=3,
    name="first",
    config=TrainConfig(epochs=10),
    snapshot_id=1,
    status=RunStatus.RUNNING,
    stop_requested=False,
    device="cpu",
    host="here",
    pid=7,
    heartbeat_at=NOW,
    started_at=NOW - timedelta(seconds=100),
    ended_at=None,
    created_at=NOW - timedelta(seconds=200),
    epoch=2,
    step=20,
    steps_per_epoch=10,
    seconds_per_step=2.0,
    message="Training.",
    best_iou=0.5,
    best_epoch=1,
    champion=False,
)


def shown(run=RUN, *, has_model=True, last=None, sizes=None):
    return view(run, sizes=sizes or {}, has_model=has_model, last=last or {}, now=NOW)


@pytest.mark.parametrize(
    ("configured", "taken", "words"), [(4, 0, "4"), (4, 4, "4"), (0, 0, "auto"), (0, 8, "auto: 8")]
)
def test_a_batch_is_told_as_configured_or_as_found_by_trying(configured, taken, words):
    run = replace(RUN, config=TrainConfig(batch_size=configured), batch_taken=taken)

    assert shown(run)["batch"] == words


def with_budget(minutes, **values):
    return replace(RUN, config=TrainConfig(epochs=10, time_budget_minutes=minutes), **values)


@pytest.mark.parametrize(
    ("run", "seconds"),
    [
        (RUN, 160.0),
        (replace(RUN, step=100), 0.0),
        (replace(RUN, step=120), 0.0),
        (replace(RUN, seconds_per_step=None), None),
        (replace(RUN, steps_per_epoch=0), None),
        (with_budget(2), 20.0),
        (with_budget(60), 160.0),
        (with_budget(5, worked_before=120.0), 80.0),
        (with_budget(1), 0.0),
        (with_budget(2, started_at=NOW + timedelta(hours=1)), 120.0),
        (replace(RUN, status=RunStatus.QUEUED), None),
        (replace(RUN, status=RunStatus.LOST), None),
        (replace(RUN, status=RunStatus.FINISHED), None),
    ],
    ids=str.split(
        "by-steps last-step beyond not-measured no-steps budget-first steps-first resumed-after-two-of-five-minutes "
        "budget-over clock-back queued lost finished"
    ),
)
def test_seconds_left_come_from_measured_steps_and_the_budget(run, seconds):
    assert seconds_left(run, NOW) == seconds


@pytest.mark.parametrize(
    ("run", "share"),
    [
        (RUN, 0.2),
        (replace(RUN, step=0, steps_per_epoch=0), 0.0),
        (replace(RUN, step=0, started_at=NOW - timedelta(hours=1)), 0.0),
        (replace(RUN, step=200), 1.0),
        (with_budget(2), 100 / 120),
        (with_budget(1), 1.0),
        (with_budget(1000), 0.2),
        (with_budget(5, worked_before=120.0), 220 / 300),
        (with_budget(2, started_at=NOW + timedelta(hours=1)), 0.2),
        (with_budget(2, status=RunStatus.STOPPED), 0.2),
        (replace(RUN, status=RunStatus.FINISHED), 1.0),
        (replace(RUN, status=RunStatus.QUEUED, step=0), 0.0),
    ],
    ids=str.split(
        "by-steps not-begun long-preparation beyond budget-first budget-over steps-first resumed clock-back "
        "stopped finished queued"
    ),
)
def test_progress_goes_by_what_ends_the_run_first(run, share):
    assert progress(run, NOW) == pytest.approx(share)


@pytest.mark.parametrize(
    ("status", "can_resume"),
    [
        (RunStatus.QUEUED, False),
        (RunStatus.RUNNING, False),
        (RunStatus.FINISHED, False),
        (RunStatus.STOPPED, True),
        (RunStatus.FAILED, True),
        (RunStatus.LOST, True),
    ],
)
def test_what_ended_before_its_end_can_be_resumed(status, can_resume):
    assert shown(replace(RUN, status=status))["can_resume"] is can_resume


@pytest.mark.parametrize(
    ("has_model", "champion", "can_promote"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_run_with_a_model_can_be_made_the_champion_once(has_model, champion, can_promote):
    assert shown(replace(RUN, champion=champion), has_model=has_model)["can_promote"] is can_promote


@pytest.mark.parametrize(
    ("status", "asked", "stopping"),
    [
        (RunStatus.RUNNING, True, True),
        (RunStatus.RUNNING, False, False),
        (RunStatus.LOST, True, False),
        (RunStatus.STOPPED, True, False),
    ],
)
def test_only_a_run_at_work_is_stopping(status, asked, stopping):
    assert shown(replace(RUN, status=status, stop_requested=asked))["stopping"] is stopping


@pytest.mark.parametrize(
    ("status", "has_model", "photographs", "offered"),
    [
        (RunStatus.STOPPED, True, 60, True),
        (RunStatus.FAILED, True, 60, True),
        (RunStatus.LOST, True, 60, True),
        (RunStatus.LOST, False, 60, False),
        (RunStatus.RUNNING, True, 60, False),
        (RunStatus.FINISHED, True, 0, False),
    ],
)
def test_a_run_that_was_not_judged_can_be_compared_when_there_is_something_to_judge(
    status, has_model, photographs, offered
):
    answer = shown(replace(RUN, status=status), has_model=has_model, sizes={Split.VAL: photographs})
    assert answer["can_compare"] is offered


@pytest.mark.parametrize(
    ("status", "told"), [(RunStatus.STOPPED, True), (RunStatus.QUEUED, False), (RunStatus.RUNNING, False)]
)
def test_a_resumed_run_no_longer_shows_the_verdict_of_its_last_end(status, told):
    worse = Verdict(Decision.WORSE, -0.178, -0.25, -0.11, 12)
    judged = Judgement(3, "weights", {"images": 12, "mean_iou": 0.7}, Rival(1, "Starter model", "others"), worse)

    answer = view(replace(RUN, status=status), sizes={}, has_model=True, last={}, now=NOW, judged=judged)

    assert (answer["verdict"] is not None) is told
    assert answer["judgement"]["images"] == 12, "what its best model is worth stays true"


def test_a_view_is_plain_json_with_utc_times():
    answer = shown(last={"memory_mb": 512.0, "train/loss": 0.3}, sizes={Split.TRAIN: 240, Split.VAL: 60})

    assert answer["created_at"] == "2026-03-14T14:56:40+00:00"
    assert answer["ended_at"] is None
    assert (answer["memory_mb"], answer["images_per_second"]) == (512.0, None)
    assert (answer["train_items"], answer["val_items"]) == (240, 60)
    assert (answer["status"], answer["device"], answer["epochs"]) == ("running", "cpu", 10)


def test_before_a_device_is_known_the_wanted_one_is_shown():
    assert shown(replace(RUN, device=""))["device"] == "auto"
