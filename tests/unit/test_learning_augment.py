"""Augmentation: image and mask stay one thing, and the same seed gives the same example."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from plateseg.errors import BadConfig
from plateseg.learning.augment import PRESETS, augment


def _marked(height: int = 120, width: int = 90):
    """A photograph whose plate is bright red, so that image and mask can be compared after any warp."""
    image = np.full((height, width, 3), 40, np.uint8)
    mask = np.zeros((height, width), np.uint8)
    mask[50:75, 20:65] = 1
    image[mask == 1] = (250, 20, 20)
    return image, mask


def _draw(preset: str, seed: int):
    return augment(*_marked(), preset, np.random.default_rng(seed))


def test_off_changes_nothing():
    image, mask = _marked()
    same_image, same_mask = augment(image, mask, "off", np.random.default_rng(0))
    assert (same_image == image).all()
    assert (same_mask == mask).all()


@pytest.mark.parametrize("preset", ["light", "strong"])
def test_size_and_types_stay(preset):
    image, mask = _draw(preset, 3)
    assert (image.shape, image.dtype) == ((120, 90, 3), np.uint8)
    assert (mask.shape, mask.dtype) == ((120, 90), np.uint8)
    assert set(np.unique(mask)) <= {0, 1}


@pytest.mark.parametrize("preset", ["light", "strong"])
@pytest.mark.parametrize("crop_size", [0, 64])
def test_the_mask_goes_where_the_plate_goes(preset, crop_size, monkeypatch):
    monkeypatch.setitem(
        PRESETS, preset, replace(PRESETS[preset], hue=0, grey=0, night=0, cast=0)
    )  # red is how it is found
    overlap = union = 0
    for seed in range(25):
        image, mask = augment(*_marked(), preset, np.random.default_rng(seed), crop_size=crop_size)
        red = (image[..., 0].astype(int) - image[..., 1] > 45).astype(np.uint8)
        either = int((red | mask).sum())
        assert either < 200 or (red & mask).sum() / either > 0.75, f"seed {seed}"
        overlap, union = overlap + int((red & mask).sum()), union + either
    assert overlap / union > 0.9


@pytest.mark.parametrize("preset", list(PRESETS))
def test_the_same_seed_gives_the_same_example(preset):
    first, second = _draw(preset, 11), _draw(preset, 11)
    assert (first[0] == second[0]).all()
    assert (first[1] == second[1]).all()


@pytest.mark.parametrize("preset", ["light", "strong"])
def test_another_seed_gives_another_example(preset):
    pictures = {_draw(preset, seed)[0].tobytes() for seed in range(6)}
    assert len(pictures) == 6


def test_strong_shows_other_colours_squashed_and_tilted_plates():
    strong = [augment(*_marked(), "strong", np.random.default_rng(seed)) for seed in range(60)]
    boxes = [cv2.minAreaRect(cv2.findNonZero(mask)) for _, mask in strong if mask.sum() > 200]
    aspects = [max(size) / min(size) for _, size, _ in boxes]
    assert (min(aspects) < 1.4, max(aspects) > 2.2) == (True, True)  # it is 1.8 in the photograph
    reddest = [np.argmax(image[mask == 1].mean(axis=0)) for image, mask in strong if mask.any()]
    assert set(reddest) == {0, 1, 2}


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_crop_has_its_size_or_the_photographs_and_mostly_holds_the_plate(preset):
    held = 0
    for seed in range(40):
        image, mask = augment(*_marked(200, 60), preset, np.random.default_rng(seed), crop_size=64)
        assert (image.shape, mask.shape) == ((64, 60, 3), (64, 60))
        held += bool(mask.any())
    assert 25 <= held < 40


def test_half_of_the_light_examples_are_mirrored():
    sides = [mask[:, :45].sum() > mask[:, 45:].sum() for _, mask in (_draw("light", seed) for seed in range(40))]
    assert 10 <= sum(sides) <= 30


def test_a_read_only_photograph_is_left_as_it_was():
    image, mask = _marked()
    image.flags.writeable = mask.flags.writeable = False
    before = image.copy()
    augment(image, mask, "strong", np.random.default_rng(5))
    assert (image == before).all()


def test_unknown_preset_names_the_known_ones():
    with pytest.raises(BadConfig, match="light, strong"):
        augment(*_marked(), "wild", np.random.default_rng(0))
