"""The table of networks: a name, and the function that builds it.

A new network is one file in this folder, a function under `@register("name")`, and one line in domain/architectures.py.
Every module here is imported with the package. The line is what is known without torch: it puts the network on the form
and says whether it takes an encoder.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from plateseg.domain.architectures import DEFAULT_BOX_MASK, DEFAULT_ENCODER, described
from plateseg.errors import BadConfig
from plateseg.learning.architectures.tasks import Judged, Objective, Segmentation, Task
from plateseg.learning.losses import Loss

Triple = tuple[float, float, float]

IMAGENET_MEAN: Triple = (0.485, 0.456, 0.406)
IMAGENET_STD: Triple = (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True)
class BuiltModel:
    """A network and what one must know to train it.

    module: takes (N, 3, H, W) float32, H and W multiples of 32, normalised by mean and std (on the scale 0..1).
    """

    name: str
    classes: int
    module: nn.Module
    backbone: nn.Module
    """The pretrained part: it is what 'freeze backbone' freezes, and it learns at the lower rate."""
    mean: Triple
    std: Triple
    weights_note: str
    """One plain sentence: where the weights came from."""
    task: Task = Segmentation()  # noqa: RUF009 -- frozen
    """What it is asked while it learns, and how its answer becomes probabilities."""
    smallest_batch: int = 1
    """Some networks normalise over single pixels and cannot train on one photograph at a time."""

    training_only: tuple[str, ...] = ()
    """Attributes of the module, such as an auxiliary head, that prediction can do without."""

    new_layers_factor: float = 10.0
    """How much faster than the backbone the other layers learn. Layers that are pretrained themselves want 1."""

    options: Mapping[str, str] = field(default_factory=dict)
    """What else of its blueprint one needs to build it again, for the checkpoint: encoder, box_mask."""

    def objective(self, module: nn.Module, inputs: Tensor, masks: Tensor, loss: Loss) -> Objective:
        """The training loss. module: this network, or what it was wrapped in or compiled to, in training mode.

        inputs: (N, 3, H, W) float32, normalised; masks: (N, H, W) uint8 of class indices.
        """
        return self.task.objective(module, inputs, masks, loss)

    def judged(self, module: nn.Module, inputs: Tensor, masks: Tensor, loss: Loss) -> Judged:
        """Validation loss and probabilities. module: this network or its averaged twin, in eval mode."""
        return self.task.judged(module, inputs, masks, loss)

    def probabilities(self, module: nn.Module, inputs: Tensor) -> Tensor:
        """(N, C, H, W) float32 in 0..1; channel c is class c + 1. module: in eval mode."""
        return self.task.probabilities(module, inputs)

    def place(self, device: str) -> None:
        """Move the network to a device, channels last in memory: that is quicker for every network here."""
        self.module.to(device=device).to(memory_format=torch.channels_last)

    def set_training(self, *, freeze_backbone: bool) -> None:
        """Training mode; a frozen backbone gets no gradients, and its BatchNorm and Dropout stay in eval."""
        self.module.train()
        self.backbone.requires_grad_(not freeze_backbone)
        if freeze_backbone:
            self.backbone.eval()


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What a network shall be. classes: output channels; channel c is class c + 1."""

    name: str
    classes: int = 1
    pretrained: bool = True
    """Take the best weights that can be had."""
    encoder: str = DEFAULT_ENCODER
    box_mask: str = DEFAULT_BOX_MASK

    @property
    def smallest_batch(self) -> int:
        """Photographs it trains on at a time at least, as domain/architectures.py says."""
        about = described(self.name)
        return about.smallest_batch if about else 1

    @property
    def options(self) -> dict[str, str]:
        """The choices that this architecture looks at."""
        about = described(self.name)
        found = {}
        if about and about.takes_encoder:
            found["encoder"] = self.encoder
        if about and about.answers_boxes:
            found["box_mask"] = self.box_mask
        return found


Builder = Callable[[Blueprint], BuiltModel]

_builders: dict[str, Builder] = {}


def register(*names: str) -> Callable[[Builder], Builder]:
    """Enter a builder under its names. Raises ValueError when a name is taken."""

    def enter(builder: Builder) -> Builder:
        for name in names:
            if name in _builders:
                raise ValueError(f"An architecture called {name!r} is registered already.")
            _builders[name] = builder
        return builder

    return enter


def architecture_names() -> tuple[str, ...]:
    """Every registered name, in the order of registration."""
    return tuple(_builders)


def build(
    name: str, *, classes: int = 1, pretrained: bool = True, options: Mapping[str, str] | None = None
) -> BuiltModel:
    """Build a network with `classes` output channels.

    pretrained: take the best weights that can be had; `weights_note` says which. options: encoder, box_mask.
    Raises BadConfig for unknown names.
    """
    if name not in _builders:
        raise BadConfig(f"There is no architecture called {name!r}. Choose one of {', '.join(_builders)}.")
    if classes < 1:
        raise BadConfig(f"A network needs at least one class to find, not {classes}.")
    refuse_missing_extra(name)
    plan = Blueprint(name, classes, pretrained, **(options or {}))
    return replace(_builders[name](plan), options=plan.options)


def refuse_missing_extra(name: str) -> None:
    """Raise BadConfig, with the way to get it, when a network needs an optional package that is not installed."""
    about = described(name)
    if about and about.extra and importlib.util.find_spec(about.extra) is None:
        raise BadConfig(
            f"{name} needs the package {about.extra}, which is not installed. Install it with `{about.needs}`, "
            "or choose another architecture."
        )


def expect_rare(output: nn.Conv2d) -> nn.Conv2d:
    """Start an output layer from 'a plate is rare' (probability 0.02) instead of one half: it saves the first steps."""
    assert output.bias is not None
    nn.init.constant_(output.bias, -4.0)
    return output


def quicken_batch_norm(module: nn.Module) -> None:
    """Momentum 0.1 for every BatchNorm: from random weights, 0.01 leaves validation IoU at zero for epochs."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.momentum = 0.1
