"""Writes a run's checkpoints and hands them to the reporter."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from plateseg.domain.runs import CheckpointKind
from plateseg.domain.train_config import TrainConfig
from plateseg.learning import checkpoint
from plateseg.learning.chance import capture_chance
from plateseg.learning.checkpoint import CheckpointData
from plateseg.learning.environment import environment
from plateseg.learning.learner import Learner
from plateseg.learning.records import Records
from plateseg.learning.reporter import Reporter


class CheckpointFiles:
    """Files on their way from the learner to the reporter, in a folder of the run's own."""

    def __init__(self, folder: Path, config: TrainConfig, learner: Learner, reporter: Reporter) -> None:
        self._folder = folder
        self._config = config
        self._learner = learner
        self._reporter = reporter

    def save_weights(self, kind: CheckpointKind, records: Records, val_iou: float | None) -> None:
        """The averaged weights and what one must know to use them."""
        self._hand_over(kind, self._data(records, val_iou, resumable=False), records.epoch_number)

    def save_last(self, records: Records) -> None:
        """Everything a resume needs, and the averaged weights."""
        latest = records.history[-1]["val/mean_iou"] if records.history else None
        self._hand_over(CheckpointKind.LAST, self._data(records, latest, resumable=True), records.epoch)

    def _data(self, records: Records, val_iou: float | None, *, resumable: bool) -> CheckpointData:
        built = self._learner.built
        training = {"learner": self._learner.state(), "records": records.plain(), "chance": capture_chance()}
        return CheckpointData(
            architecture=built.name,
            classes=built.classes,
            image_size=self._config.image_size,
            options=dict(built.options),
            weights=self._learner.average.module.state_dict(),
            epoch=records.epoch_number,
            step=records.step,
            val_iou=val_iou,
            training=training if resumable else None,
            about={"config": asdict(self._config), "weights_note": built.weights_note, "environment": environment()},
        )

    def _hand_over(self, kind: CheckpointKind, data: CheckpointData, epoch: int) -> None:
        path = self._folder / f"{kind}.pt"
        checkpoint.write(path, data)
        self._reporter.checkpoint(kind, path, epoch, data.step, data.val_iou)
        path.unlink(missing_ok=True)
