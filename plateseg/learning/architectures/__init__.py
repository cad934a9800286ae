"""The networks. Importing a family's module enters it in the registry."""

from plateseg.learning.architectures import smp_unet, torchvision_deeplab
from plateseg.learning.architectures.choice import resolve, resolve_device
from plateseg.learning.architectures.registry import (
    BuiltModel,
    architecture_names,
    build,
    register,
)
from plateseg.learning.architectures.tasks import (
    Judged,
    Logits,
    Objective,
    Segmentation,
    Task,
    plain_logits,
    torchvision_logits,
)

__all__ = [
    "BuiltModel",
    "Judged",
    "Logits",
    "Objective",
    "Segmentation",
    "Task",
    "architecture_names",
    "build",
    "plain_logits",
    "register",
    "resolve",
    "resolve_device",
    "smp_unet",
    "torchvision_deeplab",
    "torchvision_logits",
]
