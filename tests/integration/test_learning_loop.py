"""Training runs, whole ones: they learn, stop, resume exactly, and fail with a sentence."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from plateseg.domain.runs import CheckpointKind, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadCheckpoint, BadConfig, BadImage, TrainingFailed
from plateseg.learning.checkpoint import load_weights
from plateseg.learning.dataset import Sample
from plateseg.learning.loop import fit
from plateseg.learning.losses import register_loss
from plateseg.learning.predictor import Predictor
from tests.integration.learning_samples import LIMITED, PAIRS, SLOW_NORMS, TINY, LimitedNetwork, Memory, Ticking, drawn

TRAIN, VAL = drawn(11, seed=1), drawn(4, seed=2)


def _config(**changes) -> TrainConfig:
    values = {
        "architecture": TINY,
        "device": "cpu",
        "epochs": 3,
        "batch_size": 3,
        "image_size": 64,
        "learning_rate": 5e-3,
        "workers": 0,
    }
    return TrainConfig(**{**values, **changes})


def _fit(config: TrainConfig, memory: Memory, tmp_path, **more):
    more.setdefault("clock", Ticking())
    train, val = more.pop("train", TRAIN), more.pop("val", VAL)
    return fit(config, train, val, memory, cache_dir=tmp_path / "cache", **more)


def test_a_run_learns_and_leaves_a_model_that_predicts(tmp_path):
    memory = Memory(tmp_path / "run")
    result = _fit(_config(epochs=25), memory, tmp_path)
    assert result.status is RunStatus.FINISHED
    assert result.epochs_done == 25
    assert result.best_iou is not None
    assert result.best_iou > 0.85
    predictor = Predictor.load(memory.file(CheckpointKind.BEST), device="cpu", name="tiny")
    mask = predictor.predict(VAL[0].read_image()).mask
    truth = VAL[0].read_mask()
    assert (mask & truth).sum() / (mask | truth).sum() > 0.8


def test_what_a_run_tells(tmp_path):
    memory = Memory(tmp_path / "run")
    result = _fit(_config(keep_every_epochs=2), memory, tmp_path)
    assert set(memory.series("train/loss")) == set(range(1, 13))
    assert all(0 <= value <= 1 for value in memory.series("train/iou").values())
    for name in ("val/loss", "val/iou", "val/mean_iou"):
        assert list(memory.series(name)) == [4, 8, 12]
    assert {"images_per_second", "data_wait", "memory_mb"} <= {point.name for point in memory.points}
    assert [point.epoch for point in memory.points if point.name == "val/iou"] == [1.0, 2.0, 3.0]
    assert memory.steps[-1][:3] == (3, 12, 4)
    kinds = [kind for kind, *_ in memory.checkpoints]
    assert (kinds.count(CheckpointKind.EPOCH), kinds[-1]) == (1, CheckpointKind.LAST)
    best = [entry for entry in memory.checkpoints if entry[0] is CheckpointKind.BEST][-1]
    assert (best[1], best[3]) == (result.best_epoch, result.best_iou)
    assert [(epoch, index) for epoch, index, *_ in memory.previews] == [(e, i) for e in (1, 2, 3) for i in range(4)]
    image, truth, predicted = memory.previews[0][2:]
    assert image.shape[:2] == truth.shape == predicted.shape == (64, 48)
    assert not list((tmp_path / "cache").glob("*.pt*"))


OPTIONS = {
    "as configured without a word": {},
    "sgd, plateau, crops, no average": {
        "optimizer": "sgd", "schedule": "plateau", "crop_size": 32, "average_weights": False, "clip_gradient": 0.0
    },
    "accumulation, poly, another loss": {
        "batch_size": 1, "accumulate": 3, "schedule": "poly", "loss": "bce:0.5+lovasz:0.5", "positive_weight": 2.0
    },
    "a network whose BatchNorm is slow where it is pretrained": {"architecture": SLOW_NORMS},
    "batch size found by trying": {"batch_size": 0, "accumulate": 3, "loss": "focal_dice", "schedule": "constant"},
}  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize(("step", "minutes"), [(4, 1000), (6, 0.01)], ids=["at an epoch's end", "within an epoch"])
def test_a_resumed_run_gives_the_very_losses_of_one_left_alone(tmp_path, step, minutes, options):
    config = _config(checkpoint_minutes=minutes, augment="strong", **options)  # 0.01: after every step of this clock
    whole = Memory(tmp_path / "whole")
    _fit(config, whole, tmp_path)
    resumed = Memory(tmp_path / "resumed")
    result = _fit(config, resumed, tmp_path, resume=whole.file(CheckpointKind.LAST, step))
    assert result.epochs_done == 3
    ((_, worked),) = resumed.begun
    assert worked > 0
    expected = {at: value for at, value in whole.series("train/loss").items() if at > step}
    assert (len(expected), resumed.series("train/loss")) == (12 - step, expected)
    assert resumed.series("val/mean_iou")[12] == whole.series("val/mean_iou")[12]
    last, again = (load_weights(memory.file(CheckpointKind.LAST)) for memory in (whole, resumed))
    assert all(torch.equal(value, again.weights[key]) for key, value in last.weights.items())


def test_loader_processes_feed_the_same_batches_as_the_thread(tmp_path):
    by_thread, by_process = Memory(tmp_path / "thread"), Memory(tmp_path / "process")
    _fit(_config(epochs=2, augment="strong"), by_thread, tmp_path)
    _fit(_config(epochs=2, augment="strong", workers=1), by_process, tmp_path)
    assert by_process.series("train/loss") == by_thread.series("train/loss")


@pytest.mark.parametrize("stop_after", [1, 6])
def test_a_stopped_run_leaves_a_judged_model_and_can_go_on(tmp_path, stop_after):
    memory = Memory(tmp_path / "run", stop_after=stop_after)
    result = _fit(_config(), memory, tmp_path)
    assert result.status is RunStatus.STOPPED
    assert "Stopped by a person" in result.reason
    assert result.best_iou is not None
    assert Predictor.load(memory.file(CheckpointKind.BEST), device="cpu", name="tiny").image_size == 64
    steps = memory.steps[-1][1]
    assert steps < 12
    again = Memory(tmp_path / "again")
    assert _fit(_config(), again, tmp_path, resume=memory.file(CheckpointKind.LAST)).epochs_done == 3
    assert min(again.series("train/loss")) == steps + 1


def test_a_stop_during_the_validation_of_an_epoch_takes_no_further_step(tmp_path):
    memory = Memory(tmp_path / "run", stop_after=4)
    assert _fit(_config(), memory, tmp_path).status is RunStatus.STOPPED
    assert list(memory.series("val/iou")) == [4]
    assert memory.steps[-1][:2] == (1, 4)
    assert [kind for kind, *_ in memory.checkpoints].count(CheckpointKind.LAST) == 1


def test_a_stop_while_photographs_are_read_ends_without_a_model(tmp_path):
    memory = Memory(tmp_path / "run")
    memory.stop_requested = lambda: True
    result = _fit(_config(), memory, tmp_path)
    assert (result.status, result.best_iou) == (RunStatus.STOPPED, None)
    assert "no model yet" in result.reason


def test_a_resumed_run_stopped_while_photographs_are_read_is_not_said_to_have_no_model(tmp_path):
    memory = Memory(tmp_path / "run", stop_after=6)
    _fit(_config(), memory, tmp_path)
    again = Memory(tmp_path / "again")
    again.stop_requested = lambda: True
    resume = memory.file(CheckpointKind.LAST)
    result = _fit(_config(), again, tmp_path / "elsewhere", resume=resume)
    assert result.status is RunStatus.STOPPED
    assert result.reason == "Stopped before the next step: the run's model is as it was."


def test_a_time_budget_ends_the_run_judged_and_with_its_rate_fallen(tmp_path):
    memory = Memory(tmp_path / "run")
    clock = Ticking()
    result = _fit(_config(epochs=500, time_budget_minutes=6), memory, tmp_path, clock=clock)
    assert result.status is RunStatus.FINISHED
    assert "time budget of 6 minutes" in result.reason
    assert clock.now < 6 * 60 + 30
    last = load_weights(memory.file(CheckpointKind.LAST))
    rates = [group["lr"] for group in last.training["learner"]["optimizer"]["param_groups"]]
    assert max(rates) < 0.05 * 5e-2
    assert memory.series("val/mean_iou")[last.step] is not None


MANY = drawn(150, seed=6)
"""An epoch that a small time budget ends in its middle."""


def test_a_time_budget_is_not_overrun_by_a_validation_that_was_only_looked_into_before(tmp_path):
    """A checkpoint in the middle of an epoch judges a few photographs; the end must make room for all of them."""
    clock, config = Ticking(), _config(batch_size=1, checkpoint_minutes=1.0, time_budget_minutes=6)
    _fit(config, Memory(tmp_path / "run"), tmp_path, clock=clock, train=MANY, val=drawn(40, seed=5))
    assert clock.now < 6 * 60 + 15


def test_accumulated_batches_leave_as_much_time_for_validation_as_one_batch_of_their_size(tmp_path):
    """Before it was measured, validation is reckoned from a step, and a step of many batches is a long one."""
    steps = []
    for size, times in ((10, 1), (1, 10)):
        memory = Memory(tmp_path / f"{size}")
        config = _config(batch_size=size, accumulate=times, time_budget_minutes=1)
        _fit(config, memory, tmp_path, train=MANY, val=drawn(40, seed=5))
        steps.append(memory.steps[-1][1])
    assert steps[0] == steps[1] > 1


def test_the_best_is_what_was_best_and_not_what_was_last(tmp_path):
    memory = Memory(tmp_path / "run")
    result = _fit(_config(epochs=6), memory, tmp_path)
    means = memory.series("val/mean_iou")
    assert result.best_iou == max(means.values())
    assert load_weights(memory.file(CheckpointKind.BEST)).val_iou == max(means.values())


def test_a_validation_photograph_deleted_before_a_resume_does_not_keep_a_better_model_from_being_the_best(tmp_path):
    """Scores were compared by place: each photograph with the one that had stood before it."""
    image = VAL[0].read_image()
    hopeless = Sample("hopeless.png", lambda: image, lambda: 1 - VAL[0].read_mask())
    trained = Memory(tmp_path / "trained")
    _fit(_config(epochs=25), trained, tmp_path)
    first = Memory(tmp_path / "first")
    config, start = _config(epochs=1, learning_rate=1e-7, freeze_backbone=True), trained.file(CheckpointKind.BEST)
    _fit(config, first, tmp_path, val=[*VAL, hopeless], start_from=start)

    again = Memory(tmp_path / "again")
    more, last = replace(config, epochs=2), first.file(CheckpointKind.LAST)
    result = _fit(more, again, tmp_path, val=[*VAL[1:], hopeless], resume=last)

    assert result.best_epoch == 2, "as good as before, and so the newer one"


def test_a_frozen_backbone_stays_as_it_was(tmp_path):
    memory = Memory(tmp_path / "run")
    _fit(_config(epochs=1, freeze_backbone=True), memory, tmp_path)
    start = Memory(tmp_path / "free")
    _fit(_config(epochs=1), start, tmp_path)
    frozen, free = (load_weights(each.file(CheckpointKind.LAST)).weights for each in (memory, start))
    torch.manual_seed(0)
    assert torch.equal(frozen["backbone.1.running_mean"], torch.zeros(8))
    assert not torch.equal(free["backbone.1.running_mean"], torch.zeros(8))
    assert not torch.equal(frozen["backbone.0.weight"], free["backbone.0.weight"])


def test_a_run_starts_from_anothers_weights(tmp_path):
    first = Memory(tmp_path / "first")
    _fit(_config(epochs=25), first, tmp_path)
    second = Memory(tmp_path / "second")
    _fit(_config(epochs=1, learning_rate=1e-7), second, tmp_path, start_from=first.file(CheckpointKind.BEST))
    assert second.series("val/mean_iou")[4] > 0.8
    assert any("best.pt" in note for note in second.notes)


def _unreadable(name: str) -> Sample:
    def read():
        raise BadImage("The JPEG ends early.")

    return Sample(name, read, read)


def test_an_unreadable_photograph_is_named_and_left_out(tmp_path):
    memory = Memory(tmp_path / "run")
    result = _fit(_config(epochs=1), memory, tmp_path, train=[*TRAIN, _unreadable("torn.jpg")])
    assert result.status is RunStatus.FINISHED
    assert any("torn.jpg" in note and "ends early" in note for note in memory.notes)
    assert any("1 of 16" in note for note in memory.notes)


def test_a_preview_is_named_by_its_place_among_the_samples(tmp_path):
    memory = Memory(tmp_path / "run")
    _fit(_config(epochs=1), memory, tmp_path, val=[_unreadable("torn.jpg"), *VAL])
    assert [index for _, index, *_ in memory.previews] == [1, 2, 3, 4]


def test_photographs_of_one_name_are_counted_one_by_one(tmp_path):
    """Two folders of a camera have an IMG_0001.jpg each."""
    memory = Memory(tmp_path / "run")
    with pytest.raises(TrainingFailed, match=r"2 of 17 .* IMG_0001.jpg"):
        _fit(_config(), memory, tmp_path, train=[*TRAIN, _unreadable("IMG_0001.jpg"), _unreadable("IMG_0001.jpg")])
    assert len([note for note in memory.notes if note.startswith("IMG_0001.jpg is left out")]) == 2


def test_too_many_unreadable_photographs_end_the_run(tmp_path):
    torn = [_unreadable(f"torn-{number}.jpg") for number in range(2)]
    with pytest.raises(TrainingFailed, match=r"2 of 17 .* torn-0.jpg"):
        _fit(_config(), Memory(tmp_path / "run"), tmp_path, train=[*TRAIN, *torn])


def test_a_loss_that_is_no_number_ends_the_run_with_advice(tmp_path):
    with pytest.raises(TrainingFailed, match="lower learning rate"):
        _fit(_config(), Memory(tmp_path / "run"), tmp_path, start_from=_poisoned(tmp_path))


@register_loss("finite-with-a-gradient-that-is-no-number")
def _steep(logits, target, positive_weight):
    return (logits * 0).square().sqrt().sum()


def test_a_step_that_breaks_the_weights_right_before_a_validation_leaves_no_broken_best(tmp_path):
    """Its loss was a number still; where no plate is found anyway, a model that says nothing counts as good as any."""
    memory = Memory(tmp_path / "run")
    config = _config(loss="finite-with-a-gradient-that-is-no-number", batch_size=11, epochs=1)
    with pytest.raises(TrainingFailed, match=r"no longer a number at step 1\. .* lower learning rate"):
        _fit(config, memory, tmp_path)
    assert memory.checkpoints == []


def _poisoned(tmp_path):
    memory = Memory(tmp_path / "poison")
    _fit(_config(epochs=1), memory, tmp_path)
    path = memory.file(CheckpointKind.BEST)
    payload = torch.load(path, weights_only=True)
    payload["weights"]["head.bias"] = torch.full((1,), math.nan)
    torch.save(payload, path)
    return path


def _limit(monkeypatch, **limits: int) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(LimitedNetwork, name, value)


def test_out_of_memory_in_the_second_epoch_is_survived_with_smaller_portions(tmp_path, monkeypatch):
    _limit(monkeypatch, limit=2, after=6, evaluated=1)  # the second epoch begins with the fifth pass
    memory = Memory(tmp_path / "run")
    config = _config(architecture=LIMITED, batch_size=4, checkpoint_minutes=0.01)
    assert _fit(config, memory, tmp_path).status is RunStatus.FINISHED
    assert set(memory.series("train/loss")) == set(range(1, 10))  # three steps of up to four an epoch, as without
    (word,) = [note for note in memory.notes if "Out of memory" in note]
    assert "with 4 photographs at once: from now on 2 at once" in word
    assert "each step is still of 4" in word
    last = load_weights(memory.file(CheckpointKind.LAST, 8))
    assert last.training["learner"]["portion"] == 2

    _limit(monkeypatch, after=0)  # a resume knows: it takes two at once from its first step
    again = Memory(tmp_path / "again")
    assert _fit(config, again, tmp_path, resume=memory.file(CheckpointKind.LAST, 8)).epochs_done == 3
    assert not [note for note in again.notes if "Out of memory" in note]
    assert again.series("train/loss")[9] == memory.series("train/loss")[9]


def test_portions_add_up_to_the_step_of_the_whole_batch(tmp_path, monkeypatch):
    """Without BatchNorm's and Dropout's part in it, which see portions: the frozen backbone is in eval mode."""
    _limit(monkeypatch, limit=1)
    losses = []
    for architecture in (TINY, LIMITED):
        memory = Memory(tmp_path / architecture)
        _fit(_config(architecture=architecture, freeze_backbone=True, loss="bce"), memory, tmp_path)
        losses.append(list(memory.series("train/loss").values()))
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_an_odd_photograph_left_over_does_not_end_a_network_that_needs_two_at_a_time(tmp_path):
    """Eleven by twos: the last one joins a batch instead of being one."""
    memory = Memory(tmp_path / "run")

    assert _fit(_config(architecture=PAIRS, batch_size=2, epochs=1), memory, tmp_path).status is RunStatus.FINISHED
    assert set(memory.series("train/loss")) == {1, 2, 3, 4, 5}


def test_an_odd_photograph_left_over_does_not_end_a_run_on_the_smallest_crops(tmp_path):
    """Of 32 pixels a network's deepest layer sees one, and BatchNorm cannot normalise a single one."""
    memory = Memory(tmp_path / "run")
    config = _config(architecture="unet_efficientnet_lite0", crop_size=32, batch_size=2, epochs=1)

    assert _fit(config, memory, tmp_path, train=TRAIN[:3]).status is RunStatus.FINISHED
    assert set(memory.series("train/loss")) == {1}


