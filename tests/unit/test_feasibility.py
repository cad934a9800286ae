"""Start decides without torch wherever the lists in domain/ have the answer."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from plateseg.domain.architectures import ARCHITECTURES
from plateseg.learning.architectures import Blueprint
from tests.conftest import ROOT

SAID_WITHOUT_TORCH = """
import sys
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadConfig
from plateseg.services.feasibility import refuse_impossible, refuse_small_batch

refuse_impossible(TrainConfig())
refuse_impossible(TrainConfig(architecture="unet", encoder="resnet18", loss="bce:0.5+lovasz:0.5", device="cpu"))
for ask in (
    lambda: refuse_impossible(TrainConfig(loss="bce:much")),
    lambda: refuse_impossible(TrainConfig(loss="bce+")),
    lambda: refuse_small_batch(TrainConfig(architecture="pspnet", batch_size=1), train=9),
):
    try:
        ask()
    except BadConfig:
        continue
    raise SystemExit("not refused")
print("torch" in sys.modules)
"""


def test_what_the_lists_answer_costs_no_torch():
    done = subprocess.run(
        [sys.executable, "-c", SAID_WITHOUT_TORCH],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


@pytest.mark.parametrize("about", ARCHITECTURES, ids=lambda about: about.name)
def test_a_blueprint_knows_the_smallest_batch_of_the_list(about):
    assert Blueprint(about.name).smallest_batch == about.smallest_batch
