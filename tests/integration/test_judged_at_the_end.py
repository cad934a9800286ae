"""Every run that ended and left a model is judged, however it ended; what was cut short can be gone on with."""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest
import torch

from plateseg.domain import masks
from plateseg.domain.runs import CheckpointKind, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import RevisionSource
from plateseg.learning.losses import register_loss
from plateseg.services import judging, trainer, training, verdicts
from plateseg.services.prediction import Models
from plateseg.ui.tabs import train
from storage.revisions import NewRevision
from tests.integration.judged_samples import (
    BLIND,
    HEIGHT,
    PERFECT,
    SHIFTED,
    finished,
    for_photographs,
    labelled_plates,
    weights_by_hand,
)
from tests.integration.learning_samples import TINY
from tests.integration.run_samples import run_in
from tests.integration.storage_samples import queued

torch.set_num_threads(1)  # on pictures this small, threads only wait for each other

STEPS = 4
"""Of an epoch: four photographs, one at a time."""


class Breaking:
    """A loss that is no number any more from the second epoch on."""

    steps = 0

    def __call__(self, logits, target, positive_weight):
        self.steps += torch.is_grad_enabled()
        return logits.square().mean() * (math.nan if self.steps > STEPS else 1.0)


breaking = Breaking()
register_loss("breaks-in-the-second-epoch")(breaking)


@pytest.fixture
def models(tmp_path):
    return Models(tmp_path / "scratch")


@pytest.fixture
def plates_in(storage):
    return labelled_plates(storage, train=STEPS)


@pytest.fixture
def champion(storage, tmp_path, models, plates_in):
    run = finished(storage, tmp_path, SHIFTED, "the champion")
    verdicts.judge(storage, models, run.id)
    return verdicts.succeed(storage, run)


def view(client, run):
    return client.get(f"/api/runs/{run.id}").json()


def test_a_run_that_failed_after_a_validation_is_judged_too(client, storage, settings, clock, champion, monkeypatch):
    monkeypatch.setattr(trainer, "NICENESS", 0)
    breaking.steps = 0
    config = TrainConfig(
        architecture=TINY, loss="breaks-in-the-second-epoch", epochs=3, batch_size=1, image_size=HEIGHT,
        device="cpu", augment="off", workers=0,
    )  # fmt: skip
    run = training.start(storage, config, settings=settings, now=clock.now)

    ended = trainer.train(storage, settings, run.id, wait_seconds=5)

    assert (ended.status, "no longer a number" in ended.message) == (RunStatus.FAILED, True)
    shown = view(client, run)
    assert (shown["judgement"]["images"], shown["judgement"]["of"], shown["can_compare"]) == (8, 8, False)
    assert shown["verdict"]["against"]["run_id"] == champion.id
    assert storage.runs.champion().id == champion.id


def test_a_lost_run_with_a_model_can_be_compared_from_the_page(client, storage, settings, tmp_path, champion):
    run = queued(storage, "lost", architecture=TINY, image_size=HEIGHT, device="cpu")
    storage.runs.claim(run.id, device="cpu", host=settings.machine, pid=4711)
    path = storage.checkpoints.get(finished(storage, tmp_path, PERFECT).id, CheckpointKind.BEST).blob
    weights = storage.blobs.local_path(path, tmp_path / "scratch")
    storage.checkpoints.add(run.id, CheckpointKind.BEST, weights, epoch=1, step=2, val_iou=0.5)
    shown = view(client, run)
    assert (shown["status"], shown["judgement"], shown["can_compare"]) == ("lost", None, True)

    answer = client.post(f"/api/runs/{run.id}/verdict").json()

    assert (answer["verdict"]["decision"], answer["left"], answer["can_compare"]) == ("better", 0, False)


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.FAILED])
def test_what_works_or_has_no_model_offers_no_comparison(client, storage, settings, plates_in, status):
    with ExitStack() as stack:
        run = run_in(storage, settings, status, stack, model=status is RunStatus.RUNNING)
        assert view(client, run)["can_compare"] is False


def test_a_verdict_cut_short_says_on_how_many_and_can_be_gone_on_with(client, storage, tmp_path, models, champion):
    run = finished(storage, tmp_path, PERFECT)

    part = verdicts.judge(storage, models, run.id, keep_going=for_photographs(3))

    assert " on 3 of 8 photographs, too few so far: it takes 6" in part.verdict.sentence
    shown = view(client, run)
    assert (shown["judgement"]["images"], shown["judgement"]["of"], shown["can_compare"]) == (3, 8, True)
    table = client.get(f"/api/runs/{run.id}/scores").json()
    assert (len(table["images"]), table["of"]) == (3, 8)
    answer = client.post(f"/api/runs/{run.id}/verdict").json()
    assert answer["verdict"]["sentence"].endswith(" on 8 photographs")
    assert (answer["left"], answer["can_compare"]) == (0, False)


def test_a_champion_not_judged_on_all_of_them_leaves_the_verdict_open(client, storage, tmp_path, models, champion):
    labelled_plates(storage, train=0, val=4, seed=5)
    run = finished(storage, tmp_path, PERFECT)

    part = verdicts.judge(storage, models, run.id, keep_going=for_photographs(13))

    assert (part.summary["images"], part.verdict.sentence[-23:]) == (12, " on 9 of 12 photographs")
    assert (view(client, run)["can_compare"], verdicts.left(storage, run.id)) == (True, 3)


def test_two_runs_cut_short_were_judged_on_the_same_photographs(storage, tmp_path, models, champion):
    runs = [finished(storage, tmp_path, model) for model in (PERFECT, BLIND)]
    for run in runs:
        verdicts.judge(storage, models, run.id, keep_going=for_photographs(4))

    judged = [
        {each.item_id for each in storage.scores.of(run.id, weights=judging.best_weights(storage, run.id))}
        for run in runs
    ]

    assert judged[0] == judged[1]
    assert len(judged[0]) == 4


