"""Which network and which device a configuration means on this machine."""

from __future__ import annotations

import torch

from plateseg.domain.types import TrainConfig
from plateseg.errors import BadConfig
from plateseg.learning.architectures.registry import architecture_names


def resolve(config: TrainConfig) -> tuple[str, str]:
    """(architecture, device): what `auto` stands for here. Raises BadConfig for what cannot be had."""
    device = resolve_device(config.device)
    if config.architecture == "auto":
        return ("deeplabv3_resnet101" if device == "cuda" else "unet_efficientnet_lite0"), device
    if config.architecture not in architecture_names():
        known = ", ".join(architecture_names())
        raise BadConfig(f"There is no architecture called {config.architecture!r}. Choose auto or one of {known}.")
    return config.architecture, device


def resolve_device(device: str) -> str:
    """'auto' -> cuda, mps or cpu, whichever is there first. Raises BadConfig for a device that is not there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return next(name for name, available in there.items() if available)
    if device not in there:
        raise BadConfig(f"There is no device called {device!r}. Choose auto, {', '.join(there)}.")
    if not there[device]:
        raise BadConfig(f"This machine offers PyTorch no {device} device. Choose auto or cpu.")
    return device
