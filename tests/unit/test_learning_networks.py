"""Every architecture learns a step, is saved, comes back with what it needs, and predicts."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
import torch

from plateseg.cli import main
from plateseg.domain import architectures as listing
from plateseg.domain.architectures import ARCHITECTURES, ENCODERS, choices, described
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadCheckpoint, BadConfig
from plateseg.learning import checkpoint
from plateseg.learning.architectures import architecture_names, build, build_configured, registry, resolve
from plateseg.learning.architectures.encoders import bare_encoder
from plateseg.learning.architectures.packaged_weights import PACKAGED
from plateseg.learning.checkpoint import CheckpointData
from plateseg.learning.dataset import Batch, stack
from plateseg.learning.learner import Learner
from plateseg.learning.losses import get_loss
from plateseg.learning.predictor import Predictor
from plateseg.ui.tabs import train
from tests.conftest import ROOT

torch.set_num_threads(1)  # on pictures this small, threads only wait for each other

NAMES = [each.name for each in ARCHITECTURES]
ADDED_FILE = '''
"""LinkNet of segmentation-models-pytorch, as somebody would add it in learning/architectures/linknet.py."""

import segmentation_models_pytorch as smp

from plateseg.learning.architectures import encoders
from plateseg.learning.architectures.downloads import RANDOM_AS_ASKED
from plateseg.learning.architectures.registry import Blueprint, BuiltModel, register


@register("linknet")
def linknet(plan: Blueprint) -> BuiltModel:
    """On the encoder of one's choice."""
    with encoders.fitting(plan.encoder, plan.name):
        network = smp.Linknet(encoders.library_name(plan.encoder), encoder_weights=None, classes=plan.classes)
    note = encoders.load_pretrained(network.encoder, plan.encoder)[1] if plan.pretrained else RANDOM_AS_ASKED
    mean, std = encoders.normalisation(plan.encoder)
    return BuiltModel(plan.name, plan.classes, network, network.encoder, mean, std, note)
