"""The cache of scaled photographs."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from plateseg.errors import BadImage
from plateseg.learning.cache import Sample, build_cache


def _sample(name: str, height: int = 100, width: int = 60, *, value: int = 90) -> Sample:
    mask = np.zeros((height, width), np.uint8)
    mask[height // 4 : height // 2, width // 4 : width // 2] = 1
    return Sample(name, lambda: np.full((height, width, 3), value, np.uint8), lambda: mask)


def _broken() -> np.ndarray:
    raise BadImage("The file ends early. Copy it again.")


def test_what_was_put_in_comes_out_at_the_networks_scale(tmp_path):
    built = build_cache([_sample("a"), _sample("b", 50, 80)], tmp_path / "x.pixels", longer_side=64, keep_truth=True)
    cache = built.cache
    assert [entry.shape for entry in cache.entries] == [(64, 38), (40, 64)]
    assert cache.image(0).shape == (64, 38, 3)
    assert (cache.image(1) == 90).all()
    assert cache.mask(1).sum() == pytest.approx(12 * 20 * (64 / 80) ** 2, rel=0.1)
    assert (cache.truth(0) == _sample("a").read_mask()).all()


def test_a_large_truth_is_kept_at_1600_pixels(tmp_path):
    built = build_cache([_sample("a", 3000, 4000)], tmp_path / "x.pixels", longer_side=64, keep_truth=True)
    assert built.cache.truth(0).shape == (1200, 1600)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (Sample("bad", _broken, lambda: np.zeros((9, 9), np.uint8)), "ends early"),
        (Sample("bad", lambda: np.zeros((9, 9, 3), np.uint8), lambda: np.zeros((9, 8), np.uint8)), "8x9, image is 9x9"),
    ],
)
def test_an_unreadable_one_is_named_and_the_others_are_there(tmp_path, bad, reason):
    built = build_cache([_sample("a"), bad, _sample("c", value=7)], tmp_path / "x", longer_side=64, keep_truth=False)
    ((name, said),) = built.rejected
    assert name == "bad"
    assert reason in said
    assert [entry.sample for entry in built.cache.entries] == [0, 2]
    assert (built.cache.image(1) == 7).all()


def test_it_is_taken_up_again_for_the_same_names_and_made_anew_for_others(tmp_path):
    path = tmp_path / "x.pixels"
    build_cache([_sample("a", value=1)], path, longer_side=64, keep_truth=False)
    again = build_cache([_sample("a", value=2)], path, longer_side=64, keep_truth=False)
    assert (again.cache.image(0) == 1).all()
    other = build_cache([_sample("b", value=3)], path, longer_side=64, keep_truth=False)
    assert (other.cache.image(0) == 3).all()


@pytest.mark.parametrize("damage", ["truncate", "index"])
def test_a_damaged_cache_is_made_anew(tmp_path, damage):
    path = tmp_path / "x.pixels"
    build_cache([_sample("a", value=1)], path, longer_side=64, keep_truth=False)
    if damage == "truncate":
        path.write_bytes(path.read_bytes()[:100])
    else:
        path.with_suffix(".json").write_text("{")
    again = build_cache([_sample("a", value=2)], path, longer_side=64, keep_truth=False)
    assert (again.cache.image(0) == 2).all()


def test_it_ends_when_told_to_and_leaves_no_half_cache(tmp_path):
    path = tmp_path / "x.pixels"
    samples = [_sample(str(number)) for number in range(40)]
    assert build_cache(samples, path, longer_side=64, keep_truth=False, keep_going=lambda: False) is None
    assert build_cache(samples, path, longer_side=64, keep_truth=False) is not None


def test_another_process_maps_the_same_pixels(tmp_path):
    built = build_cache([_sample("a")], tmp_path / "x.pixels", longer_side=64, keep_truth=False)
    built.cache.image(0)
    copy = pickle.loads(pickle.dumps(built.cache))
    assert len(pickle.dumps(built.cache)) < 2000
    assert (copy.image(0) == built.cache.image(0)).all()
