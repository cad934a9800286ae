"""Networks that answer in boxes, trained on masks and judged by masks like all others.

To train, a mask's connected parts become instances. To answer, instances become probabilities: a pixel is as probable
as the surest instance that holds it. What an instance holds is its own mask where the network draws one, else the box,
cut out or filled (TrainConfig.box_mask).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from plateseg.domain import box_masks
from plateseg.domain.types import Image, Mask
from plateseg.learning.architectures.registry import Triple
from plateseg.learning.architectures.tasks import Judged, Objective, full_precision
from plateseg.learning.losses import Loss, one_channel_per_class

_LEAST_PIXELS = 4
_WORTH_CUTTING = 0.25
"""Boxes less sure than this are filled: an untrained network finds many, and none of them will count."""
_NEARLY = 1e-4


class Instances(NamedTuple):
    """What a photograph holds. boxes: (K, 4) float32, left, top, right, bottom in pixels; labels: (K,) int64 from 1.

    masks: (K, H, W), uint8 of 0 and 1 to train by, float32 in 0..1 as found; None where a network has none.
    scores: (K,) float32 in 0..1, as found; None to train by.
    """

    boxes: Tensor
    labels: Tensor
    masks: Tensor | None = None
    scores: Tensor | None = None


TrainingLoss = Callable[[nn.Module, Tensor, Sequence[Instances]], Tensor]
"""(module in training mode, inputs, what each photograph holds) -> scalar."""
Finder = Callable[[nn.Module, Tensor], Sequence[Instances]]
"""(module in eval mode, inputs) -> what it finds in each photograph, with scores."""


@dataclass(frozen=True, slots=True)
class Detection:
    """The task of a network that finds instances.

    Its training loss is the network's own; its validation loss is the configured one, of the probabilities it answers
    with, so that it can be compared with every other network's. It computes in float32 whatever the caller set: box
    arithmetic is beyond bfloat16.
    """

    training_loss: TrainingLoss
    find: Finder
    classes: int
    mean: Triple
    std: Triple
    box_mask: str

    def objective(self, module: nn.Module, inputs: Tensor, masks: Tensor, loss: Loss) -> Objective:
        """The network's own losses; it tells no map of pixels while it trains."""
        truth = [instances_of(mask, inputs.device) for mask in masks.cpu().numpy()]
        with full_precision(inputs):
            return Objective(self.training_loss(module, inputs, truth), None)

    def judged(self, module: nn.Module, inputs: Tensor, masks: Tensor, loss: Loss) -> Judged:
        """The configured loss of the answer, as if its probabilities had been logits."""
        answer = self.probabilities(module, inputs)
        with full_precision(inputs):
            logits = torch.logit(answer.clamp(_NEARLY, 1 - _NEARLY))
            return Judged(loss(logits, one_channel_per_class(masks, self.classes)), answer)

    def probabilities(self, module: nn.Module, inputs: Tensor) -> Tensor:
        """The surest instance of each pixel and class."""
        with full_precision(inputs):
            found = self.find(module, inputs)
        drawn = [self._draw(each, picture) for each, picture in zip(found, inputs, strict=True)]
        return torch.stack(drawn)

    def _draw(self, found: Instances, picture: Tensor) -> Tensor:
        """(C, H, W) float32 in 0..1. picture: (3, H, W), normalised."""
        assert found.scores is not None
        drawn = picture.new_zeros((self.classes, *picture.shape[-2:]), dtype=torch.float32)
        image = self._image(picture) if found.masks is None and self.box_mask == "grabcut" else None
        boxes = np.round(found.boxes.cpu().numpy()).astype(int).tolist()
        for number, (label, score) in enumerate(zip(found.labels.tolist(), found.scores.tolist(), strict=True)):
            if not 1 <= label <= self.classes:
                continue
            channel = drawn[label - 1]
            if found.masks is not None:
                inside = found.masks[number].clamp(max=score)
            else:
                inside = score * torch.from_numpy(self._inside(boxes[number], score, image, channel)).to(channel)
            torch.maximum(channel, inside, out=channel)
        return drawn

    def _inside(self, box: list[int], score: float, image: Image | None, like: Tensor) -> Mask:
        left, top, right, bottom = box
        if image is None or score < _WORTH_CUTTING:
            height, width = like.shape
            return box_masks.fill((left, top, right, bottom), width=width, height=height)
        return box_masks.cut_out(image, (left, top, right, bottom))

    def _image(self, picture: Tensor) -> Image:
        """(H, W, 3) uint8 as it was before it was normalised."""
        pixels = picture.float().permute(1, 2, 0).cpu().numpy() * np.array(self.std) + np.array(self.mean)
        image: Image = np.clip(np.round(pixels * 255), 0, 255).astype(np.uint8)
        return image


def instances_of(mask: NDArray[np.uint8], device: torch.device) -> Instances:
    """The connected parts of a mask, class by class; specks that scaling left behind are none.

    mask: (H, W) uint8 of class indices. A mask without plates has zero instances.
    """
    boxes: list[tuple[int, int, int, int]] = []
    labels: list[int] = []
    parts: list[NDArray[np.uint8]] = []
    for label in np.unique(mask[mask > 0]).tolist():
        _, numbers, stats, _ = cv2.connectedComponentsWithStats((mask == label).astype(np.uint8), connectivity=8)
        for number, (left, top, width, height, area) in enumerate(stats.tolist()):
            if number and area >= _LEAST_PIXELS:
                boxes.append((left, top, left + width, top + height))
                labels.append(label)
                parts.append((numbers == number).astype(np.uint8))
    masks = np.stack(parts) if parts else np.zeros((0, *mask.shape), np.uint8)
    return Instances(
        torch.tensor(boxes, dtype=torch.float32, device=device).reshape(-1, 4),
        torch.tensor(labels, dtype=torch.int64, device=device),
        torch.from_numpy(masks).to(device),
    )
