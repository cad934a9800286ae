"""Runs that cannot go on end FAILED with one sentence and a log, and leave everything else as it was."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch

from plateseg.domain.runs import CheckpointKind, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import Split
from plateseg.services import training
from storage.storage import utc_now
from tests.process.homes import Home

MEGABYTE = 2**20


class Unloadable:
    """Something that only full unpickling brings back."""


def best_of(home: Home) -> Path:
    """The weights file of run 1."""
    best = home.storage.checkpoints.get(1, CheckpointKind.BEST)
    return home.storage.blobs.local_path(best.blob, home.settings.scratch)


def garbage(path: Path, home: Home) -> None:
    path.write_bytes(b"\x00these are no weights" * 1000)


def cut_short(path: Path, home: Home) -> None:
    path.write_bytes(best_of(home).read_bytes()[: 5 * MEGABYTE])


def full_pickle(path: Path, home: Home) -> None:
    path.write_bytes(pickle.dumps({"model": Unloadable()}))


def another_network(path: Path, home: Home) -> None:
    payload = torch.load(best_of(home), weights_only=True)
    torch.save(payload | {"architecture": "deeplabv3_resnet101"}, path)


def unknown_network(path: Path, home: Home) -> None:
    payload = torch.load(best_of(home), weights_only=True)
    torch.save(payload | {"architecture": "resunet9000"}, path)


def not_a_number(path: Path, home: Home) -> None:
    payload = torch.load(best_of(home), weights_only=True)
    name = next(name for name in payload["weights"] if name.endswith("conv_stem.weight"))
    payload["weights"][name][:] = float("nan")
    torch.save(payload, path)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (garbage, "weights.pt is not a PyTorch weights file. Choose another file."),
        (cut_short, "weights.pt is damaged or cut short"),
        (full_pickle, "weights.pt needs full unpickling, which could run any code, so it was not read."),
        (another_network, "weights.pt does not fit deeplabv3_resnet101: "),
        (unknown_network, "weights.pt cannot be used here: There is no architecture called 'resunet9000'."),
    ],
)
def test_a_file_of_weights_that_cannot_be_used_is_refused_before_a_run_is_made(trained, tmp_path, make, sentence):
    make(tmp_path / "weights.pt", trained)

    verb = trained.train("--epochs", "1", "--start-from", str(tmp_path / "weights.pt"))

    assert (verb.code, sentence in verb.output, "Traceback" in verb.output) == (2, True, False), verb.output
    assert [run.id for run in trained.storage.runs.all()] == [1]


def test_weights_to_start_from_that_are_no_numbers_end_the_run(trained, tmp_path):
    not_a_number(tmp_path / "weights.pt", trained)

    verb = trained.train("--epochs", "1", "--start-from", str(tmp_path / "weights.pt"))

    assert_failed(trained, verb, "The loss was no longer a number at step 1.", run_id=2)
    assert trained.run(1).champion


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--architecture", "nonsense"), "There is no architecture called 'nonsense'. Choose auto or one of "),
        (("--start-from", "nowhere.pt"), "There is no run and no weights file called"),
        (("--start-from", "12"), "There is no run 12"),
        (("--batch-size", "13"), "Set the batch size to"),
        (("--resume", "1"), "There is no run 1"),
        (("--image-size", "100"), "Image size must be a multiple of 32"),
    ],
)
def test_what_cannot_be_is_refused_before_a_run_is_made(home, words, sentence):
    verb = home.do("train", "--epochs", "1", *words)

    assert verb.code == 2
    assert sentence in verb.output
    assert "Traceback" not in verb.output
    assert home.storage.runs.all() == ()


def test_one_unreadable_photograph_is_named_and_left_out_and_more_stop_the_run(home):
    train = [item for item in frozen(home) if item.split is Split.TRAIN]
    damage(home, train[0].image_blob)
    assert home.train("--epochs", "1").code == 0
    assert f"{train[0].name} is left out: " in home.log(2)
    assert "1 of 14 photographs were left out." in home.log(2)
    assert home.run(2).status is RunStatus.FINISHED

    damage(home, train[1].image_blob)
    verb = home.train("--epochs", "1")
    assert_failed(home, verb, "2 of 14 photographs or masks could not be read, the first being ", run_id=3)
    assert "Repair or exclude them, then train again." in home.run(3).message


@pytest.mark.parametrize(("split", "word"), [(Split.TRAIN, "training"), (Split.VAL, "validation")])
def test_photographs_deleted_before_the_run_begins(home, split, word):
    for item in frozen(home):
        if item.split is split:
            home.storage.items.delete(item.id)

    verb = home.do("train", "--resume", "1")

    assert_failed(home, verb, f"All {word} photographs of this run's snapshot were deleted. Start a new run.")


def test_a_disk_that_is_full_when_a_checkpoint_is_written(home):
    """The largest file may have 12 MB: scaled photographs and the database fit, the weights do not."""
    verb = home.begin("train", "--image-size", "64", "--epochs", "1", file_limit=12 * MEGABYTE).ended()
    sentence = "The checkpoint best.pt could not be written (File too large). Free some disk space and resume the run."
    assert_failed(home, verb, sentence)
    assert not home.has(CheckpointKind.BEST)
    assert home.steps() > 0

    assert home.do("train", "--resume", "1").code == 0
    assert home.run().status is RunStatus.FINISHED
    assert [step for step, _ in home.curve("train/loss")] == list(range(1, home.run().step + 1))


def frozen(home: Home):
    """The photographs of run 1, which waits in the queue."""
    training.start(home.storage, TrainConfig(epochs=1, image_size=64), settings=home.settings, now=utc_now())
    return [item for item in home.storage.items.page(limit=100).items if item.split is not Split.UNASSIGNED]


def damage(home: Home, blob: str) -> None:
    """Put other bytes in a blob's place, as a failing disk would."""
    path = home.storage.blobs.local_path(blob, home.settings.scratch)
    path.unlink()
    path.write_bytes(b"\xff\xd8\xff" + b"rot" * 1000)


def assert_failed(home: Home, verb, sentence: str, *, run_id: int = 1) -> None:
    """One sentence in the run and in its log, exit code 1, nothing left behind, the database sound."""
    run = home.run(run_id)
    assert (verb.code, run.status) == (1, RunStatus.FAILED), verb.output
    assert sentence in run.message
    assert "Unexpected error" not in run.message
    assert run.message in home.log(run_id)
    assert run.message in verb.output
    assert home.view(run_id)["can_resume"]
    assert not home.cache(run_id).exists()
    assert home.database_is_intact()
