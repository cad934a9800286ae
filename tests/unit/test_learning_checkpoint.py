"""Weights files: whole or not at all, safe to read, and the seed project's ones too."""

from __future__ import annotations

import argparse
import random

import numpy as np
import pytest
import torch
from torchvision.models.segmentation import deeplabv3_resnet101

from plateseg.errors import BadCheckpoint, StorageUnavailable
from plateseg.learning import checkpoint
from plateseg.learning.architectures import build
from plateseg.learning.chance import capture_chance, restore_chance, seed_everything
from plateseg.learning.checkpoint import CheckpointData

torch.set_num_threads(1)  # on pictures this small, threads only wait for each other


@pytest.fixture(scope="module")
def lite0():
    return build("unet_efficientnet_lite0", pretrained=False)


def _data(built, **changes) -> CheckpointData:
    values = {"architecture": built.name, "classes": 1, "image_size": 96, "weights": built.module.state_dict()}
    return CheckpointData(**{**values, **changes})


def test_what_is_written_is_read_and_nothing_else_is_left(lite0, tmp_path):
    path = tmp_path / "best.pt"
    checkpoint.write(path, _data(lite0, epoch=3, step=40, val_iou=0.9, about={"config": {"epochs": 3}}))
    read = checkpoint.load_weights(path)
    assert (read.architecture, read.image_size, read.epoch, read.step, read.val_iou) == (lite0.name, 96, 3, 40, 0.9)
    assert read.about == {"config": {"epochs": 3}}
    assert all(torch.equal(value, read.weights[key]) for key, value in lite0.module.state_dict().items())
    assert [file.name for file in tmp_path.iterdir()] == ["best.pt"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(lite0, tmp_path, monkeypatch):
    path = tmp_path / "best.pt"
    checkpoint.write(path, _data(lite0, epoch=1))

    def full(*args, **kwargs):
        raise RuntimeError("PytorchStreamWriter failed writing file: No space left on device")

    monkeypatch.setattr("torch.save", full)
    with pytest.raises(StorageUnavailable, match="Free some disk space"):
        checkpoint.write(path, _data(lite0, epoch=2))
    assert checkpoint.load_weights(path).epoch == 1
    assert [file.name for file in tmp_path.iterdir()] == ["best.pt"]


class Mischief:
    def __reduce__(self):
        return print, ("this must never be printed",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "damaged or cut short"),
        (b"not weights at all", "not a PyTorch weights file"),
        ("truncated", "damaged or cut short"),
        (Mischief(), "needs full unpickling"),
        ({"model": {"conv.weight": torch.zeros(1)}}, "neither a plateseg checkpoint nor"),
        (torch.zeros(3), "holds Tensor"),
        ({"format": "plateseg-checkpoint", "version": 99}, "newer plateseg"),
        ({"format": "plateseg-checkpoint", "version": 1, "epoch": 1}, "damaged"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(tmp_path, capsys, content, reason):
    path = tmp_path / "bad.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "truncated" and isinstance(content, str):
        torch.save({"weights": torch.zeros(10_000)}, path)
        path.write_bytes(path.read_bytes()[:9000])
    else:
        torch.save(content, path)
    with pytest.raises(BadCheckpoint, match=reason):
        checkpoint.load_weights(path)
    assert "never be printed" not in capsys.readouterr().out


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadCheckpoint, match="no weights file"):
        checkpoint.load_weights(tmp_path / "missing.pt")


def test_weights_of_another_network_are_refused(lite0):
    with pytest.raises(BadCheckpoint, match="Choose the architecture deeplabv3_resnet101"):
        checkpoint.load_into(lite0, _data(lite0, architecture="deeplabv3_resnet101"), name="run 3")
    fewer = dict(list(lite0.module.state_dict().items())[1:])
    with pytest.raises(BadCheckpoint, match="1 missing, 0 unknown"):
        checkpoint.load_into(lite0, _data(lite0, weights=fewer), name="run 3")


def test_the_seed_projects_files_load_with_and_without_the_auxiliary_head(tmp_path):
    seed = deeplabv3_resnet101(weights=None, weights_backbone=None, num_classes=1, aux_loss=True)
    seed.aux_classifier[-1] = torch.nn.Conv2d(256, 21, 1)  # the seed kept the pretrained one, with its 21 classes
    built = build("deeplabv3_resnet101", pretrained=False)
    built.module.eval()
    seed.eval()
    inputs = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        expected = seed(inputs)["out"]
        for state in (seed.state_dict(), {k: v for k, v in seed.state_dict().items() if not k.startswith("aux")}):
            data = checkpoint.load_weights(_seed_file(tmp_path / "model_9.pth", state))
            assert (data.architecture, data.classes, data.epoch) == ("deeplabv3_resnet101", 1, 9)
            checkpoint.load_into(built, data, name="model_9.pth")
            assert torch.equal(built.task.logits(built.module, inputs).main, expected)


def _seed_file(path, state):
    args = argparse.Namespace(lr=0.1, data_path="plates")
    torch.save({"epoch": 9, "model": state, "args": args, "best_iou": np.float64(0.137)}, path)
    return path


def test_chance_goes_on_where_it_was_captured(tmp_path):
    seed_everything(5)
    torch.save(capture_chance(), tmp_path / "chance.pt")
    drawn = random.random(), np.random.rand(), float(torch.rand(1))
    seed_everything(6)
    restore_chance(torch.load(tmp_path / "chance.pt", weights_only=True))
    assert (random.random(), np.random.rand(), float(torch.rand(1))) == drawn
