"""Several classes: as many channels as names, from storage to an answer; and what nobody named is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from plateseg.domain import masks
from plateseg.domain.runs import CheckpointKind
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import Image, Mask, Split
from plateseg.errors import BadConfig, TrainingFailed
from plateseg.learning.checkpoint import load_weights
from plateseg.learning.dataset import Sample
from plateseg.learning.loop import fit
from plateseg.learning.predictor import Predictor
from plateseg.services import trainer
from tests.integration.judged_samples import add_labelled
from tests.integration.learning_samples import TINY, Memory, Ticking
from tests.integration.storage_samples import frozen

torch.set_num_threads(1)  # on pictures this small, threads only wait for each other


def _scene(seed: int) -> tuple[Image, Mask]:
    """A bright plate, and a reddish sticker: (96, 72) with classes 1 and 2."""
    rng = np.random.default_rng(seed)
    image = rng.integers(20, 60, (96, 72, 3), np.uint8)
    mask = np.zeros((96, 72), np.uint8)
    top, left = rng.integers(4, 28), rng.integers(4, 30)
    mask[top : top + 16, left : left + 36] = 1
    mask[top + 36 : top + 54, left : left + 30] = 2
    image[mask == 1], image[mask == 2] = (230, 230, 230), (210, 40, 40)
    return image, mask


def _samples(first: int, count: int) -> list[Sample]:
    scenes = [(number, *_scene(number)) for number in range(first, first + count)]
    return [Sample(f"scene-{n}", lambda i=image: i, lambda m=mask: m) for n, image, mask in scenes]


def _config(**changes: object) -> TrainConfig:
    values = {
        "architecture": TINY,
        "device": "cpu",
        "epochs": 30,
        "batch_size": 4,
        "image_size": 96,
        "learning_rate": 1e-2,
        "augment": "off",
        "workers": 0,
        "classes": "plate, sticker",
    }
    return TrainConfig(**{**values, **changes})  # type: ignore[arg-type]


def _ious(predicted: Mask, truth: Mask) -> list[float]:
    pairs = [(predicted == number, truth == number) for number in (1, 2)]
    return [float((said & real).sum() / (said | real).sum()) for said, real in pairs]


def test_two_classes_are_learnt_and_told_apart(tmp_path):
    memory = Memory(tmp_path / "run")
    fit(_config(), _samples(0, 12), _samples(50, 4), memory, cache_dir=tmp_path / "cache", clock=Ticking())
    best = memory.file(CheckpointKind.BEST)
    data = load_weights(best)
    assert (data.classes, data.about["config"]["classes"]) == (2, "plate, sticker")
    image, truth = _scene(99)
    assert min(_ious(Predictor.load(best, device="cpu", name="two").predict(image).mask, truth)) > 0.7


def test_two_classes_go_through_storage_without_loss(storage, tmp_path):
    for number in range(8):
        add_labelled(storage, f"scene-{number}", *_scene(number), Split.VAL if number > 5 else Split.TRAIN)
    snapshot = frozen(storage)
    items = storage.items.get_many(entry.item_id for entry in snapshot.entries)
    train, val = (trainer.samples(storage, snapshot, part, items) for part in (Split.TRAIN, Split.VAL))
    assert sorted(np.unique(train[0].read_mask()).tolist()) == [0, 1, 2]
    memory = Memory(tmp_path / "run")
    fit(_config(epochs=1, batch_size=2), train, val, memory, cache_dir=tmp_path / "cache", clock=Ticking())
    assert load_weights(memory.file(CheckpointKind.BEST)).classes == 2


@pytest.mark.parametrize("highest", [1, 2, 3, 127])
def test_class_indices_survive_the_disk_and_plates_keep_the_seeds_convention(highest):
    mask = np.arange(highest + 1, dtype=np.uint8).repeat(5).reshape(1, -1).repeat(3, axis=0)
    data = masks.to_png(mask)
    assert np.array_equal(masks.read_png(data), mask)
    assert np.array_equal(masks.read_png(masks.to_png((mask == 1).astype(np.uint8) * np.uint8(255))), mask == 1)


def test_a_class_that_nobody_named_is_refused_by_the_photographs_name(tmp_path):
    memory = Memory(tmp_path / "run")
    with pytest.raises(TrainingFailed, match=r"scene-0.*holds class 2, and the run knows 1"):
        fit(_config(classes="plate"), _samples(0, 4), _samples(50, 2), memory, cache_dir=tmp_path / "cache")


@pytest.mark.parametrize("classes", ["", "plate,", "plate, plate", ","])
def test_classes_have_names_of_their_own(classes):
    with pytest.raises(BadConfig, match="different names with commas"):
        TrainConfig(classes=classes)
