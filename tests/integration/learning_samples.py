"""Small things to train: drawn plates, a network of three layers, and a reporter that remembers."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from plateseg.domain.runs import CheckpointKind, MetricPoint
from plateseg.domain.types import Image, Mask
from plateseg.learning.architectures import Blueprint, BuiltModel, register
from plateseg.learning.architectures.registry import quicken_batch_norm
from plateseg.learning.dataset import Sample

torch.set_num_threads(1)  # on pictures this small, threads only wait for each other

TINY = "tiny-with-dropout"


class TinyNetwork(nn.Module):
    """Learns drawn plates in a few steps, and draws chance in each: its dropout shows whether a resume is exact."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Dropout2d(0.1))
        self.head = nn.Conv2d(8, classes, 3, padding=1)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.head(self.backbone(inputs))


@register(TINY)
def _tiny(plan: Blueprint) -> BuiltModel:
    network = TinyNetwork(plan.classes)
    return BuiltModel(
        plan.name, plan.classes, network, network.backbone, (0.5,) * 3, (0.25,) * 3, "Random initialisation, as asked."
    )


LIMITED = "runs-out-of-memory"


class LimitedNetwork(TinyNetwork):
    """Runs out of memory above `limit` photographs at once from the `after`-th step in training on."""

    limit, after, evaluated = 1, 0, 100

    def __init__(self, classes: int) -> None:
        super().__init__(classes)
        self.passes = 0

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        self.passes += self.training
        most = self.limit if self.training else self.evaluated
        if self.passes > self.after and len(inputs) > most:
            raise torch.OutOfMemoryError(f"CUDA out of memory. {len(inputs)} photographs are too many.")
        return super().forward(inputs)


@register(LIMITED)
def _limited(plan: Blueprint) -> BuiltModel:
    network = LimitedNetwork(plan.classes)
    return BuiltModel(plan.name, plan.classes, network, network.backbone, (0.5,) * 3, (0.25,) * 3, "Random, as asked.")


SLOW_NORMS = "pretrained-with-slow-norms"


@register(SLOW_NORMS)
def _slow_norms(plan: Blueprint) -> BuiltModel:
    """Like torchvision's MobileNetV3: its BatchNorm is slow where weights came pretrained, else quick."""
    network = TinyNetwork(plan.classes)
    network.backbone[1].momentum = 0.01
    if not plan.pretrained:
        quicken_batch_norm(network)
    mean, std = (0.5,) * 3, (0.25,) * 3
    return BuiltModel(plan.name, plan.classes, network, network.backbone, mean, std, "Pretrained, as it were.")


PAIRS = "normalises-one-pixel"


class PairsNetwork(TinyNetwork):
    """Like DeepLab's pooling branch it normalises one pixel of each photograph, so it cannot train on a single one."""

    def __init__(self, classes: int) -> None:
        super().__init__(classes)
        self.pooled = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(3, classes, 1), nn.BatchNorm2d(classes))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return super().forward(inputs) + self.pooled(inputs)


@register(PAIRS)
def _pairs(plan: Blueprint) -> BuiltModel:
    network, colours = PairsNetwork(plan.classes), ((0.5,) * 3, (0.25,) * 3)
    return BuiltModel(
        plan.name, plan.classes, network, network.backbone, *colours, "Random, as asked.", smallest_batch=2
    )


def drawn(count: int, *, seed: int = 0, height: int = 96, width: int = 72) -> list[Sample]:
    """Dark photographs with one bright plate each, at another place in each."""
    return [_drawn(f"drawn-{seed}-{number}.png", [seed, number], height, width) for number in range(count)]


def _drawn(name: str, seed: list[int], height: int, width: int) -> Sample:
    rng = np.random.default_rng(seed)
    image = rng.integers(20, 90, (height, width, 3), np.uint8)
    mask = np.zeros((height, width), np.uint8)
    top, left = rng.integers(8, height - 32), rng.integers(4, width - 44)
    mask[top : top + 18, left : left + 38] = 1
    image[mask == 1] = rng.integers(190, 250, 3, np.uint8)
    return Sample(name, lambda: image, lambda: mask)


class Memory:
    """A reporter that keeps all it is told. stop_after: asks for a stop once that many steps are done."""

    def __init__(self, folder: Path, *, stop_after: int | None = None) -> None:
        self.folder = folder
        self.points: list[MetricPoint] = []
        self.checkpoints: list[tuple[CheckpointKind, int, int, float | None]] = []
        self.previews: list[tuple[int, int, Image, Mask, Mask]] = []
        self.notes: list[str] = []
        self.steps: list[tuple[int, int, int, float]] = []
        self.begun: list[tuple[int, float]] = []
        self.stop_after = stop_after
        folder.mkdir(parents=True, exist_ok=True)

    def metrics(self, points: Sequence[MetricPoint]) -> None:
        self.points += points

    def begin(self, batch_size: int, worked: float) -> None:
        self.begun.append((batch_size, worked))

    def progress(self, epoch: int, step: int, steps_per_epoch: int, seconds_per_step: float) -> None:
        self.steps.append((epoch, step, steps_per_epoch, seconds_per_step))

    def checkpoint(self, kind: CheckpointKind, path: Path, epoch: int, step: int, val_iou: float | None) -> None:
        self.checkpoints.append((kind, epoch, step, val_iou))
        shutil.copy(path, self.file(kind, step))
        path.replace(self.file(kind))

    def preview(self, epoch: int, index: int, image: Image, truth: Mask, predicted: Mask) -> None:
        self.previews.append((epoch, index, image, truth, predicted))

    def note(self, message: str) -> None:
        self.notes.append(message)

    def stop_requested(self) -> bool:
        return self.stop_after is not None and bool(self.steps) and self.steps[-1][1] >= self.stop_after

    def file(self, kind: CheckpointKind, step: int | None = None) -> Path:
        """The newest checkpoint of a kind, or the one of a step."""
        return self.folder / (f"{kind}.pt" if step is None else f"{kind}-{step}.pt")

    def series(self, name: str) -> dict[int, float]:
        """A curve, by step."""
        return {point.step: point.value for point in self.points if point.name == name}


class Ticking:
    """A clock that moves on by a second whenever it is read: every step is flushed, and nothing hangs on real time."""

    def __init__(self, tick: float = 1.0) -> None:
        self.now = 0.0
        self.tick = tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now