'''
ADDED_LINE = 'Architecture("linknet", "LinkNet: the skips of U-Net added up, lighter", takes_encoder=True)'
"""And as it would stand in the list of domain/architectures.py."""


def _batch(count: int = 2) -> Batch:
    rng = np.random.default_rng(3)
    image = rng.integers(0, 90, (64, 64, 3), np.uint8)
    mask = np.zeros((64, 64), np.uint8)
    image[24:40, 8:56], mask[24:40, 8:56] = 220, 1
    return stack([(image, mask)] * count)


def _learner(built, **changes) -> Learner:
    return Learner(built, TrainConfig(**changes), device="cpu", batch_size=4)


def _saved(built, folder: Path, **changes) -> Path:
    data = CheckpointData(built.name, built.classes, 64, built.module.state_dict(), options=dict(built.options))
    checkpoint.write(folder / "best.pt", data)
    return folder / "best.pt"


def test_the_list_without_torch_and_the_registry_agree(capsys):
    assert _listed() == _shipped()
    assert choices()[0] == "auto"
    assert main(["architectures"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in NAMES)


def _listed() -> set[str]:
    return {each.name for each in listing.ARCHITECTURES}


def _shipped() -> set[str]:
    """What modules of the package registered; tests register networks of their own."""
    return {name for name in architecture_names() if registry._builders[name].__module__.startswith("plateseg.")}


def _skip_without(extra: str) -> None:
    if extra:
        pytest.importorskip(extra, reason="an optional extra")


@pytest.mark.parametrize("name", NAMES)
def test_every_architecture_trains_is_saved_and_predicts(name, tmp_path):
    _skip_without(described(name).extra)
    torch.manual_seed(0)
    built = build(name, pretrained=False)
    learner = _learner(built)
    heavy = "resnet" in name
    losses = [float(learner.step(_batch(), 1.0).loss) for _ in range(1 if heavy else 2)]
    assert all(math.isfinite(loss) for loss in losses)
    learner.average.module.eval()
    inputs, masks = learner.prepared(_batch())
    with torch.inference_mode():
        loss, answer = built.judged(learner.average.module, inputs, masks, learner.loss)
    assert math.isfinite(float(loss))
    assert answer.shape == (2, 1, 64, 64)
    assert answer.dtype == torch.float32
    assert 0 <= float(answer.min()) <= float(answer.max()) <= 1
    image = np.random.default_rng(0).integers(0, 255, (90, 60, 3), np.uint8)
    path = _saved(built, tmp_path)
    loaded = Predictor.load(path, device="cpu", name="there").predict(image)
    assert loaded.mask.shape == (90, 60)
    if not heavy:
        expected = Predictor(built, image_size=64, device="cpu", name="here").predict(image)
        assert np.array_equal(loaded.probability, expected.probability)


@pytest.mark.parametrize("name", ["deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large", "fpn"])
def test_several_classes_are_as_many_channels(name):
    built = build(name, classes=3, pretrained=False)
    built.module.eval()
    with torch.inference_mode():
        assert built.probabilities(built.module, torch.zeros(1, 3, 64, 64)).shape == (1, 3, 64, 64)


def test_the_auxiliary_head_counts_four_tenths():
    torch.manual_seed(0)
    built = build("deeplabv3_mobilenet_v3_large", pretrained=False)
    built.module.eval()  # no dropout, and no statistics of the batch
    loss = get_loss("bce_dice")
    inputs, masks = torch.randn(2, 3, 64, 64), _batch().masks
    target = (masks.unsqueeze(1) == 1).float()
    main, aux = built.task.logits(built.module, inputs)
    expected = loss(main, target) + 0.4 * loss(aux, target)
    assert built.objective(built.module, inputs, masks, loss).loss.item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("encoder", ["mobilenet_v2", "resnet18", "tu-mobilenetv3_small_050"])
def test_the_encoder_is_chosen_and_the_checkpoint_remembers_it(encoder, tmp_path):
    config = TrainConfig(architecture="unet", encoder=encoder, device="cpu")
    built = build_configured(config, resolve(config)[0], pretrained=False)
    assert built.options == {"encoder": encoder}
    assert math.isfinite(float(_learner(built).step(_batch(1), 1.0).loss))
    data = checkpoint.load_weights(_saved(built, tmp_path))
    again = checkpoint.rebuild(data, name="best.pt")
    assert again.options == {"encoder": encoder}
    assert again.mean == built.mean
    other = build("unet", pretrained=False)
    with pytest.raises(BadCheckpoint, match=f"Choose the encoder {encoder}"):
        checkpoint.load_into(other, data, name="best.pt")


def test_a_checkpoint_from_before_encoders_loads(tmp_path):
    built = build("unet_efficientnet_lite0", pretrained=False)
    path = _saved(built, tmp_path)
    old = torch.load(path, weights_only=True)
    del old["options"]
    torch.save({**old, "version": 1}, path)
    assert checkpoint.rebuild(checkpoint.load_weights(path), name="old.pt").name == built.name


@pytest.mark.parametrize(
    ("architecture", "encoder", "words"),
    [
        ("unet", "resnet9000", "no encoder called 'resnet9000'.*efficientnet_lite0.*tu-"),
        ("unet", "tu-convnext_tyni", "tu-convnext"),
        ("unet", "resnext101_32x48d", "no encoder called"),
    ],
)
def test_an_unknown_encoder_is_refused_before_anything_starts(architecture, encoder, words):
    with pytest.raises(BadConfig, match=words):
        resolve(TrainConfig(architecture=architecture, encoder=encoder))


def test_an_encoder_that_does_not_serve_is_refused_with_a_way_out():
    with pytest.raises(BadConfig, match=r"tu-vit_tiny_patch16_224 does not serve for unet.*Choose efficientnet_lite0"):
        build("unet", pretrained=False, options={"encoder": "tu-vit_tiny_patch16_224"})


def test_an_encoder_nobody_asks_for_is_said_to_be_ignored():
    config = TrainConfig(architecture="lraspp_mobilenet_v3_large", encoder="resnet18")
    note = build_configured(config, resolve(config)[0], pretrained=False).weights_note
    assert note.endswith("The encoder resnet18 is not used: lraspp_mobilenet_v3_large brings its own.")


@pytest.mark.parametrize(
    ("architecture", "encoder"),
    [(name, "efficientnet_lite0") for name in ("unet", "pspnet")] + [("fpn", "mobilenet_v2")],
)
def test_packaged_imagenet_weights_fill_the_encoder(architecture, encoder):
    package, read = PACKAGED[encoder]
    try:
        expected = read()
    except ImportError:
        pytest.skip(f"{package} is not installed")
    built = build(architecture, options={"encoder": encoder})
    assert built.weights_note == f"ImageNet weights from {package}."
    ours = built.backbone.state_dict()
    shared = [key for key in ours if key in expected]
    assert len(shared) > 0.5 * len(expected)
    assert all(torch.equal(ours[key], expected[key]) for key in shared)


def test_a_hub_that_cannot_be_reached_is_said_and_not_waited_for(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    for encoder in ("resnet18", "tu-mobilenetv3_small_050"):
        note = build("unet", options={"encoder": encoder}).weights_note
        assert note.startswith(f"Random initialisation: the weights of {encoder} could not be downloaded (")


def test_an_extra_that_is_not_installed_is_a_sentence_before_anything_starts(monkeypatch):
    monkeypatch.setattr(registry.importlib.util, "find_spec", lambda name: None)
    for ask in (lambda: resolve(TrainConfig(architecture="yolo")), lambda: build("yolo")):
        with pytest.raises(BadConfig, match=r"needs the package libreyolo.*requirements-yolo\.txt.*or choose another"):
            ask()
    assert (ROOT / "requirements-yolo.txt").is_file()


@pytest.mark.parametrize("encoder", ENCODERS)
def test_the_form_offers_encoders_that_exist(encoder):
    assert resolve(TrainConfig(architecture="unet", encoder=encoder, device="cpu")) == ("unet", "cpu")
    assert bare_encoder(encoder).out_channels[0] == 3, "its feature maps begin with the photograph's channels"


def test_an_architecture_is_one_file_of_less_than_forty_lines_and_one_line_in_the_list(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(registry, "_builders", dict(registry._builders))
    _import_file(ADDED_FILE, tmp_path / "linknet.py")
    assert len(ADDED_FILE.splitlines()) < 40
    assert _shipped() - _listed() == {"linknet"}, "the file alone trains by name; it is not on the form"

    line = eval(ADDED_LINE, vars(listing))
    monkeypatch.setattr(listing, "ARCHITECTURES", (*listing.ARCHITECTURES, line))

    assert _shipped() == _listed()
    with gr.Blocks():
        form = train._form()
    assert ("linknet: LinkNet: the skips of U-Net added up, lighter", "linknet") in form["architecture"].choices
    assert main(["architectures"]) == 0
    assert "LinkNet: the skips of U-Net added up, lighter (--encoder)" in capsys.readouterr().out
    _trains_and_remembers_its_encoder("linknet", tmp_path)


def _import_file(text: str, path: Path) -> None:
    """Import a file as a module of learning/architectures, as the package imports every file there."""
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(f"plateseg.learning.architectures.{path.stem}", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def _trains_and_remembers_its_encoder(name: str, folder: Path) -> None:
    config = TrainConfig(architecture=name, encoder="mobilenet_v2", device="cpu")
    built = build_configured(config, resolve(config)[0], pretrained=False)
    before = [parameter.detach().clone() for parameter in built.module.parameters()]
    _learner(built).step(_batch(), 1.0)
    assert any(not torch.equal(now, then) for now, then in zip(built.module.parameters(), before, strict=True))
    saved = _saved(built, folder)
    assert checkpoint.rebuild(checkpoint.load_weights(saved), name="saved").options == {"encoder": "mobilenet_v2"}
    loaded = Predictor.load(saved, device="cpu", name="added")
    assert loaded.predict(np.zeros((50, 80, 3), np.uint8)).mask.shape == (50, 80)
