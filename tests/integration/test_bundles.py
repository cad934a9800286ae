"""A run as a folder: complete, usable elsewhere, and put to the test."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace

import cv2
import pytest

from plateseg.cli import main
from plateseg.domain.runs import CheckpointKind, MetricPoint, RunStatus
from plateseg.errors import BadConfig, TrainingFailed
from plateseg.learning import checkpoint, safetensors_file
from plateseg.services import reproduction
from tests.integration.judged_samples import BLIND, PERFECT, SHIFTED, finished, labelled_plates, weights_by_hand


@pytest.fixture
def run(storage, tmp_path, settings, monkeypatch):
    """A run that nobody has judged yet, in the home that the command line works on."""
    monkeypatch.setenv("PLATESEG_HOME", str(settings.home))
    labelled_plates(storage)
    made = finished(storage, tmp_path, SHIFTED, "a bit aside", seed=7)
    points = [MetricPoint(step, step / 4, "train/loss", 1 / step) for step in range(1, 9)]
    storage.metrics.add(made.id, [*points, MetricPoint(8, 2, "val/mean_iou", 0.5)])
    return made


@pytest.fixture
def bundle(run, tmp_path):
    assert main(["export-run", str(run.id), str(tmp_path / "bundle")]) == 0
    return tmp_path / "bundle"


def lines(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_everything_is_in_it(storage, run, bundle):
    assert sorted(path.name for path in bundle.iterdir()) == [
        "README.txt", "curves.csv", "run.json", "scores.csv", "snapshot.json", "training_history.png",
        "weights.safetensors",
    ]  # fmt: skip
    about = json.loads((bundle / "run.json").read_text())
    assert (about["name"], about["seed"], about["config"]["image_size"]) == ("a bit aside", 7, 96)
    assert (about["config"]["batch_size"], about["batch_size_taken"]) == (4, 4)
    assert about["scores"]["images"] == 8
    snapshot = json.loads((bundle / "snapshot.json").read_text())
    assert snapshot["sha256"] == storage.snapshots.get(run.snapshot_id).sha256
    assert [entry["split"] for entry in snapshot["entries"]] == ["train"] * 2 + ["val"] * 8
    assert len(lines(bundle / "curves.csv")) == 9
    scored = lines(bundle / "scores.csv")
    assert len(scored) == 8
    assert {float(row["iou"]) for row in scored} == {
        each.score.iou for each in storage.scores.of(run.id, weights=storage.judgements.get(run.id).weights)
    }
    assert cv2.imread(str(bundle / "training_history.png")).shape == (440, 1280, 3)
    assert checkpoint.load_weights(bundle / "weights.safetensors").architecture == run.config.architecture


def test_a_batch_that_was_found_by_trying_is_in_it_and_is_what_training_again_takes(storage, settings, run, tmp_path):
    storage.runs.settle(run.id, device="cpu", config=replace(run.config, batch_size=0))
    storage.runs.requeue(run.id, seen=storage.runs.get(run.id))
    storage.runs.claim(run.id, device="cpu", host="here", pid=1)
    storage.runs.beat(
        run.id, pid=1, epoch=1, step=2, steps_per_epoch=2, seconds_per_step=None, message="", batch_taken=2
    )
    storage.runs.finish(run.id, RunStatus.FINISHED, "Trained 1 epoch.")
    assert main(["export-run", str(run.id), str(tmp_path / "probed")]) == 0

    about = json.loads((tmp_path / "probed" / "run.json").read_text())
    assert (about["config"]["batch_size"], about["batch_size_taken"]) == (0, 2)

    def train(_storage, _settings, run_id):
        return storage.runs.get(run_id)

    with pytest.raises(TrainingFailed):  # this trainer leaves its run in the queue: only what it would do is looked at
        reproduction.train_again(storage, settings, reproduction.read(tmp_path / "probed"), train)
    assert storage.runs.all()[0].config.batch_size == 2


def test_the_scores_are_checked(bundle, capsys):
    assert main(["reproduce", str(bundle), "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["found"], found["missing"], found["largest"], found["holds"]) == (8, 0, 0.0, True)

    safetensors_file.write(bundle / "weights.safetensors", checkpoint.load_weights(other_weights(bundle)))
    assert main(["reproduce", str(bundle)]) == 1
    assert "The scores do not hold." in capsys.readouterr().out
    assert main(["reproduce", str(bundle), "--tolerance", "1"]) == 0


def other_weights(folder):
    return weights_by_hand(folder / "other.pt", PERFECT)


def test_the_weights_serve_wherever_a_model_is_named(storage, bundle, capsys, plates_in_folders):
    words = ["evaluate", "--model", str(bundle / "weights.safetensors"), *plates_in_folders, "--json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["mean_iou"] > 0.3


@pytest.fixture
def plates_in_folders(storage, run, tmp_path):
    """The photographs and masks as files."""
    for item, mask in storage.items.usable():
        for kind, blob in (("images", item.image_blob), ("masks", mask.blob)):
            (tmp_path / kind).mkdir(exist_ok=True)
            (tmp_path / kind / item.name).write_bytes(storage.blobs.get(blob))
    return "--images", str(tmp_path / "images"), "--masks", str(tmp_path / "masks")


def test_photographs_that_are_gone_are_counted_and_none_at_all_is_said(storage, bundle, capsys):
    ids = [item.id for item, _ in storage.items.usable()]
    storage.items.delete(ids[-1])
    assert main(["reproduce", str(bundle), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["missing"] == 1
    assert main(["reproduce", str(bundle), "--train"]) == 2
    assert "1 of the bundle's 10 photographs are not in this dataset" in capsys.readouterr().err

    for item_id in ids[:-1]:
        storage.items.delete(item_id)
    assert main(["reproduce", str(bundle)]) == 2
    assert "Import them first" in capsys.readouterr().err


def test_a_folder_that_holds_something_is_left_alone(run, tmp_path, capsys):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("years of work")

    assert main(["export-run", "1", str(tmp_path / "taken")]) == 2

    assert "holds something already" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["thesis.txt"]
    assert list(tmp_path.glob(".bundle-*")) == []


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "run.json").unlink(), "is no bundle"),
        (lambda folder: (folder / "run.json").write_text("{"), "is damaged"),
        (lambda folder: (folder / "scores.csv").write_text("a,b\n1,2\n"), "is damaged"),
        (lambda folder: shutil.copy(folder / "snapshot.json", folder / "run.json"), "is damaged"),
        (lambda folder: (folder / "weights.safetensors").unlink(), "no weights file called"),
    ],
)
def test_a_damaged_bundle_is_said(bundle, capsys, damage, sentence):
    damage(bundle)

    assert main(["reproduce", str(bundle)]) == 2
    assert sentence in capsys.readouterr().err


def test_weights_to_start_from_that_are_others_now_are_refused(storage, tmp_path, settings, run):
    later = finished(storage, tmp_path, BLIND, "fine-tuned", start_from=str(run.id))
    assert main(["export-run", str(later.id), str(tmp_path / "later")]) == 0
    assert json.loads((tmp_path / "later" / "run.json").read_text())["start_from_weights"]
    storage.runs.delete(run.id)

    with pytest.raises(BadConfig, match="are not here") as refused:
        reproduction.train_again(storage, settings, reproduction.read(tmp_path / "later"), lambda *_: later)
    assert "without --train" in str(refused.value)


def test_a_run_whose_ancestor_was_trained_on_since_is_not_trained_again_from_other_weights(
    storage, tmp_path, settings, run, clock
):
    later = finished(storage, tmp_path, BLIND, "fine-tuned", start_from=str(run.id))
    clock.advance(hours=1)
    better = weights_by_hand(tmp_path / "better.pt", PERFECT)
    storage.checkpoints.add(run.id, CheckpointKind.BEST, better, epoch=9, step=18, val_iou=0.9)
    assert main(["export-run", str(later.id), str(tmp_path / "later")]) == 0
    assert json.loads((tmp_path / "later" / "run.json").read_text())["start_from_weights"] is None

    with pytest.raises(BadConfig, match="is not known which weights of run 1 it began with") as refused:
        reproduction.train_again(storage, settings, reproduction.read(tmp_path / "later"), lambda *_: later)
    assert "without --train" in str(refused.value)