@pytest.mark.parametrize("batch_size", [0, 2])
def test_one_readable_photograph_is_too_little_for_a_network_that_needs_two(tmp_path, batch_size):
    with pytest.raises(BadConfig, match="trains on 2 photographs at a time, and there is 1"):
        _fit(_config(architecture=PAIRS, batch_size=batch_size), Memory(tmp_path / "run"), tmp_path, train=TRAIN[:1])


def test_a_batch_size_found_by_trying(tmp_path, monkeypatch):
    _limit(monkeypatch, limit=3)
    memory = Memory(tmp_path / "run")
    config = _config(architecture=LIMITED, batch_size=0, epochs=1)
    _fit(config, memory, tmp_path, train=drawn(64, seed=3))
    assert "Batch size 2, found by trying." in memory.notes
    assert memory.begun == [(2, 0.0)]
    assert set(memory.series("train/loss")) == set(range(1, 33))
    assert not [note for note in memory.notes if "Out of memory" in note]


@pytest.mark.parametrize("evaluated", [0, 100], ids=["nor in validation", "in training alone"])
def test_out_of_memory_where_nothing_helps_names_what_to_try(tmp_path, monkeypatch, evaluated):
    _limit(monkeypatch, limit=0, evaluated=evaluated)
    sentence = r"image size 96 and batch size 3, however few .* Try image size 64 with batch size 1\."
    with pytest.raises(TrainingFailed, match=sentence):
        _fit(_config(architecture=LIMITED, image_size=96), Memory(tmp_path / "run"), tmp_path)


