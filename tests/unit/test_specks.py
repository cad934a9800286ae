"""Specks beside a plate go at the usual threshold; what a network is sure of, and its largest region, stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from plateseg.domain.specks import SURE, doubt_specks

PLATE, SPECK = (slice(4, 10), slice(5, 25)), (slice(20, 22), slice(30, 33))


def probability(plate, speck):
    """(30, 40) with a plate and a speck of these probabilities, 0.1 elsewhere."""
    made = np.full((30, 40), 0.1, np.float32)
    made[PLATE], made[SPECK] = plate, speck
    return made


@pytest.mark.parametrize(
    ("plate", "speck", "stays"),
    [(0.99, 0.6, False), (0.99, 0.95, True), (0.99, SURE, True), (0.6, 0.6, False), (0.6, 0.95, True)],
    ids=["unsure", "sure", "just sure", "all unsure: the largest stays", "the speck is surer than the plate"],
)
def test_a_small_region_stays_only_where_the_network_is_sure_of_it(plate, speck, stays):
    found = doubt_specks(probability(plate, speck)) >= 0.5

    assert found[PLATE].all()
    assert found[SPECK].all() == found[SPECK].any() == stays


def test_a_lower_threshold_shows_them_again_in_eight_bits_too():
    settled = doubt_specks(probability(0.99, 0.6))

    assert (settled[SPECK] >= 0.49).all()
    assert set(np.round(settled[SPECK] * 255).astype(np.uint8).ravel()) == {127}


def test_one_sure_pixel_is_enough_for_its_region():
    made = probability(0.99, 0.6)
    made[20, 30] = 0.91

    assert np.array_equal(doubt_specks(made), made)


@pytest.mark.parametrize("value", [0.0, 0.49, 1.0])
def test_with_nothing_doubtful_nothing_is_copied(value):
    made = np.full((5, 7), value, np.float32)

    assert doubt_specks(made) is made


@given(arrays.arrays(np.float32, (9, 13), elements=st.floats(0, 1, width=32)))
def test_nothing_is_invented_and_what_is_sure_or_below_one_half_is_untouched(made):
    settled = doubt_specks(made)

    same = settled == made
    assert same[(made < 0.5) | (made >= SURE)].all()
    assert (settled <= made).all()
    assert (settled >= 0.5).any() == (made >= 0.5).any()
