"""`evaluate --split`: a part of the dataset instead of folders; test and gold are judged by nothing else."""

from __future__ import annotations

import json

import pytest

from plateseg.cli import main
from plateseg.domain import masks
from plateseg.domain.types import RevisionSource, Split
from storage.revisions import NewRevision
from tests.integration.judged_samples import PERFECT, SHIFTED, finished, labelled_plates, weights_by_hand


@pytest.fixture(autouse=True)
def home(settings, monkeypatch):
    monkeypatch.setenv("PLATESEG_HOME", str(settings.home))
    monkeypatch.setenv("PLATESEG_STARTER", "off")


@pytest.fixture
def run(storage, tmp_path):
    """A perfect model: trained on two, validated on eight; three stand in test, one of them pinned there."""
    labelled_plates(storage, train=2, val=8)
    aside = labelled_plates(storage, train=0, val=3, seed=9)
    storage.splits.assign({item.id: Split.TEST for item in aside})
    storage.splits.pin([aside[0].id], Split.TEST)
    return finished(storage, tmp_path, PERFECT)


@pytest.fixture
def judged(capsys):
    """Judge by the command line; what it printed as JSON."""

    def ask(*words):
        assert main(["evaluate", "--json", *words]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return ask


@pytest.mark.parametrize(("part", "images"), [("train", 2), ("val", 8), ("test", 3), ("gold", 1)])
def test_a_run_is_judged_on_any_part(judged, run, part, images):
    found = judged("--model", str(run.id), "--split", part)

    assert (found["images"], found["mean_iou"], found["plate_precision"]) == (images, 1.0, 1.0)


def test_without_a_part_it_is_the_runs_own_validation_part(judged, run):
    assert judged("--model", str(run.id))["images"] == 8


def test_train_and_val_stay_as_the_run_had_them_and_test_is_as_it_is_now(judged, storage, run):
    moved = storage.items.page(limit=100).items
    storage.splits.assign({item.id: Split.TEST for item in moved if item.split is Split.VAL})

    assert judged("--model", str(run.id), "--split", "val")["images"] == 8
    assert judged("--model", str(run.id), "--split", "test")["images"] == 11


def test_a_mask_corrected_since_counts_as_it_is_now_in_test(judged, storage, run):
    item = next(item for item in storage.items.page(limit=100).items if item.split is Split.TEST)
    mask = masks.read_png(storage.blobs.get(storage.revisions.get(item.id, 1).blob)) * 0
    new = NewRevision(source=RevisionSource.MANUAL, png=masks.to_png(mask), plate_pixels=0, no_plate=True)
    storage.revisions.append(item.id, new, after=1)

    assert judged("--model", str(run.id), "--split", "test")["plate_precision"] == pytest.approx(2 / 3, abs=1e-4)


def test_what_it_or_an_ancestor_learnt_from_is_left_out_of_test(judged, storage, tmp_path, run, caplog):
    taught = [item for item in storage.items.page(limit=100).items if item.split is Split.TRAIN]
    labelled_plates(storage, train=2, val=0, seed=11)
    storage.splits.assign({item.id: Split.TEST for item in taught})
    child = finished(storage, tmp_path, SHIFTED, start_from=str(run.id))

    assert judged("--model", str(child.id), "--split", "test")["images"] == 3
    assert f"2 photographs are left out: run {child.id} learnt from them." in caplog.text


def test_a_weights_file_is_judged_on_what_stands_there_now(judged, tmp_path, run):
    path = weights_by_hand(tmp_path / "weights.pt", PERFECT)

    assert judged("--model", str(path), "--split", "test")["images"] == 3
    assert judged("--model", str(path), "--split", "val")["images"] == 8


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--split", "gold", "--model", "1"),
            "photograph that the model did not learn from stands in gold",
        ),
        (
            ("--split", "test", "--images", "x", "--masks", "y"),
            "Judge either on a --split of the dataset or on",
        ),
    ],
)
def test_what_cannot_be_judged_is_said_with_the_way_out(storage, run, capsys, words, sentence):
    storage.splits.unpin([item.id for item in storage.items.page(limit=100).items])

    assert main(["evaluate", *words]) == 2
    assert sentence in capsys.readouterr().err
