"""Better, worse, or cannot tell: what photographs allow to be said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.domain.verdict import FEWEST, Decision, Verdict, compare

IOUS = st.floats(0, 1, allow_nan=False)
PAIRS = st.lists(st.tuples(IOUS, IOUS), min_size=1, max_size=40)


def verdict(pairs, groups=None):
    """Of (challenger, champion) pairs."""
    one, other = ({number: float(pair[side]) for number, pair in enumerate(pairs)} for side in (0, 1))
    return compare(one, other, groups or {}, np.random.default_rng(0))


def noisy(count, shift, *, spread=0.05, seed=3):
    rng = np.random.default_rng(seed)
    base = rng.uniform(0.5, 0.9, count)
    return list(zip(np.clip(base + shift + rng.normal(0, spread, count), 0, 1), base, strict=True))


@pytest.mark.parametrize(
    ("pairs", "decision"),
    [
        (noisy(40, 0.1), Decision.BETTER),
        (noisy(40, -0.1), Decision.WORSE),
        (noisy(40, 0.0), Decision.UNSURE),
        (noisy(8, 0.01), Decision.UNSURE),
        ([(0.9, 0.1)] * (FEWEST - 1), Decision.UNSURE),
        ([(0.9, 0.1)] * FEWEST, Decision.BETTER),
        ([(0.1, 0.9)] * FEWEST, Decision.WORSE),
        ([(0.7, 0.7)] * 50, Decision.UNSURE),
    ],
)
def test_what_is_said(pairs, decision):
    assert verdict(pairs).decision is decision


@pytest.mark.parametrize(
    ("pairs", "groups", "too_few"),
    [
        ([(0.2, 0.8)] * 3, {}, True),
        ([(0.9, 0.1)] * 30, {n: f"car {n // 10}" for n in range(30)}, True),
        ([(0.7, 0.7)] * 2, {}, True),
        (noisy(40, 0.0), {}, False),
        ([(0.2, 0.8)] * FEWEST, {}, False),
    ],
    ids=["three far apart", "thirty of three scenes", "two that are equal", "enough and equal", "enough and worse"],
)
def test_an_interval_without_zero_that_tells_nothing_says_how_many_it_takes(pairs, groups, too_few):
    found = verdict(pairs, groups)

    assert found.too_few is too_few
    assert (", too few to judge: it takes 6 of different scenes" in found.sentence) is too_few


def test_a_verdict_of_an_earlier_version_says_so_too():
    kept = verdict([(0.2, 0.8)] * 3).as_json()
    kept.pop("scenes")

    assert Verdict.from_json(kept).too_few


def test_nothing_in_common_is_no_verdict():
    assert compare({1: 0.5}, {2: 0.5}, {}, np.random.default_rng(0)) is None


def test_only_common_photographs_count():
    found = compare({1: 1.0, 2: 0.5, 9: 0.0}, {1: 0.5, 2: 0.5, 7: 1.0}, {}, np.random.default_rng(0))

    assert (found.images, found.difference) == (2, 0.25)


def test_frames_of_one_scene_are_one_witness():
    pairs = [(0.9, 0.1)] * 30

    assert verdict(pairs).decision is Decision.BETTER
    assert verdict(pairs, dict.fromkeys(range(30), "one car")).decision is Decision.UNSURE
    assert verdict(pairs, {n: f"car {n // 10}" for n in range(30)}).decision is Decision.UNSURE


@settings(max_examples=40)
@given(PAIRS)
def test_what_is_better_one_way_is_worse_the_other(pairs):
    forth, back = verdict(pairs), verdict([(other, one) for one, other in pairs])

    opposite = {Decision.BETTER: Decision.WORSE, Decision.WORSE: Decision.BETTER}
    assert back.decision is opposite.get(forth.decision, Decision.UNSURE)
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low), abs=1e-9)


@settings(max_examples=40)
@given(PAIRS)
def test_the_interval_holds_the_difference_and_the_decision_follows_from_it(pairs):
    found = verdict(pairs)

    assert found.low - 1e-9 <= found.difference <= found.high + 1e-9
    assert found.difference == pytest.approx(np.mean([one - other for one, other in pairs]), abs=1e-9)
    if found.decision is Decision.BETTER:
        assert found.low > 0
    if found.decision is Decision.WORSE:
        assert found.high < 0


@settings(max_examples=40)
@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_in_which_scores_come_changes_nothing(pairs, chance):
    one, other = ({number: pair[side] for number, pair in enumerate(pairs)} for side in (0, 1))
    shuffled = list(one.items())
    chance.shuffle(shuffled)

    assert compare(dict(shuffled), other, {}, np.random.default_rng(0)) == verdict(pairs)


def test_a_fair_coin_is_called_better_or_worse_one_time_in_twenty_at_the_most():
    rng = np.random.default_rng(11)
    base = rng.uniform(0.6, 0.9, (300, 20))
    other = base + rng.normal(0, 0.05, base.shape)
    told = [verdict(list(zip(a, b, strict=True))).decision for a, b in zip(base, other, strict=True)]

    assert sum(each is not Decision.UNSURE for each in told) / len(told) < 0.085


def test_it_survives_json_and_is_a_sentence():
    found = verdict([(0.8, 0.7)] * 10)

    assert Verdict.from_json(found.as_json()) == found
    assert found.sentence == "better: +0.100 IoU (+0.100 to +0.100) on 10 photographs"
