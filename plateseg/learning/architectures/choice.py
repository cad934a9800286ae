"""Which network and which device a configuration means on this machine, and that network, built."""

from __future__ import annotations

from dataclasses import replace

import torch

from plateseg.domain.architectures import DEFAULT_ENCODER, described
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadConfig
from plateseg.learning.architectures.encoders import library_name
from plateseg.learning.architectures.registry import BuiltModel, architecture_names, build, refuse_missing_extra


def resolve(config: TrainConfig) -> tuple[str, str]:
    """(architecture, device): what `auto` stands for here. Raises BadConfig for what cannot be had, encoders too."""
    device = resolve_device(config.device)
    if config.architecture == "auto":
        return ("deeplabv3_resnet101" if device == "cuda" else "unet_efficientnet_lite0"), device
    if config.architecture not in architecture_names():
        known = ", ".join(architecture_names())
        raise BadConfig(f"There is no architecture called {config.architecture!r}. Choose auto or one of {known}.")
    refuse_missing_extra(config.architecture)
    about = described(config.architecture)
    if about and about.takes_encoder:
        library_name(config.encoder)
    return config.architecture, device


def build_configured(config: TrainConfig, architecture: str, *, pretrained: bool) -> BuiltModel:
    """The network of a configuration. architecture: what `resolve` said. Raises BadConfig."""
    options = {"encoder": config.encoder, "box_mask": config.box_mask}
    built = build(architecture, classes=len(config.class_names), pretrained=pretrained, options=options)
    if "encoder" in built.options or config.encoder == DEFAULT_ENCODER:
        return built
    ignored = f"The encoder {config.encoder} is not used: {architecture} brings its own."
    return replace(built, weights_note=f"{built.weights_note} {ignored}")


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
