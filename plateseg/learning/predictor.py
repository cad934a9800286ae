"""A trained network that answers for one photograph."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from plateseg.domain import masks
from plateseg.domain.specks import doubt_specks
from plateseg.domain.types import Image, Mask, PlateInstance, Prediction, Probability
from plateseg.errors import BadCheckpoint
from plateseg.learning import checkpoint, letterbox
from plateseg.learning.architectures import BuiltModel, Segmentation, resolve_device
from plateseg.learning.dataset import normalise, stack
from plateseg.learning.judge import class_mask
from plateseg.learning.learner import mixed_precision


class Predictor:
    """Predicts at the scale the network was trained for and answers at the photograph's resolution."""

    def __init__(self, built: BuiltModel, *, image_size: int, device: str, name: str) -> None:
        self.name = name
        self.device = device
        self.image_size = image_size
        self.architecture = built.name
        self._built = built
        for part in built.training_only:
            setattr(built.module, part, None)
        built.place(device)
        built.module.eval().requires_grad_(False)

    @classmethod
    def load(cls, path: Path, *, device: str = "auto", name: str) -> Predictor:
        """Read a checkpoint of ours or of the seed project's. Raises BadCheckpoint, or BadConfig for the device."""
        data = checkpoint.load_weights(path)
        built = checkpoint.rebuild(data, name=name)
        return cls(built, image_size=data.image_size, device=resolve_device(device), name=name)

    def predict(self, image: Image, threshold: float = 0.5) -> Prediction:
        """Find plates. image: (H, W, 3) uint8 RGB. The probability does not depend on the threshold."""
        begin = time.perf_counter()
        per_class = self.probabilities(image)
        probability: Probability = per_class[0] if len(per_class) == 1 else per_class.max(axis=0)
        mask = class_mask(per_class, threshold)
        return Prediction(
            probability=probability,
            mask=mask,
            instances=_plates(mask, probability),
            score=_score(mask, probability),
            model=self.name,
            seconds=time.perf_counter() - begin,
            threshold=threshold,
        )

    def probabilities(self, image: Image) -> NDArray[np.float32]:
        """(classes, H, W) float32 in 0..1 at the photograph's resolution, specks that it is not sure of below one half.

        A detector's regions are boxes with a score of their own: those stay as they are.
        """
        said = self.raw_probabilities(image)
        if not isinstance(self._built.task, Segmentation):
            return said
        return doubt_specks(said[0])[None] if len(said) == 1 else np.stack([doubt_specks(each) for each in said])

    def raw_probabilities(self, image: Image) -> NDArray[np.float32]:
        """The same as the network says them."""
        height, width = image.shape[:2]
        shape = letterbox.scaled_shape(height, width, longer_side=self.image_size)
        small = self._answer(letterbox.scale_image(image, shape))[:, : shape[0], : shape[1]]
        full = [letterbox.upscale_probability(np.ascontiguousarray(each), (height, width)) for each in small]
        return full[0][None] if len(full) == 1 else np.stack(full)  # no second copy of a large photograph's answer

    @torch.inference_mode()
    def _answer(self, image: Image) -> NDArray[np.float32]:
        batch = stack([(image, np.zeros(image.shape[:2], np.uint8))])
        inputs = normalise(batch.images.to(self.device), self._built.mean, self._built.std)
        with mixed_precision(self.device):
            answer = self._built.probabilities(self._built.module, inputs.contiguous(memory_format=torch.channels_last))
        probabilities: NDArray[np.float32] = answer[0].cpu().numpy()
        if not np.isfinite(probabilities).all():
            raise BadCheckpoint(f"{self.name} gives no usable numbers: its weights are broken. Choose another model.")
        return probabilities


def _plates(mask: Mask, probability: Probability) -> tuple[PlateInstance, ...]:
    """The plates, looked for in the part of the photograph that holds any: of 12 megapixels that is little."""
    left, top, width, height = cv2.boundingRect(mask)
    window = slice(top, top + height), slice(left, left + width)
    if not width:
        return ()
    offset = np.array([left, top], np.float32)
    return tuple(
        replace(plate, bbox=(plate.bbox[0] + left, plate.bbox[1] + top, *plate.bbox[2:]), quad=plate.quad + offset)
        for plate in masks.instances(mask[window], probability[window])
    )


def _score(mask: Mask, probability: Probability) -> float:
    inside = probability[mask != 0]
    return float(inside.mean()) if inside.size else 0.0
