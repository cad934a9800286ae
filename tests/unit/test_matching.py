"""Plates against plates: paired once, counted at any threshold and by height."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from plateseg.domain.matching import HEIGHT_BINS, PlatePair, count_plates, pair_plates
from plateseg.errors import BadMask
from tests.unit.test_metrics import boxed

MASKS = arrays.arrays(np.uint8, (9, 13), elements=st.integers(0, 1))


@pytest.mark.parametrize(
    ("predicted", "truth", "expected"),
    [
        ((), (), (0, 0, 0)),
        ((), ((5, 5, 20, 10),), (0, 0, 1)),
        (((5, 5, 20, 10),), (), (0, 1, 0)),
        (((5, 5, 20, 10),), ((5, 5, 20, 10),), (1, 0, 0)),
        (((5, 5, 20, 5),), ((5, 5, 20, 10),), (1, 0, 0)),
        (((5, 5, 20, 4),), ((5, 5, 20, 10),), (0, 1, 1)),
        (((5, 5, 9, 10), (15, 5, 10, 10)), ((5, 5, 20, 10),), (1, 1, 0)),
        (((5, 5, 20, 10), (40, 30, 20, 10)), ((5, 5, 20, 10), (41, 30, 20, 10)), (2, 0, 0)),
        (((5, 5, 60, 10),), ((5, 5, 20, 10), (45, 5, 20, 10)), (0, 1, 2)),
    ],
)
def test_plates_are_matched_one_to_one(predicted, truth, expected):
    counts = count_plates(pair_plates(boxed(*predicted), boxed(*truth)), 0.5)
    assert (counts.tp, counts.fp, counts.fn) == expected


@pytest.mark.parametrize(
    ("share", "at_half", "at_three_quarters"), [(10, 1, 1), (8, 1, 1), (7, 1, 0), (5, 1, 0), (4, 0, 0)]
)
def test_one_pairing_serves_every_threshold(share, at_half, at_three_quarters):
    pairs = pair_plates(boxed((5, 5, 20, share)), boxed((5, 5, 20, 10)))

    assert [count_plates(pairs, threshold).tp for threshold in (0.5, 0.75)] == [at_half, at_three_quarters]


def test_the_better_partner_is_taken_though_the_other_came_first():
    truth = boxed((5, 5, 20, 10))
    predicted = boxed((5, 5, 20, 3), (5, 9, 20, 6))

    pairs = pair_plates(predicted, truth)

    assert pairs == (PlatePair(10, 6, pytest.approx(0.6)), PlatePair(0, 3))


def test_a_found_plate_counts_by_its_true_height_and_an_invented_one_by_its_own():
    pairs = pair_plates(boxed((0, 0, 20, 18), (40, 0, 20, 8)), boxed((0, 0, 20, 14), (40, 30, 20, 20)))

    small, middle, *_ = (count_plates(pairs, 0.5, heights) for heights in HEIGHT_BINS)

    assert (small.tp, small.fp, small.fn) == (1, 1, 0)
    assert (middle.tp, middle.fp, middle.fn) == (0, 0, 1)


@given(MASKS, MASKS, st.sampled_from([0.3, 0.5, 0.75]))
def test_the_bins_hold_every_plate_once(predicted, truth, threshold):
    pairs = pair_plates(predicted, truth)
    whole = count_plates(pairs, threshold)

    parts = [count_plates(pairs, threshold, heights) for heights in HEIGHT_BINS]

    assert (sum(p.tp for p in parts), sum(p.fp for p in parts), sum(p.fn for p in parts)) == (
        whole.tp,
        whole.fp,
        whole.fn,
    )


def test_two_sizes_are_refused():
    with pytest.raises(BadMask, match="one size"):
        pair_plates(np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8))
