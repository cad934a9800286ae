"""The seed project's own checkpoint, made here with torchvision: it predicts, and a run starts from it."""

from __future__ import annotations

import argparse

import numpy as np
import pytest
import torch
from torchvision.models.segmentation import deeplabv3_resnet101

from plateseg.domain.train_config import TrainConfig
from plateseg.learning.checkpoint import load_weights
from plateseg.learning.prepare import prepare
from plateseg.learning.team import Alone
from plateseg.services import training
from plateseg.services.models import weights_of
from plateseg.services.prediction import Models
from tests.integration.judged_samples import labelled_plates
from tests.integration.learning_samples import Memory, Ticking, drawn

torch.set_num_threads(1)  # on pictures this small, threads only wait for each other


@pytest.fixture(scope="module")
def seed_file(tmp_path_factory):
    """What the seed's trainer saves: {'epoch', 'model', 'optimizer', ...}, one output channel, the old helper head."""
    torch.manual_seed(0)
    network = deeplabv3_resnet101(weights=None, weights_backbone=None, num_classes=1, aux_loss=True)
    network.aux_classifier[-1] = torch.nn.Conv2d(256, 21, 1)
    optimiser = torch.optim.SGD(network.classifier[-1].parameters(), lr=0.02, momentum=0.9)
    path = tmp_path_factory.mktemp("seed") / "model_29.pth"
    torch.save(
        {
            "epoch": 29,
            "model": network.state_dict(),
            "optimizer": optimiser.state_dict(),
            "lr_scheduler": {"last_epoch": 29, "_last_lr": [0.001]},
            "args": argparse.Namespace(lr=0.02, data_path="plates", aux_loss=True),
        },
        path,
    )
    return path


def test_a_seed_checkpoint_predicts_through_the_service(storage, seed_file, tmp_path):
    image = np.random.default_rng(0).integers(0, 255, (16, 256, 3), np.uint8)  # a strip: 32x512 to the network
    prediction = Models(tmp_path).predict(storage, image, model=str(seed_file))
    assert prediction.mask.shape == (16, 256)
    assert prediction.model == "model_29.pth"


def test_a_run_starts_from_a_seed_checkpoint(storage, settings, clock, seed_file, tmp_path):
    labelled_plates(storage, train=2, val=1)
    config = TrainConfig(
        architecture="deeplabv3_resnet101",
        device="cpu",
        epochs=1,
        batch_size=2,
        image_size=64,
        workers=0,
        freeze_backbone=True,
        start_from=str(seed_file),
    )
    run = training.start(storage, config, settings=settings, now=clock.now)
    path = weights_of(storage, run.config.start_from, scratch=tmp_path).path
    memory = Memory(tmp_path / "run")
    places = {"cache_dir": tmp_path / "cache", "resume": None, "start_from": path}
    prepared = prepare(config, drawn(2), drawn(1), memory, **places, clock=Ticking(), team=Alone())
    assert any("Starts from the weights in model_29.pth." in note for note in memory.notes)
    before = load_weights(path).weights
    ours = prepared.learner.built.module.state_dict()
    assert all(torch.equal(value, ours[key]) for key, value in before.items())
    prepared.learner.step(prepared.data[(0, (0, 1))], 1.0)
    after = prepared.learner.built.module.state_dict()
    assert all(torch.equal(value, after[key]) for key, value in before.items() if key.startswith("backbone."))
    assert not torch.equal(before["classifier.4.weight"], after["classifier.4.weight"])
