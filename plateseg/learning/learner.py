"""A network, its optimiser and its averaged weights: one training step."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from plateseg.learning.architectures import BuiltModel
from plateseg.learning.average import WeightAverage
from plateseg.learning.dataset import Batch, normalise
from plateseg.learning.losses import Loss, one_channel_per_class

NEW_LAYERS_FACTOR = 10.0
_WEIGHT_DECAY = 1e-2
_LARGEST_GRADIENT = 5.0


class StepOutcome(NamedTuple):
    """Both stay on the device, so that a step never waits for them.

    loss: scalar. counts: (3,) int64, pixels tp, fp, fn of the step's photographs over all classes; None where the
    network tells no pixels while it trains.
    """

    loss: Tensor
    counts: Tensor | None


class Learner:
    """Trains one BuiltModel on one device."""

    def __init__(
        self, built: BuiltModel, *, device: str, learning_rate: float, freeze_backbone: bool, loss: Loss
    ) -> None:
        self.built = built
        self.device = device
        self.loss = loss
        self._freeze = freeze_backbone
        built.place(device)
        built.set_training(freeze_backbone=freeze_backbone)
        self.optimizer = torch.optim.AdamW(_parameter_groups(built, learning_rate), weight_decay=0.0)
        self._base_rates = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.average = WeightAverage(built.module)

    def step(self, batch: Batch, rate_factor: float) -> StepOutcome:
        """One optimiser step at `rate_factor` times the configured learning rates."""
        self.built.set_training(freeze_backbone=self._freeze)
        for group, rate in zip(self.optimizer.param_groups, self._base_rates, strict=True):
            group["lr"] = rate * rate_factor
        inputs, masks = self.prepared(batch)
        with mixed_precision(self.device):
            loss, logits = self.built.objective(self.built.module, inputs, masks, self.loss)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._trainable(), _LARGEST_GRADIENT)
        self.optimizer.step()
        self.average.update()
        return StepOutcome(loss.detach(), None if logits is None else _counts(logits, masks))

    def prepared(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """On the device: inputs (N, 3, H, W) float32, normalised; masks (N, H, W) uint8 of class indices."""
        images = batch.images.to(self.device, non_blocking=True)
        masks = batch.masks.to(self.device, non_blocking=True)
        inputs = normalise(images, self.built.mean, self.built.std).contiguous(memory_format=torch.channels_last)
        return inputs, masks

    def state(self) -> dict[str, Any]:
        """Everything a resumed learner needs, in plain types and tensors."""
        return {
            "model": self.built.module.state_dict(),
            "average": self.average.module.state_dict(),
            "average_updates": self.average.updates,
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state()` was taken."""
        self.built.module.load_state_dict(state["model"])
        self.average.module.load_state_dict(state["average"])
        self.average.updates = state["average_updates"]
        self.optimizer.load_state_dict(state["optimizer"])

    def _trainable(self) -> list[nn.Parameter]:
        return [parameter for group in self.optimizer.param_groups for parameter in group["params"]]


def mixed_precision(device: str) -> AbstractContextManager[Any]:
    """bfloat16 where it is quicker: on CUDA. On a CPU without matrix units it is slower than float32."""
    if device == "cuda" and torch.cuda.is_bf16_supported():
        return torch.autocast("cuda", torch.bfloat16)
    return nullcontext()


def _parameter_groups(built: BuiltModel, learning_rate: float) -> list[dict[str, Any]]:
    """New layers learn faster than the pretrained backbone; biases and norms do not decay."""
    inside = {id(parameter) for parameter in built.backbone.parameters()}
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for parameter in built.module.parameters():
        if parameter.requires_grad:
            groups.setdefault((id(parameter) in inside, parameter.ndim > 1), []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": learning_rate if pretrained else learning_rate * NEW_LAYERS_FACTOR,
            "weight_decay": _WEIGHT_DECAY if decays else 0.0,
        }
        for (pretrained, decays), parameters in groups.items()
    ]


def _counts(logits: Tensor, masks: Tensor) -> Tensor:
    said, real = logits > 0, one_channel_per_class(masks, logits.shape[1]) > 0.5
    both = (said & real).sum()
    return torch.stack([both, said.sum() - both, real.sum() - both])
