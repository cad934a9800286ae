"""With what a model was made: versions of the code and of what it stands on, and the machine. For people, later."""

from __future__ import annotations

import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

import plateseg

_PACKAGES = (
    "torch", "torchvision", "segmentation-models-pytorch", "timm", "numpy", "opencv-python-headless", "pillow",
    "safetensors",
)  # fmt: skip
_ROOT = Path(__file__).resolve().parents[2]


@cache
def environment() -> dict[str, str]:
    """Names and values, all text; the same all the time that this process lives."""
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    found = {"code": code_version(), "python": platform.python_version(), "platform": platform.platform(), "gpu": gpu}
    return found | {"threads": str(torch.get_num_threads())} | _installed()


def code_version() -> str:
    """What git calls the state of the code where there is git, else the version of the package."""
    command = ["git", "-C", str(_ROOT), "describe", "--always", "--dirty", "--tags"]
    if not (_ROOT / ".git").exists():
        return plateseg.__version__
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return plateseg.__version__
    return f"{plateseg.__version__} ({said})"


def _installed() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
