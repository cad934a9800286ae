"""Weights as safetensors: tensors and words, nothing that could run. For bundles and models that are shipped."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from plateseg.errors import BadCheckpoint, StorageUnavailable
from plateseg.learning.checkpoint import FORMAT, VERSION, CheckpointData

_FIELDS = ("architecture", "classes", "image_size", "epoch", "step", "val_iou", "about", "options")


def is_safetensors(path: Path) -> bool:
    """Whether a file looks like one, whatever it is called: eight bytes of length, then JSON."""
    try:
        with path.open("rb") as file:
            return file.read(9)[8:] == b"{"
    except OSError:
        return False


def write(path: Path, data: CheckpointData, *, half: bool = False) -> None:
    """Write aside, flush to the disk, rename. half: numbers as fp16, half the size. What a resume needs is left out.

    Raises StorageUnavailable.
    """
    words = {"format": FORMAT, "version": str(VERSION)}
    words |= {name: json.dumps(getattr(data, name)) for name in _FIELDS}
    tensors = {name: _packed(tensor, half) for name, tensor in data.weights.items()}
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, part, metadata=words)
        part.chmod(0o644)  # the library keeps what it writes to its owner; other files here are not
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except (OSError, SafetensorError) as error:
        part.unlink(missing_ok=True)
        raise StorageUnavailable(f"{path} could not be written ({error}). Free some disk space and repeat.") from error


def read(path: Path) -> CheckpointData:
    """Read a file that `write` wrote; numbers come as fp32. Raises BadCheckpoint with the reason and the way out."""
    try:
        with safe_open(path, framework="pt") as file:
            words: dict[str, str] = file.metadata() or {}
            weights = {name: _unpacked(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise BadCheckpoint(f"{path.name} is damaged or cut short ({error}). Copy it again.") from error
    if words.get("format") != FORMAT:
        raise BadCheckpoint(
            f"{path.name} does not say of which network it is: plateseg did not write it. Choose a file that "
            "`export-run` wrote."
        )
    try:
        if int(words.get("version", VERSION)) > VERSION:
            raise BadCheckpoint(f"{path.name} was written by a newer plateseg. Update plateseg to use it.")
        fields: dict[str, Any] = {name: json.loads(words[name]) for name in _FIELDS if name in words}
        return CheckpointData(weights=weights, **fields)
    except (TypeError, ValueError) as error:
        raise BadCheckpoint(f"{path.name} is damaged: parts of it are missing. Copy it again.") from error


def _packed(tensor: Tensor, half: bool) -> Tensor:
    # The format knows no strides and no two names for one memory.
    plain = tensor.detach().cpu().contiguous().clone()
    return plain.half() if half and plain.is_floating_point() else plain


def _unpacked(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor
