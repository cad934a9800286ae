"""Prediction: at the trained scale, back at the photograph's."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from plateseg.domain import masks
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadCheckpoint, BadConfig
from plateseg.learning import checkpoint
from plateseg.learning.architectures import BuiltModel, build
from plateseg.learning.checkpoint import CheckpointData
from plateseg.learning.estimate import estimate_seconds_per_step
from plateseg.learning.predictor import Predictor

torch.set_num_threads(1)  # on pictures this small, threads only wait for each other


class Redness(torch.nn.Module):
    """A network for tests that has learnt that plates are red."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return (inputs[:, :1] - inputs[:, 1:2] - 0.5) * 20


def _redness(size: int = 128) -> Predictor:
    module = Redness()
    built = BuiltModel("redness", 1, module, module, (0.0,) * 3, (1.0,) * 3, "")
    return Predictor(built, image_size=size, device="cpu", name="Redness")


@pytest.mark.parametrize(("height", "width"), [(300, 200), (97, 333), (40, 40)])
def test_a_plate_is_found_where_it_is_at_the_photographs_resolution(height, width):
    image = np.zeros((height, width, 3), np.uint8)
    top, left = height // 4, width // 4
    image[top : 3 * top, left : 3 * left, 0] = 255
    prediction = _redness().predict(image)
    assert prediction.mask.shape == prediction.probability.shape == (height, width)
    assert prediction.probability.dtype == np.float32
    truth = np.zeros((height, width), bool)
    truth[top : 3 * top, left : 3 * left] = True
    assert ((prediction.mask == 1) & truth).sum() / ((prediction.mask == 1) | truth).sum() > 0.93
    assert len(prediction.instances) == 1
    assert prediction.score > 0.9
    assert prediction.model == "Redness"


def test_every_plate_is_told_where_it_stands_in_the_photograph():
    image = np.zeros((400, 400, 3), np.uint8)
    image[200:260, 40:160, 0] = image[320:360, 240:340, 0] = 255
    prediction = _redness(400).predict(image)
    whole = masks.instances(prediction.mask, prediction.probability)
    assert [repr(plate) for plate in prediction.instances] == [repr(plate) for plate in whole]
    for plate, expected in zip(prediction.instances, [(40, 200, 120, 60), (240, 320, 100, 40)], strict=True):
        assert plate.bbox == pytest.approx(expected, abs=2)
        assert plate.quad[0] == pytest.approx(expected[:2], abs=3)


def test_a_photograph_without_plate_has_an_empty_mask_and_no_score():
    prediction = _redness().predict(np.zeros((50, 80, 3), np.uint8))
    assert (prediction.mask.sum(), prediction.score, prediction.instances) == (0, 0.0, ())


def test_the_threshold_moves_the_mask_and_not_the_probability():
    image = np.linspace(0, 255, 80).astype(np.uint8)[None, :, None] * np.array([1, 0, 0], np.uint8)
    image = np.ascontiguousarray(np.broadcast_to(image, (60, 80, 3)))
    low, high = _redness().predict(image, threshold=0.1), _redness().predict(image, threshold=0.9)
    assert (low.probability == high.probability).all()
    assert low.mask.sum() > high.mask.sum() > 0


def test_a_saved_network_predicts_what_it_predicted(tmp_path):
    torch.manual_seed(1)
    built = build("unet_efficientnet_lite0", pretrained=False)
    path = tmp_path / "best.pt"
    checkpoint.write(path, CheckpointData(built.name, 1, 64, built.module.state_dict()))
    image = np.random.default_rng(0).integers(0, 255, (90, 60, 3), np.uint8)
    expected = Predictor(built, image_size=64, device="cpu", name="here").predict(image)
    loaded = Predictor.load(path, device="cpu", name="there")
    assert loaded.image_size == 64
    assert np.array_equal(loaded.predict(image).probability, expected.probability)


def test_broken_weights_and_absent_devices_are_sentences(tmp_path, monkeypatch):
    built = build("unet_efficientnet_lite0", pretrained=False)
    with torch.no_grad():
        built.module.head.bias.fill_(float("nan"))
    path = tmp_path / "best.pt"
    checkpoint.write(path, CheckpointData(built.name, 1, 64, built.module.state_dict()))
    with pytest.raises(BadCheckpoint, match="weights are broken"):
        Predictor.load(path, device="cpu", name="x").predict(np.zeros((50, 50, 3), np.uint8))
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(BadConfig, match="no cuda device"):
        Predictor.load(path, device="cuda", name="x")


def test_the_estimate_grows_with_batch_and_size_and_leaves_chance_alone():
    torch.manual_seed(4)
    expected = float(torch.rand(1))
    torch.manual_seed(4)
    seconds = [0.0]

    def clock() -> float:
        seconds[0] += 1.0
        return seconds[0]

    def estimate(**changes) -> float:
        return estimate_seconds_per_step(
            TrainConfig(architecture="unet_efficientnet_lite0", device="cpu", **changes), clock=clock
        )

    small, large = estimate(image_size=128, batch_size=2), estimate(image_size=512, batch_size=4)
    assert large == pytest.approx(small * 32)
    assert float(torch.rand(1)) == expected
