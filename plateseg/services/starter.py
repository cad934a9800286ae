"""The model that is shipped, so that who has labelled nothing yet is met with proposals."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from plateseg.domain.runs import STARTER, CheckpointKind, Run
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import SnapshotEntry, Split
from plateseg.settings import Settings
from storage import Storage

log = logging.getLogger(__name__)

FOLDER = Path(__file__).resolve().parents[1] / "starter"
WEIGHTS = FOLDER / "starter.safetensors"
ABOUT = FOLDER / "starter.json"
PLANTED = "starter planted"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the shipped weights. photographs: SHA-256 of the photographs' files that taught it."""

    architecture: str
    image_size: int
    epochs: int
    steps: int
    val_iou: float
    photographs: tuple[str, ...]


def plant(storage: Storage, settings: Settings) -> Run | None:
    """Give a new data folder the starter model as its champion; once, and never beside a run of the person's own.

    None where that was not to be done: switched off, done before (a deleted starter stays deleted), or runs are there.
    """
    if not settings.starter or not WEIGHTS.is_file() or storage.events.latest(PLANTED) is not None:
        return None
    about = read_about(ABOUT)
    snapshot = storage.snapshots.freeze([_seen(sha256) for sha256 in about.photographs], name="starter")
    run = storage.runs.plant(
        name="Starter model",
        config=TrainConfig(
            architecture=about.architecture, image_size=about.image_size, epochs=about.epochs, augment="strong"
        ),
        snapshot_id=snapshot.id,
        message=(
            f"Shipped with plateseg (IoU {about.val_iou:.2f} on photographs of its own). "
            "The first run that is better on yours takes its place."
        ),
        origin=STARTER,
    )
    if run is None:
        return None
    # Its own score was taken on other photographs and would be mistaken for one on these.
    storage.checkpoints.add(run.id, CheckpointKind.BEST, WEIGHTS, epoch=about.epochs, step=about.steps, val_iou=None)
    storage.events.add(PLANTED, {"val_iou": about.val_iou}, run_id=run.id)
    log.info("The starter model proposes masks until a run of yours is better.")
    return storage.runs.promote(run.id, only_if_none=True)


def read_about(path: Path) -> About:
    """The record beside the weights."""
    plain = json.loads(path.read_text(encoding="utf-8"))
    return About(**plain | {"photographs": tuple(plain["photographs"])})


def _seen(sha256: str) -> SnapshotEntry:
    """A photograph that taught the starter: it is not in this dataset, yet no verdict may count it."""
    return SnapshotEntry(item_id=0, revision=0, split=Split.TRAIN, image_sha256=sha256, mask_blob="")
