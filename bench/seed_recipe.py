"""The seed project's recipe on our network and data, as a row to compare with: what its mistakes cost.

Flips and turns of the photograph without its mask, squashed to a square, one validation by batch means left out, raw
logits cut at 0.1 when predicting, at the square's scale. Judged here by our measure, at the photograph's resolution.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2

from plateseg.domain import metrics
from plateseg.learning.architectures import build
from plateseg.learning.losses import soft_dice

SIDE = 512
CUT = 0.1
_MEAN, _STD = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1), torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
Pair = tuple[Path, Path]


class Squares(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Photographs decoded each time they are asked for, as the seed does."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._pairs = list(pairs)
        self._augment = v2.Compose([v2.RandomHorizontalFlip(), v2.RandomRotation(10), v2.ColorJitter(0.2, 0.2)])

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        image, mask = (_square(path) for path in self._pairs[index])
        plate = torch.from_numpy((mask[..., 0] > 127).astype(np.float32))[None]
        return _normalised(self._augment(torch.from_numpy(image).permute(2, 0, 1))), plate


def mean_iou(train: Sequence[Pair], val: Sequence[Pair], *, minutes: float) -> tuple[float, float]:
    """Train for so long; (mean IoU of `val` in 0..1, epochs done)."""
    torch.manual_seed(0)
    built = build("unet_efficientnet_lite0")
    optimizer = torch.optim.Adam(built.module.parameters(), lr=1e-4)
    loader = DataLoader(Squares(train), batch_size=4, shuffle=True, num_workers=2, drop_last=True)
    end, steps = time.perf_counter() + 60 * minutes, 0
    while time.perf_counter() < end:
        for images, target in loader:
            logits = built.module(images)
            bce = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
            loss = 0.6 * bce + 0.4 * soft_dice(logits, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
            steps += 1
            if time.perf_counter() > end:
                break
    built.module.eval()
    scores = [_score(built.module, *pair) for pair in val]
    return float(np.mean(scores)), steps / len(loader)


@torch.inference_mode()
def _score(module: torch.nn.Module, image_path: Path, mask_path: Path) -> float:
    truth = (cv2.imread(str(mask_path), cv2.IMREAD_GRAYSCALE) > 127).astype(np.uint8)
    logits = module(_normalised(torch.from_numpy(_square(image_path)).permute(2, 0, 1))[None])[0, 0].numpy()
    square = (logits > CUT).astype(np.uint8)
    said = cv2.resize(square, truth.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return metrics.count_pixels(said, truth).iou


def _square(path: Path) -> np.ndarray:
    return cv2.resize(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)


def _normalised(image: torch.Tensor) -> torch.Tensor:
    return (image.float() / 255 - _MEAN) / _STD
