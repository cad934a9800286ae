"""What a network is asked to make small, by name. A new loss is one function under `@register_loss("name")`."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from plateseg.errors import BadConfig

Loss = Callable[[Tensor, Tensor], Tensor]
"""(logits (N, C, H, W) float, target (N, C, H, W) float of 0 and 1) -> scalar."""

DEFAULT_LOSS = "bce_dice"
AUXILIARY_WEIGHT = 0.4

_losses: dict[str, Loss] = {}


def register_loss(name: str) -> Callable[[Loss], Loss]:
    """Enter a loss under its name. Raises ValueError when the name is taken."""

    def enter(loss: Loss) -> Loss:
        if name in _losses:
            raise ValueError(f"A loss called {name!r} is registered already.")
        _losses[name] = loss
        return loss

    return enter


def loss_names() -> tuple[str, ...]:
    """Every registered name."""
    return tuple(_losses)


def get_loss(name: str) -> Loss:
    """The loss of that name. Raises BadConfig for an unknown one."""
    if name not in _losses:
        raise BadConfig(f"There is no loss called {name!r}. Choose one of {', '.join(_losses)}.")
    return _losses[name]


def one_channel_per_class(masks: Tensor, classes: int) -> Tensor:
    """(N, H, W) uint8 of class indices -> (N, classes, H, W) float32: channel c is 1 where the class is c + 1."""
    wanted = torch.arange(1, classes + 1, device=masks.device, dtype=masks.dtype).view(1, classes, 1, 1)
    return (masks.unsqueeze(1) == wanted).float()


@register_loss("bce_dice")
def bce_dice(logits: Tensor, target: Tensor) -> Tensor:
    """0.6 binary cross-entropy + 0.4 soft Dice."""
    return 0.6 * binary_cross_entropy_with_logits(logits, target) + 0.4 * soft_dice(logits, target)


def soft_dice(logits: Tensor, target: Tensor) -> Tensor:
    """1 - Dice per photograph and class, averaged over those that hold the class; 0 where none does.

    A photograph without a plate has no overlap to improve: cross-entropy alone teaches it.
    """
    said = torch.sigmoid(logits)
    overlap = (said * target).sum(dim=(2, 3))
    size = said.sum(dim=(2, 3)) + target.sum(dim=(2, 3))
    held = (target.amax(dim=(2, 3)) > 0).to(said.dtype)
    missing = 1.0 - (2.0 * overlap + 1.0) / (size + 1.0)
    return (missing * held).sum() / held.sum().clamp(min=1.0)