def test_a_judgement_of_an_earlier_best_model_is_not_shown_as_that_of_the_present_one(
    client, storage, tmp_path, models, champion
):
    run = finished(storage, tmp_path, PERFECT)
    before = verdicts.judge(storage, models, run.id)
    storage.judgements.put(replace(before, weights="another blob"))

    shown = view(client, run)

    assert (shown["judgement"], shown["verdict"], shown["can_compare"]) == (None, None, True)


def test_a_verdict_against_a_champion_that_was_deleted_is_not_shown(
    client, storage, settings, clock, tmp_path, models, champion
):
    run, later = finished(storage, tmp_path, PERFECT), finished(storage, tmp_path, BLIND)
    verdicts.judge(storage, models, run.id)
    training.delete(storage, champion.id, settings=settings, now=clock.now)

    shown = view(client, run)
    assert (shown["judgement"]["images"], shown["verdict"], shown["can_compare"]) == (8, None, False)

    storage.runs.promote(later.id)
    assert (view(client, run)["verdict"], view(client, run)["can_compare"]) == (None, True)
    assert client.post(f"/api/runs/{run.id}/verdict").json()["verdict"]["against"]["run_id"] == later.id


def test_a_verdict_against_weights_that_the_champion_no_longer_has_is_not_shown(
    client, storage, tmp_path, models, champion
):
    """It was resumed, and found a better model."""
    run = finished(storage, tmp_path, PERFECT)
    verdicts.judge(storage, models, run.id)
    assert view(client, run)["verdict"]["decision"] == "better"
    better = weights_by_hand(tmp_path / "better.pt", (2.1, 0))
    storage.checkpoints.add(champion.id, CheckpointKind.BEST, better, epoch=2, step=4, val_iou=0.9)

    assert (view(client, run)["verdict"], view(client, run)["can_compare"]) == (None, True)
    shown = next(each for each in client.get("/api/runs").json()["runs"] if each["id"] == run.id)
    assert (shown["verdict"], shown["can_compare"]) == (None, True)

    answer = client.post(f"/api/runs/{run.id}/verdict").json()
    assert (answer["verdict"]["decision"], answer["can_compare"]) == ("cannot tell", False)


def test_a_run_judged_before_there_was_a_champion_can_be_compared_with_the_one_there_is(
    client, storage, tmp_path, models, plates_in
):
    run = finished(storage, tmp_path, PERFECT)
    verdicts.judge(storage, models, run.id)
    assert view(client, run)["can_compare"] is False
    verdicts.succeed(storage, finished(storage, tmp_path, BLIND))

    assert view(client, run)["can_compare"] is True
    assert client.post(f"/api/runs/{run.id}/verdict").json()["verdict"]["decision"] == "better"


def test_a_model_that_gives_way_to_a_better_one_while_it_is_judged_is_not_credited_with_its_masks(
    storage, tmp_path, models, plates_in
):
    """A resumed run is compared from the page while it trains: its best model may change between two photographs."""
    run = finished(storage, tmp_path, BLIND)
    before = judging.best_weights(storage, run.id)
    turns = iter(range(8))

    def better_after_four():
        if next(turns) == 4:
            path = weights_by_hand(tmp_path / "better.pt", PERFECT)
            storage.checkpoints.add(run.id, CheckpointKind.BEST, path, epoch=2, step=4, val_iou=0.9)
        return True

    pairs = judging.validation_pairs(storage, run.snapshot_id)
    judging.judge(storage, models, run, pairs, keep_going=better_after_four)

    for weights, iou in ((before, 0.0), (judging.best_weights(storage, run.id), 1.0)):
        assert [each.score.iou for each in storage.scores.of(run.id, weights=weights)] == [iou] * 4


def test_a_photograph_whose_mask_is_of_another_size_does_not_cost_the_run_its_judgement(
    storage, tmp_path, models, caplog
):
    items = labelled_plates(storage, train=2, val=3)
    small = masks.to_png(np.ones((10, 10), np.uint8))
    new = NewRevision(source=RevisionSource.MANUAL, png=small, plate_pixels=100)
    storage.revisions.append(items[-1].id, new, after=1)

    judged = verdicts.judge(storage, models, finished(storage, tmp_path, PERFECT).id)

    assert judged.summary["images"] == 2
    assert f"{items[-1].name} is left out of the judgement" in caplog.text


def test_without_a_validation_photograph_the_way_out_is_said(client, storage, champion, plates_in):
    for item in plates_in:
        storage.items.delete(item.id)

    answer = client.post(f"/api/runs/{champion.id}/verdict")

    assert (answer.status_code, "were deleted or cannot be read" in answer.json()["error"]) == (404, True)


def test_what_the_model_takes_for_a_photograph_is_kept_with_the_judgement(storage, tmp_path, models, champion):
    run = finished(storage, tmp_path, PERFECT)
    pace = verdicts.judge(storage, models, run.id).summary["seconds_per_image"]

    verdicts.renew(storage)

    assert 0 < pace < 5
    assert storage.judgements.get(run.id).summary["seconds_per_image"] == pace


def test_the_champion_is_marked_among_what_a_run_can_start_from(context, storage, tmp_path, champion):
    finished(storage, tmp_path, PERFECT, "a later one")

    _, start_from, _, _ = train.on_open(context)

    assert start_from["choices"] == [
        ("pretrained weights", ""),
        ("run 1: the champion ★ champion", "1"),
        ("run 2: a later one", "2"),
    ]