def test_patience_ends_a_run_that_gets_no_better(tmp_path):
    memory = Memory(tmp_path / "run")
    result = _fit(_config(epochs=40, patience=2, learning_rate=1e-7), memory, tmp_path)
    assert result.status is RunStatus.FINISHED
    assert "No better model for 2 epochs" in result.reason
    assert result.epochs_done < 40
    scores = list(memory.series("val/mean_iou").values())
    assert len(scores) == result.epochs_done
    assert max(scores[-2:]) <= max(scores) + 1e-4


def test_crops_and_sgd_learn_as_well(tmp_path):
    memory = Memory(tmp_path / "run")
    config = _config(epochs=25, crop_size=32, optimizer="sgd", learning_rate=2e-2, average_weights=False)
    assert _fit(config, memory, tmp_path).best_iou > 0.7


@pytest.mark.parametrize("batch_size", [3, 0], ids=["as configured", "while a batch that fits is looked for"])
def test_what_cannot_be_compiled_is_trained_without(tmp_path, monkeypatch, batch_size):
    def broken(*_):
        raise RuntimeError("no compiler found")

    monkeypatch.setattr(torch, "compile", lambda module: broken)
    memory, plain = Memory(tmp_path / "run"), Memory(tmp_path / "plain")
    _fit(_config(epochs=1, batch_size=batch_size, compile=True), memory, tmp_path)
    _fit(_config(epochs=1, batch_size=batch_size), plain, tmp_path)
    (word,) = [note for note in memory.notes if "compile" in note]
    assert word.startswith("torch.compile does not work here (RuntimeError: no compiler found); training goes on")
    assert memory.series("train/loss") == plain.series("train/loss")


