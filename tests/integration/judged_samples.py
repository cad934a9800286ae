"""Photographs with a bright plate each, and models made by hand whose every answer is known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import torch

from plateseg.domain import images, masks
from plateseg.domain.runs import CheckpointKind, Run, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import ImageItem, RevisionSource, Split
from plateseg.learning import checkpoint
from plateseg.learning.architectures import build
from plateseg.learning.checkpoint import CheckpointData
from storage import Storage
from storage.items import NewItem
from storage.revisions import NewRevision
from tests.integration.learning_samples import TINY, TinyNetwork, drawn
from tests.integration.storage_samples import frozen

HEIGHT, WIDTH = 96, 72
PERFECT, SHIFTED, BLIND = (2.2, 0), (2.2, 3), (99.0, 0)
"""(brightness from which a pixel is plate, pixels the answer is shifted by): IoU 1, about 0.85, and 0."""


def labelled_plates(storage: Storage, *, train: int = 2, val: int = 8, seed: int = 0) -> list[ImageItem]:
    """Photographs with masks in storage: the first `train` to train on, the others to validate with."""
    samples = drawn(train + val, seed=seed, height=HEIGHT, width=WIDTH)
    parts = [Split.TRAIN] * train + [Split.VAL] * val
    return [
        add_labelled(storage, sample.name, sample.read_image(), sample.read_mask(), part)
        for sample, part in zip(samples, parts, strict=True)
    ]


def weights_by_hand(path: Path, model: tuple[float, int]) -> Path:
    """A checkpoint of the tiny network that calls bright pixels plate. model: PERFECT, SHIFTED or BLIND."""
    cut, shift = model
    network = TinyNetwork(1)
    state = {key: torch.zeros_like(value) for key, value in network.state_dict().items()}
    state["backbone.0.weight"][0, :, 1, 1] = 1 / 3
    state["backbone.0.bias"][0] = 2.0
    state["backbone.1.weight"][:] = 1.0
    state["backbone.1.running_var"][:] = 1.0
    state["head.weight"][0, 0, 1, 1] = 10.0
    state["head.bias"][0] = -10.0 * cut
    if shift:  # the first layer looks a pixel aside as well
        state["backbone.0.weight"][0, :, 1, 1] = 0.0
        state["backbone.0.weight"][0, :, 0, 0] = 1 / 3
        state["head.weight"][0, 0, 1, 1] = 0.0
        state["head.weight"][0, 0, 0, 0] = 10.0
    checkpoint.write(path, CheckpointData(TINY, 1, HEIGHT, state, epoch=1, step=2, val_iou=0.5))
    return path


def blind_lite0(path: Path) -> Path:
    """A checkpoint of a network that is shipped, which another process can load, and that never sees a plate."""
    built = build("unet_efficientnet_lite0", pretrained=False)
    state = built.module.state_dict() | {"head.bias": torch.tensor([-99.0])}
    checkpoint.write(path, CheckpointData(built.name, 1, HEIGHT, state, epoch=1, step=2, val_iou=0.5))
    return path


def finished(storage: Storage, folder: Path, model: tuple[float, int], name: str = "by hand", **config: object) -> Run:
    """A finished run on all there is, whose best model is one made by hand."""
    values = {"architecture": TINY, "epochs": 1, "image_size": HEIGHT, "device": "cpu"} | config
    snapshot = frozen(storage)
    run = storage.runs.create(name=name, config=TrainConfig(**values), snapshot_id=snapshot.id)  # type: ignore[arg-type]
    storage.runs.claim(run.id, device="cpu", host="this-machine", pid=4711)
    path = weights_by_hand(folder / f"by-hand-{run.id}.pt", model)
    storage.checkpoints.add(run.id, CheckpointKind.BEST, path, epoch=1, step=2, val_iou=0.5)
    return storage.runs.finish(run.id, RunStatus.FINISHED, "Trained 1 epoch.")


def for_photographs(number: int) -> Callable[[], bool]:
    """Go on for so many photographs, as a judgement that is cut short does."""
    turns = iter(range(number))
    return lambda: next(turns, None) is not None


def add_labelled(storage: Storage, name: str, image: images.Image, mask: masks.Mask, split: Split) -> ImageItem:
    """One photograph of (HEIGHT, WIDTH) with a person's mask."""
    data = images.encode_png(image)
    new = NewItem(
        sha256=hashlib.sha256(data).hexdigest(),
        name=name,
        width=WIDTH,
        height=HEIGHT,
        capture_group=name,
        image_blob=storage.blobs.put(data, "png"),
        thumbnail_blob=storage.blobs.put(images.thumbnail(image), "jpg"),
        media_type="image/png",
        split=split,
    )
    revision = NewRevision(source=RevisionSource.MANUAL, png=masks.to_png(mask), plate_pixels=masks.plate_pixels(mask))
    return storage.items.add(new, revision)[0]
