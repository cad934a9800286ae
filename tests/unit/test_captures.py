"""Which photographs are one capture: by the clock of one camera, and by names that count shots of a scene."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.domain.captures import MOST, Shot, captures
from plateseg.domain.splits import capture_group

LOOKS = [int(value) for value in np.random.default_rng(11).integers(2**56, 2**63, 4000)]


def shot(name: str, number: int = 0, *, at: str | None = None, camera: str = "", bits: int = 0) -> Shot:
    """A photograph of the look `number`, with that many bits turned."""
    look = f"{LOOKS[number % len(LOOKS)] ^ ((1 << bits) - 1):016x}"
    return Shot(capture_group(name, at, look, camera), name, look)


def named(*names: str) -> list[Shot]:
    """Photographs that all look different and have no EXIF."""
    return [shot(name, number) for number, name in enumerate(names)]


def filler(number: int) -> list[Shot]:
    """Photographs of other things."""
    return [shot(f"{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]}.jpg", 1000 + n) for n in range(number)]


def together(shots: list[Shot], number: int) -> list[set[int]]:
    """The captures of more than one photograph among the first `number`."""
    found: dict[str, set[int]] = {}
    for index, capture in enumerate(captures(shots)[:number]):
        found.setdefault(capture, set()).add(index)
    return [group for group in found.values() if len(group) > 1]


class TestByTheClock:
    """EXIF times, of one camera."""

    @pytest.mark.parametrize(
        ("first", "second", "one"),
        [
            ("2024-05-01T12:33:11", "2024-05-01T12:33:11", True),
            ("2024-05-01T12:33:11", "2024-05-01T12:33:13", True),
            ("2024-05-01T12:33:11", "2024-05-01T12:33:14", True),
            ("2024-05-01T12:33:11", "2024-05-01T12:33:15", False),
            ("2024-05-01T12:59:59", "2024-05-01T13:00:01", True),
            ("2024-12-31T23:59:59", "2025-01-01T00:00:01", True),
            ("2024-05-01T12:33:11", "2024-05-02T12:33:11", False),
            ("2024-13-41T12:33:11", "2024-13-41T12:33:12", False),
        ],
    )
    def test_shots_within_seconds_are_one_capture(self, first, second, one):
        shots = [shot("a.jpg", 1, at=first, camera="X"), shot("b.jpg", 2, at=second, camera="X")]
        assert bool(together(shots + filler(10), 2)) is one

    def test_two_cameras_at_one_moment_are_two_captures(self):
        at = "2024-05-01T12:33:11"
        shots = [shot("a.jpg", 1, at=at, camera="Canon EOS"), shot("b.jpg", 2, at=at, camera="Pixel 8")]
        assert together(shots + filler(10), 2) == []
        assert "Canon" not in shots[0].group

    def test_a_burst_is_followed_from_shot_to_shot(self):
        shots = [shot(f"{n}.jpg", n, at=f"2024-05-01T12:33:{2 * n:02}", camera="X") for n in range(20)]
        assert together(shots + filler(30), 20) == [set(range(20))]

    def test_names_that_say_when_are_as_good(self):
        shots = named("IMG_20240501_123311.jpg", "IMG_20240501_123313.jpg", "IMG_20240501_124000.jpg")
        assert together(shots + filler(10), 3) == [{0, 1}]

    def test_a_camera_that_never_paused_says_nothing_but_the_second(self):
        """All of a set in one chain: divided by it, nothing would be left to validate on."""
        shots = [shot(f"{n}.jpg", n, at=f"2024-05-01T12:33:{n // 2:02}", camera="X") for n in range(60)]
        assert together(shots, 60) == [{n, n + 1} for n in range(0, 60, 2)]


class TestByNames:
    """Two counters: which scene, and which shot of it."""

    @pytest.mark.parametrize(
        "pattern",
        ["car7_{:03}.jpg", "Car7-{}.png", "scene 12 ({}).jpg", "track0091[{:02}].png", "drive3_cut2_{:05}.jpeg"],
    )
    def test_shots_of_one_scene_are_one_capture(self, pattern):
        shots = named(*(pattern.format(n) for n in range(1, 41)))
        assert together(shots + filler(60), 40) == [set(range(40))]

    def test_scenes_are_told_apart(self):
        shots = named(*(f"car{car}_{n:03}.jpg" for car in range(5) for n in range(8)))
        assert together(shots, 40) == [set(range(8 * car, 8 * car + 8)) for car in range(5)]

    @pytest.mark.parametrize(
        "pattern",
        [
            "IMG_{:04}.jpg", "DSC{:05}.JPG", "P101{:04}.JPG", "{:06}.jpg", "green_{:04}.jpg", "Cars{}.png",
            "car_{}.jpg", "100_{:04}.jpg", "2024-05-01_{:03}.jpg", "trip 2023 {:03}.jpg", "train2_{:04}.jpg",
            "IMG_0001_{:03}.jpg", "synthetic_0_{:05}.jpg", "drawn_{:03}.jpg",
        ],
    )  # fmt: skip
    def test_a_counter_of_a_camera_or_a_set_is_no_capture(self, pattern):
        shots = named(*(pattern.format(n) for n in range(1, 41)))
        assert together(shots + filler(60), 40) == []

    def test_a_scene_that_is_most_of_the_set_does_not_stop_it_from_being_divided(self):
        shots = named(*(f"car7_{n:03}.jpg" for n in range(40)))
        assert together(shots + filler(39), 40) == []
        assert together(shots + filler(40), 40) == [set(range(40))]

    def test_a_scene_of_very_many_shots_is_a_place(self):
        shots = named(*(f"gate4_{n:05}.jpg" for n in range(MOST + 1)))
        assert together(shots + filler(100) * 6, MOST + 1) == []


class TestNeighboursThatLookAlike:
    """Whatever the counter counts: the next shot that looks much the same is of the same thing."""

    @pytest.mark.parametrize(
        ("first", "second", "bits", "one"),
        [
            ("IMG_0001.jpg", "IMG_0002.jpg", 9, True),
            ("000001.jpg", "000003.jpg", 9, True),
            ("IMG_0001.jpg", "IMG_0002.jpg", 14, False),
            ("IMG_0001.jpg", "IMG_0009.jpg", 9, False),
            ("IMG_0001.jpg", "DSC_0002.jpg", 9, False),
        ],
    )
    def test_they_are_one_capture(self, first, second, bits, one):
        shots = [shot(first, 5), shot(second, 5, bits=bits)]
        assert bool(together(shots + filler(10), 2)) is one

    def test_even_surfaces_are_not_alike(self):
        shots = [Shot("look:0", "1.jpg", f"{1:016x}"), Shot("look:1", "2.jpg", f"{6:016x}")]
        assert together(shots + filler(10), 2) == []


names = st.lists(st.tuples(st.sampled_from(["car7_", "car8_", "IMG_", "1_"]), st.integers(0, 30)), max_size=30)


@settings(max_examples=100, deadline=None)
@given(names, names)
def test_photographs_that_were_together_stay_so_when_others_are_added(before, added):
    shots = named(*(f"{stem}{number}.jpg" for stem, number in before))
    grown = shots + filler(60) + [shot(f"{stem}{number}.jpg", 500 + n) for n, (stem, number) in enumerate(added)]
    labels, after = captures(shots + filler(60)), captures(grown)
    assert all(after[i] == after[j] for i in range(len(shots)) for j in range(i) if labels[i] == labels[j])


@settings(max_examples=100, deadline=500)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=3))
def test_any_names_have_captures_and_fast(texts):
    assert len(captures(named(*texts))) == len(texts)
