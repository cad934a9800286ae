"""The networks. Every module of this package is imported with it, which enters its builders in the registry."""

import importlib
import pkgutil

from plateseg.learning.architectures.choice import build_configured, resolve, resolve_device
from plateseg.learning.architectures.registry import (
    Blueprint,
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
    "Blueprint",
    "BuiltModel",
    "Judged",
    "Logits",
    "Objective",
    "Segmentation",
    "Task",
    "architecture_names",
    "build",
    "build_configured",
    "plain_logits",
    "register",
    "resolve",
    "resolve_device",
    "torchvision_logits",
]

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