def test_an_unknown_loss_is_refused_before_photographs_are_read(tmp_path):
    with pytest.raises(BadConfig, match="no loss called 'mystery'"):
        _fit(_config(loss="mystery"), Memory(tmp_path / "run"), tmp_path, train=[_unreadable("torn.jpg")])


def test_other_errors_are_not_called_a_lack_of_memory(tmp_path, monkeypatch):
    def broken(*args, **words):
        raise RuntimeError("shape mismatch")

    monkeypatch.setattr("plateseg.learning.learner.Learner.step", broken)
    with pytest.raises(RuntimeError, match="shape mismatch"):
        _fit(_config(), Memory(tmp_path / "run"), tmp_path)


def test_what_cannot_be_trained_or_resumed_is_refused(tmp_path):
    memory = Memory(tmp_path / "run")
    with pytest.raises(BadConfig, match="at least one labelled photograph"):
        _fit(_config(), memory, tmp_path, val=[])
    with pytest.raises(BadConfig, match="batch size of at least 2"):
        _fit(_config(architecture="deeplabv3_resnet101", batch_size=1), memory, tmp_path)
    _fit(_config(epochs=1), memory, tmp_path)
    with pytest.raises(BadCheckpoint, match="weights only"):
        _fit(_config(), memory, tmp_path, resume=memory.file(CheckpointKind.BEST))
    with pytest.raises(BadCheckpoint, match="with 11 training photographs, and now there are 9"):
        _fit(_config(), memory, tmp_path / "fewer", train=TRAIN[:9], resume=memory.file(CheckpointKind.LAST))


def test_the_default_cpu_network_learns_drawn_plates(tmp_path):
    memory = Memory(tmp_path / "run")
    config = _config(architecture="auto", epochs=2, learning_rate=1e-3, augment="off")
    assert _fit(config, memory, tmp_path).best_iou is not None
    assert any("unet_efficientnet_lite0 on cpu. ImageNet weights" in note for note in memory.notes)
    losses = memory.series("train/loss")
    assert losses[max(losses)] < losses[1] * 0.7
