"""A run is a bundle that can be trained again: on the same processor to the last bit."""

from __future__ import annotations

import json

from plateseg.domain.runs import CheckpointKind


def test_exported_checked_and_trained_again_to_the_same_scores(trained, tmp_path):
    bundle = tmp_path / "bundle"
    assert trained.do("export-run", "1", str(bundle)).code == 0
    about = json.loads((bundle / "run.json").read_text())
    assert about["environment"].keys() >= {"code", "python", "torch", "numpy", "platform"}
    assert about["config"]["seed"] == 7

    again = trained.do("reproduce", str(bundle), "--train", "--tolerance", "0")

    assert (again.code, "The scores hold." in again.output) == (0, True), again.output
    first, second = (trained.run(number) for number in (1, 2))
    assert (second.snapshot_id, second.config, second.best_iou) == (first.snapshot_id, first.config, first.best_iou)
    assert trained.curve("train/loss", 2) == trained.curve("train/loss", 1)
    assert trained.has(CheckpointKind.BEST, 2)
    assert first.champion
