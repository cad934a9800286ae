"""Losses: small where the answer is right, and a registry anybody can add to."""

from __future__ import annotations

import pytest
import torch

from plateseg.errors import BadConfig
from plateseg.learning.losses import bce_dice, get_loss, loss_names, one_channel_per_class, register_loss, soft_dice


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
    def zero(logits, target):
        return logits.sum() * 0

    assert get_loss("zero-for-a-test") is zero
    assert "bce_dice" in loss_names()
    with pytest.raises(ValueError, match="registered already"):
        register_loss("bce_dice")(zero)


def test_unknown_loss_names_the_known_ones():
    with pytest.raises(BadConfig, match="bce_dice"):
        get_loss("mystery")
