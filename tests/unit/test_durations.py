"""Durations read like a person says them."""

import pytest

from plateseg.ui.durations import in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "under 1 s"),
        (0.99, "under 1 s"),
        (1, "1 s"),
        (89.4, "89 s"),
        (89.7, "90 s"),
        (90, "2 min"),
        (600, "10 min"),
        (89 * 60, "89 min"),
        (90 * 60, "1 h 30 min"),
        (2 * 3600 + 10 * 60, "2 h 10 min"),
        (3 * 3600 + 5 * 60, "3 h 05 min"),
        (2 * 3600 - 1, "2 h 00 min"),
        (48 * 3600, "2 days"),
        (100 * 3600, "4 days"),
        (1e7, "116 days"),
    ],
)
def test_seconds_in_words(seconds, words):
    assert in_words(seconds) == words
