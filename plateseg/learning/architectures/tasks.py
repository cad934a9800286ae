"""What is asked of a network while it learns, and how its answer becomes probabilities.

The loop, the judge and the predictor ask here and never look at a network's own output, so a network that answers in
boxes is trained and judged like one that answers in pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from plateseg.learning.losses import AUXILIARY_WEIGHT, Loss, one_channel_per_class


class Logits(NamedTuple):
    """What a network said. main, aux: (N, C, H, W) logits at the input's size; aux: the helper head's, or None."""

    main: Tensor
    aux: Tensor | None


def plain_logits(raw: Any) -> Logits:
    """Adapter of a network that returns one tensor."""
    return Logits(raw, None)


def torchvision_logits(raw: Any) -> Logits:
    """Adapter of torchvision's segmentation networks: a dict with 'out' and, while training, 'aux'."""
    return Logits(raw["out"], raw.get("aux"))


class Objective(NamedTuple):
    """loss: scalar to go down. logits: (N, C, H, W) float32, detached; None where training tells no map of pixels."""

    loss: Tensor
    logits: Tensor | None


class Judged(NamedTuple):
    """loss: scalar, finite where the network is. probabilities: (N, C, H, W) float32 in 0..1."""

    loss: Tensor
    probabilities: Tensor


class Task(Protocol):
    """Ways of learning and answering. inputs: (N, 3, H, W) float32, normalised; masks: (N, H, W) uint8 of classes.

    The caller sets mixed precision; losses are computed in float32 whatever it set.
    """

    def objective(self, module: nn.Module, inputs: Tensor, masks: Tensor, loss: Loss) -> Objective:
        """The training loss of a module in training mode."""
        ...

    def judged(self, module: nn.Module, inputs: Tensor, masks: Tensor, loss: Loss) -> Judged:
        """The validation loss and the answer of a module in eval mode."""
        ...

    def probabilities(self, module: nn.Module, inputs: Tensor) -> Tensor:
        """The answer of a module in eval mode: (N, C, H, W) float32 in 0..1; channel c is class c + 1."""
        ...


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A network that says a logit for each pixel and class."""

    adapter: Callable[[Any], Logits] = plain_logits

    def logits(self, module: nn.Module, inputs: Tensor) -> Logits:
        """What the network says, in the precision it said it in."""
        return self.adapter(module(inputs))

    def objective(self, module: nn.Module, inputs: Tensor, masks: Tensor, loss: Loss) -> Objective:
        """The configured loss, and 0.4 of it again for the helper head where there is one."""
        main, aux = self.logits(module, inputs)
        with full_precision(inputs):
            target = one_channel_per_class(masks, main.shape[1])
            total = loss(main.float(), target)
            if aux is not None:
                total = total + AUXILIARY_WEIGHT * loss(aux.float(), target)
        return Objective(total, main.detach().float())

    def judged(self, module: nn.Module, inputs: Tensor, masks: Tensor, loss: Loss) -> Judged:
        """The configured loss of the main head."""
        main = self.logits(module, inputs).main.float()
        with full_precision(inputs):
            return Judged(loss(main, one_channel_per_class(masks, main.shape[1])), torch.sigmoid(main))

    def probabilities(self, module: nn.Module, inputs: Tensor) -> Tensor:
        """Sigmoid, class by class."""
        return torch.sigmoid(self.logits(module, inputs).main.float())


def full_precision(like: Tensor) -> AbstractContextManager[Any]:
    """No autocast on a tensor's device: sums over a whole picture are beyond bfloat16."""
    return torch.autocast(like.device.type, enabled=False)
