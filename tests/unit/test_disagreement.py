"""How strongly a model disagrees with a mask, and how photographs are dealt into folds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateseg.domain.disagreement import Disagreement, dealt, disagree, weigh_box

EMPTY = np.zeros((60, 100), np.uint8)


def plate(left, top=20, width=40, height=12):
    mask = EMPTY.copy()
    mask[top : top + height, left : left + width] = 1
    return mask


def sure(mask, certainty=1.0):
    """What a model says that is as certain of this mask."""
    return np.where(mask > 0, 0.5 + certainty / 2, 0.5 - certainty / 2).astype(np.float32)


@pytest.mark.parametrize(
    ("drawn", "said", "kind", "low", "high"),
    [
        (plate(30), plate(30), "shape", 0, 0),
        (plate(30), plate(32), "shape", 0, 0),  # within the tolerance
        (EMPTY, EMPTY, "shape", 0, 0),
        (EMPTY, plate(30), "missing", 0.99, 1),
        (plate(30), EMPTY, "extra", 0.99, 1),
        (plate(10), plate(55), "shape", 0.8, 1),
        (plate(30), plate(42), "shape", 0.2, 0.5),
    ],
)
def test_what_lies_beyond_the_tolerance_counts(drawn, said, kind, low, high):
    found = disagree(drawn, sure(said), tolerance=3)

    assert found.kind == kind
    assert low <= found.score <= high


def test_a_model_that_doubts_accuses_less():
    scores = [disagree(plate(10), sure(plate(55), certainty), tolerance=2).score for certainty in (1.0, 0.5, 0.1)]

    assert scores == sorted(scores, reverse=True)
    assert scores[2] < 0.15


@pytest.mark.parametrize(
    ("lean", "kind", "score"), [(0, "shape", 0.2), (2, "shape", 0.2), (-4, "box", 0.4), (25, "box", 1.0)]
)
def test_an_upright_box_on_a_plate_that_hangs_is_a_suspect_by_itself(lean, kind, score):
    assert weigh_box(Disagreement("shape", 0.8, 0.2), lean=lean) == Disagreement(kind, 0.8, score)


@given(st.dictionaries(st.text(max_size=4), st.integers(1, 9), max_size=30), st.integers(2, 6), st.integers(0, 99))
def test_folds_are_even_within_the_largest_group_and_drawn_by_the_seed(groups, folds, seed):
    answer = dealt(groups, folds, seed=seed)

    assert answer.keys() == groups.keys()
    sizes = [sum(groups[name] for name, fold in answer.items() if fold == each) for each in range(folds)]
    assert max(sizes) - min(sizes) <= max(groups.values(), default=0)
    assert answer == dealt(dict(reversed(groups.items())), folds, seed=seed)
