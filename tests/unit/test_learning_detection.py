"""Detectors: masks become instances to learn from, and instances become masks to be judged by."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from plateseg.domain.runs import CheckpointKind
from plateseg.domain.train_config import TrainConfig
from plateseg.learning.architectures import build
from plateseg.learning.architectures.detection import Detection, Instances, instances_of
from plateseg.learning.loop import fit
from plateseg.learning.losses import get_loss
from plateseg.learning.predictor import Predictor
from tests.integration.learning_samples import Memory, Ticking, drawn

torch.set_num_threads(1)  # on pictures this small, threads only wait for each other

CPU = torch.device("cpu")
BCE_DICE = get_loss("bce_dice")


def _found(*boxes, labels=None, scores=None, masks=None) -> Instances:
    count = len(boxes)
    return Instances(
        torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        torch.tensor(labels or [1] * count, dtype=torch.int64),
        masks,
        torch.tensor(scores or [0.9] * count),
    )


def _task(found: Instances, *, classes: int = 1, box_mask: str = "box") -> Detection:
    """A detector that finds the same whatever it sees."""
    return Detection(
        lambda module, inputs, truth: inputs.sum(),
        lambda module, inputs: [found] * len(inputs),
        classes,
        (0.5,) * 3,
        (0.25,) * 3,
        box_mask,
    )


def _answer(task: Detection, inputs: torch.Tensor) -> torch.Tensor:
    return task.probabilities(nn.Identity(), inputs)


def test_a_mask_becomes_its_connected_parts_and_specks_are_none():
    mask = np.zeros((40, 60), np.uint8)
    mask[5:10, 5:25] = 1
    mask[20:30, 30:50] = 2
    mask[5:9, 40:44] = 1
    mask[35, 3] = 1
    found = instances_of(mask, CPU)
    assert found.boxes.tolist() == [[5, 5, 25, 10], [40, 5, 44, 9], [30, 20, 50, 30]]
    assert found.labels.tolist() == [1, 1, 2]
    assert found.masks.sum(dim=(1, 2)).tolist() == [100, 16, 200]


def test_a_photograph_without_plates_has_no_instances():
    found = instances_of(np.zeros((40, 60), np.uint8), CPU)
    assert (found.boxes.shape, found.labels.shape, found.masks.shape) == ((0, 4), (0,), (0, 40, 60))


def test_a_pixel_is_as_probable_as_the_surest_box_that_holds_it():
    answer = _answer(_task(_found((2, 2, 10, 6), (8, 2, 20, 6), scores=[0.4, 0.8])), torch.zeros(2, 3, 16, 32))
    assert answer.shape == (2, 1, 16, 32)
    row = answer[1, 0, 3]
    assert (row[1], row[2], row[8], row[19], row[20]) == pytest.approx((0, 0.4, 0.8, 0.8, 0))


def test_each_class_has_its_channel_and_unknown_ones_none():
    found = _found((0, 0, 4, 4), (4, 4, 8, 8), (8, 8, 12, 12), labels=[1, 2, 3])
    answer = _answer(_task(found, classes=2), torch.zeros(1, 3, 16, 16))
    assert [int((channel > 0.5).sum()) for channel in answer[0]] == [16, 16]


def test_a_mask_of_the_networks_own_counts_as_far_as_both_are_sure():
    own = torch.zeros(1, 16, 16)
    own[0, :4, :4], own[0, 4:8, :4] = 0.95, 0.3
    answer = _answer(_task(_found((0, 0, 8, 8), scores=[0.7], masks=own)), torch.zeros(1, 3, 16, 16))
    assert (answer[0, 0, 0, 0], answer[0, 0, 5, 0], answer[0, 0, 9, 9]) == pytest.approx((0.7, 0.3, 0.0))


def test_a_plate_is_cut_out_of_the_picture_the_network_was_shown():
    picture = torch.full((1, 3, 64, 96), -1.6)  # dark, once normalised
    ramp = torch.arange(96).float()
    inside = (torch.arange(64).view(-1, 1) - 20 - ramp / 4).abs() < 8
    inside &= (ramp > 20) & (ramp < 76)
    picture[0, :, inside] = 1.4
    picture += 0.05 * torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))
    rows, columns = torch.where(inside)
    box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)

    def iou(box_mask: str) -> float:
        said = _answer(_task(_found(box), box_mask=box_mask), picture)[0, 0] > 0.5
        return float((said & inside).sum() / (said | inside).sum())

    assert iou("grabcut") > 0.9 > iou("box")


@pytest.mark.parametrize("score", [0.0, 0.5, 1.0])
def test_the_validation_loss_is_a_number_however_sure_the_answer(score):
    masks = torch.zeros(1, 16, 16, dtype=torch.uint8)
    masks[0, :4, :4] = 1
    right, wrong = _found((0, 0, 4, 4), scores=[score]), _found((8, 8, 12, 12), scores=[score])
    losses = [
        float(_task(each).judged(nn.Identity(), torch.zeros(1, 3, 16, 16), masks, BCE_DICE).loss)
        for each in (right, wrong)
    ]
    assert all(math.isfinite(loss) for loss in losses)
    assert losses[0] < losses[1] or score == 0.0


@pytest.mark.parametrize("name", ["fasterrcnn_mobilenet_v3_large_fpn", "maskrcnn_resnet50_fpn_v2"])
def test_photographs_come_to_a_detector_as_they_are_and_without_plates_too(name):
    built = build(name, pretrained=False)
    inputs = torch.randn(1, 3, 64, 96)
    images, targets = built.module.transform(list(inputs))
    assert torch.equal(images.tensors, inputs)
    assert targets is None
    built.set_training(freeze_backbone=True)
    loss, logits = built.objective(built.module, inputs, torch.zeros(1, 64, 96, dtype=torch.uint8), BCE_DICE)
    assert math.isfinite(loss.item())
    assert logits is None
    loss.backward()
    assert all(parameter.grad is None for parameter in built.backbone.parameters())


def test_yolo_learns_a_plate_and_that_there_may_be_none():
    pytest.importorskip("libreyolo", reason="an optional extra")
    torch.manual_seed(0)
    built = build("yolo", classes=2, pretrained=False, options={"box_mask": "box"})
    built.set_training(freeze_backbone=False)
    inputs = torch.zeros(2, 3, 64, 64)
    masks = torch.zeros(2, 64, 64, dtype=torch.uint8)
    inputs[0, :, 16:40, 8:56], masks[0, 16:40, 8:56] = 1.0, 2
    optimiser = torch.optim.AdamW(built.module.parameters(), lr=1e-3)
    losses = []
    for _ in range(25):
        loss, logits = built.objective(built.module, inputs, masks, BCE_DICE)
        assert logits is None
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    assert math.isfinite(built.objective(built.module, inputs, torch.zeros_like(masks), BCE_DICE).loss.item())
    built.module.eval()
    with torch.inference_mode():
        answer = built.probabilities(built.module, inputs)
    assert answer.shape == (2, 2, 64, 64)


def test_a_detectors_run_has_the_same_curves_and_a_model_that_predicts(tmp_path):
    memory = Memory(tmp_path / "run")
    config = TrainConfig(
        architecture="fasterrcnn_mobilenet_v3_large_fpn",
        box_mask="box",
        device="cpu",
        epochs=1,
        batch_size=2,
        image_size=64,
        workers=0,
    )
    fit(config, drawn(4, seed=1), drawn(2, seed=2), memory, cache_dir=tmp_path / "cache", clock=Ticking())
    for name in ("train/loss", "val/loss", "val/iou", "val/mean_iou"):
        assert all(math.isfinite(value) for value in memory.series(name).values())
        assert memory.series(name)
    assert not memory.series("train/iou")
    predictor = Predictor.load(memory.file(CheckpointKind.BEST), device="cpu", name="detector")
    assert predictor.predict(np.zeros((90, 60, 3), np.uint8)).mask.shape == (90, 60)
