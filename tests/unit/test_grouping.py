"""What belongs together: looks within a few bits, captures, and the pairs that a split parts."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.domain.grouping import Links, drawn_at_random
from plateseg.domain.lookalikes import near_pairs
from plateseg.errors import BadConfig


@st.composite
def photographs(draw):
    """Captures and looks, most of them close to one of a few looks, some unknown, some of even surfaces."""
    number = draw(st.integers(0, 24))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    centres = [*rng.integers(0, 2**63, 4).tolist(), 0, 2**64 - 1]
    looks = []
    for _ in range(number):
        value = centres[rng.integers(len(centres))]
        for bit in rng.integers(0, 64, rng.integers(0, 5)):
            value ^= 1 << int(bit)
        looks.append("" if rng.random() < 0.15 else f"{value:016x}")
    captures = [f"capture {rng.integers(0, number + 1)}" for _ in range(number)]
    return captures, looks


def alike(one: str, other: str, distance: int) -> bool:
    if not one or not other:
        return False
    first, second = int(one, 16), int(other, 16)
    telling = all(8 <= value.bit_count() <= 56 for value in (first, second))
    return first == second or (telling and (first ^ second).bit_count() <= distance)


def all_pairs(captures, looks, distance):
    """By looking at every pair."""
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(looks)), 2)
        if captures[i] == captures[j] or alike(looks[i], looks[j], distance)
    ]


def groups_of(number, pairs):
    """By walking the pairs until nothing changes."""
    label = list(range(number))
    for _ in range(number):
        for i, j in pairs:
            label[i] = label[j] = min(label[i], label[j])
    return label


@settings(max_examples=150)
@given(photographs(), st.integers(0, 10))
def test_groups_are_what_looking_at_every_pair_finds(drawn, distance):
    captures, looks = drawn
    links = Links(captures, looks, distance)

    assert links.groups().tolist() == groups_of(len(looks), all_pairs(captures, looks, distance))
    alone = [str(number) for number in range(len(looks))]
    assert links.lookalikes().tolist() == groups_of(len(looks), all_pairs(alone, looks, distance))


@settings(max_examples=150)
@given(photographs(), st.integers(0, 10), st.integers(0, 1000))
def test_parted_pairs_are_counted_exactly_once(drawn, distance, seed):
    captures, looks = drawn
    splits = np.stack([np.random.default_rng(seed + k).integers(0, 3, len(looks)) for k in range(2)])

    total, apart = Links(captures, looks, distance).parted(splits)

    pairs = all_pairs(captures, looks, distance)
    assert total == len(pairs)
    assert apart == [sum(split[i] != split[j] for i, j in pairs) for split in splits]


def test_thousands_in_one_look_are_no_harder():
    looks = [f"{0x0F0F0F0F0F0F0F0F:016x}"] * 20_000
    links = Links([str(number) for number in range(20_000)], looks)

    assert set(links.groups().tolist()) == {0}
    assert links.pairs() == 20_000 * 19_999 // 2


@pytest.mark.parametrize("distance", [-1, 11, 64])
def test_a_distance_that_makes_no_sense(distance):
    with pytest.raises(BadConfig, match="4 is a good choice"):
        list(near_pairs(np.zeros(1, np.uint64), distance))


@pytest.mark.parametrize(("val", "test"), [(0.2, 0.1), (0.0, 0.0), (0.5, 0.5)])
def test_the_plain_split_has_the_shares_it_was_asked_for(val, test):
    labels = drawn_at_random(200, val=val, test=test, seed=3)

    assert [(labels == part).sum() for part in (1, 2)] == [200 * val, 200 * test]
    assert not np.array_equal(labels, drawn_at_random(200, val=val, test=test, seed=4)) or val + test == 0
