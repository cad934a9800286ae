"""Scores of one photograph and of many."""

import json
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.domain.matching import pair_plates
from plateseg.domain.metrics import count_pixels
from plateseg.domain.scores import score, summarise
from tests.unit.test_matching import MASKS
from tests.unit.test_metrics import boxed

TRUTH = boxed((5, 5, 20, 10))


def summary(*predicted):
    return summarise([score(mask, TRUTH) for mask in predicted], np.random.default_rng(0))


def test_a_perfect_prediction_scores_one_everywhere():
    found = summary(TRUTH, TRUTH)

    assert found.images == 2
    assert {found.mean_iou, found.mean_iou_low, found.mean_iou_high, found.iou, found.boundary_iou} == {1.0}
    assert {found.plate_recall, found.plate_precision, found.plate_recall_75, found.plate_precision_75} == {1.0}
    assert [(each.low, each.high, each.plates) for each in found.by_height] == [
        (0, 16, 2), (16, 32, 0), (32, 64, 0), (64, None, 0),
    ]  # fmt: skip


def test_pooled_and_mean_iou_differ_where_photographs_do():
    found = summary(TRUTH, boxed((5, 5, 20, 6)), np.zeros_like(TRUTH))

    assert found.mean_iou == pytest.approx((1 + 0.6 + 0) / 3)
    assert found.iou == pytest.approx((200 + 120) / 600)
    assert (found.plate_recall, found.plate_recall_75) == pytest.approx((2 / 3, 1 / 3))
    assert (found.plate_precision, found.plate_precision_75) == pytest.approx((1, 1 / 2))
    assert found.mean_iou_low <= found.mean_iou <= found.mean_iou_high


def test_nothing_predicted_where_nothing_is_counts_as_right():
    nothing = np.zeros((9, 9), np.uint8)

    assert (score(nothing, nothing).iou, score(nothing, nothing).boundary_iou, score(nothing, nothing).pairs) == (
        1,
        1,
        (),
    )


def test_classes_are_counted_one_by_one():
    truth, swapped = np.array([[1, 2, 0]], np.uint8), np.array([[2, 1, 0]], np.uint8)

    assert score(truth, truth).iou == 1
    assert score(swapped, truth).iou == 0


@settings(max_examples=40)
@given(MASKS, MASKS)
def test_what_lies_outside_of_all_plates_counts_too(predicted, truth):
    found = score(predicted, truth)

    assert found.counts == count_pixels(predicted, truth)
    assert sorted(map(astuple, found.pairs)) == sorted(map(astuple, pair_plates(predicted, truth)))


def test_no_photograph_has_no_score():
    with pytest.raises(ValueError, match="at least one"):
        summarise([], np.random.default_rng(0))


@settings(max_examples=40)
@given(st.lists(st.tuples(MASKS, MASKS), min_size=1, max_size=4))
def test_every_number_is_a_share_and_survives_json(pairs):
    plain = summarise([score(*pair) for pair in pairs], np.random.default_rng(0)).as_json()

    assert json.loads(json.dumps(plain)) == plain
    assert all(0 <= value <= 1 for key, value in plain.items() if key not in ("images", "by_height"))
