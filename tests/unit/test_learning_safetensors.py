"""Weights as safetensors: whole, as our own checkpoints are, and refused in a sentence."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file

from plateseg.errors import BadCheckpoint
from plateseg.learning import checkpoint, safetensors_file
from plateseg.learning.checkpoint import CheckpointData
from tests.integration.learning_samples import TINY, TinyNetwork

STATE = TinyNetwork(1).to(memory_format=torch.channels_last).state_dict()
DATA = CheckpointData(
    TINY, 1, 96, STATE, epoch=3, step=12, val_iou=0.75, training={"not": "kept"}, about={"config": {"seed": 7}},
    options={"encoder": "none"},
)  # fmt: skip


@pytest.mark.parametrize("name", ["best.safetensors", "starter.pt"])
def test_what_is_written_is_read_by_the_one_reader_of_weights(tmp_path, name):
    safetensors_file.write(tmp_path / name, DATA)

    read = checkpoint.load_weights(tmp_path / name)

    assert (read.architecture, read.classes, read.image_size, read.epoch, read.step) == (TINY, 1, 96, 3, 12)
    assert (read.val_iou, read.training, read.about, read.options) == (0.75, None, DATA.about, DATA.options)
    assert read.weights.keys() == STATE.keys()
    assert all(torch.equal(read.weights[key], value) for key, value in STATE.items())
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_half_the_size_and_read_as_full_numbers(tmp_path):
    wide = CheckpointData(TINY, 1, 96, {"weight": torch.rand(64, 64), "count": torch.tensor(5)})
    safetensors_file.write(tmp_path / "full", wide)
    safetensors_file.write(tmp_path / "half", wide, half=True)

    read = checkpoint.load_weights(tmp_path / "half").weights

    assert (tmp_path / "half").stat().st_size < 0.6 * (tmp_path / "full").stat().st_size
    assert (read["weight"].dtype, read["count"]) == (torch.float32, torch.tensor(5))
    assert torch.allclose(read["weight"], wide.weights["weight"], atol=1e-3)


def foreign(path):
    save_file({"weight": torch.zeros(1)}, path)


def cut_short(path):
    safetensors_file.write(path, DATA)
    path.write_bytes(path.read_bytes()[:-7])


def newer(path):
    save_file({"weight": torch.zeros(1)}, path, metadata={"format": checkpoint.FORMAT, "version": "99"})


def without_words(path):
    save_file({"weight": torch.zeros(1)}, path, metadata={"format": checkpoint.FORMAT, "version": "1"})


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (foreign, "plateseg did not write it"),
        (cut_short, "damaged or cut short"),
        (newer, "Update plateseg"),
        (without_words, "parts of it are missing"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(tmp_path, make, sentence):
    make(tmp_path / "w.safetensors")

    with pytest.raises(BadCheckpoint, match=sentence):
        checkpoint.load_weights(tmp_path / "w.safetensors")
