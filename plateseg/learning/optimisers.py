"""Optimisers by name, and which weights learn how quickly."""

from __future__ import annotations

from typing import Any

import torch

from plateseg.domain.train_config import TrainConfig
from plateseg.learning.architectures import BuiltModel

_ADAMW_DECAY = 1e-2
_SGD_DECAY = 1e-4
_SGD_MOMENTUM = 0.9


def make_optimiser(built: BuiltModel, config: TrainConfig) -> torch.optim.Optimizer:
    """The configured optimiser over all weights that are not frozen."""
    if config.optimizer == "sgd":
        groups = parameter_groups(built, config.learning_rate, decay=_SGD_DECAY)
        return torch.optim.SGD(groups, momentum=_SGD_MOMENTUM, nesterov=True)
    groups = parameter_groups(built, config.learning_rate, decay=_ADAMW_DECAY)
    return torch.optim.AdamW(groups, weight_decay=0.0)


def parameter_groups(built: BuiltModel, learning_rate: float, *, decay: float) -> list[dict[str, Any]]:
    """New layers learn faster than the pretrained backbone; biases and norms do not decay."""
    inside = {id(parameter) for parameter in built.backbone.parameters()}
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for parameter in built.module.parameters():
        if parameter.requires_grad:
            groups.setdefault((id(parameter) in inside, parameter.ndim > 1), []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": learning_rate if pretrained else learning_rate * built.new_layers_factor,
            "weight_decay": decay if decays else 0.0,
        }
        for (pretrained, decays), parameters in groups.items()
    ]
