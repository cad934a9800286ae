"""Losses: small where the answer is right, and a registry anybody can add to."""

from __future__ import annotations

import re

import pytest
import torch

from plateseg.domain.losses import LOSSES, OFFERED, parse_loss
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadConfig
from plateseg.learning.losses import (
    bce_dice,
    cross_entropy,
    focal,
    get_loss,
    loss_names,
    lovasz,
    one_channel_per_class,
    register_loss,
    soft_dice,
    tversky,
)


def _plate(n: int = 1) -> torch.Tensor:
    target = torch.zeros(n, 1, 16, 16)
    target[:, :, 4:8, 4:12] = 1
    return target


def test_a_right_answer_costs_next_to_nothing_and_a_wrong_one_much():
    target = _plate()
    right, wrong = (target * 2 - 1) * 20, (1 - target * 2) * 20
    assert float(bce_dice(right, target)) < 0.01
    assert float(bce_dice(wrong, target)) > 1.0


def test_bce_dice_is_six_parts_of_ten_cross_entropy_and_four_dice():
    torch.manual_seed(0)
    logits, target = torch.randn(2, 1, 16, 16), _plate(2)
    bce = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
    assert float(bce_dice(logits, target)) == pytest.approx(float(0.6 * bce + 0.4 * soft_dice(logits, target)))


def test_dice_of_known_overlap():
    target = _plate()
    half = torch.zeros_like(target)
    half[:, :, 4:8, 4:8] = 1  # half of the plate's 32 pixels: Dice = 2 * 16 / (16 + 32)
    assert float(soft_dice((half * 2 - 1) * 50, target)) == pytest.approx(1 - (32 + 1) / (48 + 1), abs=1e-4)


def test_a_photograph_without_plate_has_no_dice_and_still_teaches():
    logits = torch.zeros(1, 1, 8, 8, requires_grad=True)
    empty = torch.zeros(1, 1, 8, 8)
    assert float(soft_dice(logits.detach(), empty)) == 0.0
    bce_dice(logits, empty).backward()
    assert float(logits.grad.sum()) > 0


def test_channel_c_is_class_c_plus_one():
    masks = torch.tensor([[[0, 1], [2, 1]]], dtype=torch.uint8)
    assert one_channel_per_class(masks, 2).tolist() == [[[[0, 1], [0, 1]], [[0, 0], [1, 0]]]]


def test_a_loss_is_added_by_one_function():
    @register_loss("zero-for-a-test")
    def zero(logits, target, positive_weight):
        return logits.sum() * 0

    assert float(get_loss("bce:2+zero-for-a-test")(torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 4, 4))) > 1
    assert {"bce_dice", "zero-for-a-test"} <= set(loss_names())
    with pytest.raises(ValueError, match="registered already"):
        register_loss("bce_dice")(zero)


def test_the_list_that_needs_no_torch_is_the_registry_as_it_is_shipped():
    """What others register comes after, and needs no line in the list."""
    assert loss_names()[: len(LOSSES)] == LOSSES
    assert TrainConfig().loss == LOSSES[0]


def test_a_sum_is_read_into_names_and_weights():
    assert parse_loss("bce_dice") == (("bce_dice", 1.0),)
    assert parse_loss("bce:0.5 + lovasz:2") == (("bce", 0.5), ("lovasz", 2.0))


@pytest.mark.parametrize("words", [*OFFERED, *LOSSES[4:]])
def test_every_loss_falls_by_following_its_gradient_to_the_right_answer(words):
    """On photographs with a plate and one without; a loss of a perfect answer is next to nothing."""
    torch.manual_seed(0)
    loss = get_loss(words)
    target = torch.cat([_plate(2), torch.zeros(1, 1, 16, 16)])
    logits = torch.randn(3, 1, 16, 16, requires_grad=True)
    first = float(loss(logits.detach(), target))
    optimiser = torch.optim.Adam([logits], 0.3)
    for _ in range(120):
        optimiser.zero_grad()
        loss(logits, target).backward()
        optimiser.step()
    assert float(loss(logits.detach(), target)) < 0.2 * first
    held = slice(0, 2)  # Dice alone has nothing to say of a photograph without a plate
    assert ((logits[held] > 0) == (target[held] > 0.5)).float().mean() > 0.99
    assert float(loss((target * 2 - 1) * 20, target)) == pytest.approx(0, abs=0.01)


def test_focal_loss_of_known_probabilities():
    logits = torch.tensor([[[[2.0, -1.0]]]])
    target = torch.tensor([[[[1.0, 1.0]]]])
    right = torch.sigmoid(logits)
    expected = (-((1 - right) ** 2) * right.log()).mean()
    assert float(focal(logits, target)) == pytest.approx(float(expected))
    assert float(focal(logits, target, 3.0)) == pytest.approx(3 * float(expected))


def test_tversky_of_known_overlap():
    target = _plate()
    half = torch.zeros_like(target)
    half[:, :, 4:8, 4:8] = 1  # 16 found, 16 missed, none wrong
    assert float(tversky((half * 2 - 1) * 50, target)) == pytest.approx(1 - 17 / (16 + 0.7 * 16 + 1), abs=1e-4)


def test_lovasz_at_sure_answers_is_one_minus_iou():
    """At logits of +1 and -1 the hinge is 0 or 2: the loss is twice the Jaccard loss of the errors."""
    target = _plate()
    said = torch.zeros_like(target)
    said[:, :, 4:8, 4:8] = 1
    said[:, :, 12:14, 4:8] = 1  # 16 right, 16 missed, 8 wrong: IoU 16 / 40
    assert float(lovasz(said * 2 - 1, target)) == pytest.approx(2 * (1 - 16 / 40), abs=1e-5)


def test_a_positive_weight_counts_plates_more_and_background_as_before():
    logits = torch.zeros(1, 1, 16, 16)
    plain, heavy = cross_entropy(logits, _plate()), cross_entropy(logits, _plate(), 5.0)
    share = 32 / 256
    assert float(heavy) == pytest.approx(float(plain) * (1 - share + 5 * share))
    assert float(get_loss("bce_dice", positive_weight=5.0)(logits, _plate())) > float(bce_dice(logits, _plate()))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("mystery", "no loss called 'mystery'. Choose one of bce_dice, "),
        ("bce:0.5+", "no loss called ''"),
        ("bce:much", "needs a weight above 0 behind bce:, not 'much'. Try bce:0.5."),
        ("bce:-1", "needs a weight above 0"),
        ("bce:nan", "needs a weight above 0"),
    ],
)
def test_a_loss_that_cannot_be_read_is_said(words, sentence):
    with pytest.raises(BadConfig, match=re.escape(sentence)):
        get_loss(words)
