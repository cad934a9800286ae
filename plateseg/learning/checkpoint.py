"""Weights on disk: plain types only, written whole or not at all, read without unpickling code."""

from __future__ import annotations

import argparse
import os
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from plateseg.errors import BadCheckpoint, StorageUnavailable
from plateseg.learning.architectures import BuiltModel, build

FORMAT = "plateseg-checkpoint"
VERSION = 2
"""2: knows the options of its network, such as the encoder. Files of version 1 have none, and need none."""
_PICKLE_START = b"\x80"
SEED_ARCHITECTURE = "deeplabv3_resnet101"
# What torchvision's reference trainer and its descendants leave in their files: an argparse Namespace, numpy numbers.
_read_number = np.float64(0).__reduce__()[0]
_HARMLESS: list[Any] = [
    argparse.Namespace,
    (_read_number, "numpy.core.multiarray.scalar"),
    (_read_number, "numpy._core.multiarray.scalar"),
    *(np.dtype, np.dtypes.Float64DType, np.dtypes.Float32DType, np.dtypes.Int64DType),
]
_SEED_IMAGE_SIZE = 512
"""The seed project's files do not say at what scale they were trained."""


@dataclass(frozen=True, slots=True)
class CheckpointData:
    """A weights file, read. weights: state dict of the network, the averaged one where there are two."""

    architecture: str
    classes: int
    image_size: int
    weights: Mapping[str, Tensor]
    epoch: int = 0
    step: int = 0
    val_iou: float | None = None
    training: dict[str, Any] | None = None
    """What a resume needs; only in a `last` checkpoint."""
    about: dict[str, Any] = field(default_factory=dict)
    """Configuration and notes, for people."""
    options: dict[str, str] = field(default_factory=dict)
    """What besides its name decides the network: encoder, box_mask."""


def write(path: Path, data: CheckpointData) -> None:
    """Write next to `path`, flush to the disk, rename: a reader sees the old file or the new one, never half of one."""
    payload = {
        "format": FORMAT,
        "version": VERSION,
        "architecture": data.architecture,
        "classes": data.classes,
        "image_size": data.image_size,
        "epoch": data.epoch,
        "step": data.step,
        "val_iou": data.val_iou,
        "weights": dict(data.weights),
        "training": data.training,
        "about": data.about,
        "options": data.options,
    }
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            torch.save(payload, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except (OSError, RuntimeError) as error:
        part.unlink(missing_ok=True)
        # torch says of a full disk that it is at an "unexpected pos"; what the disk said lies beneath.
        cause = error if isinstance(error, OSError) else error.__context__
        reason = cause.strerror if isinstance(cause, OSError) else error
        raise StorageUnavailable(
            f"The checkpoint {path.name} could not be written ({reason}). Free some disk space and resume the run."
        ) from error


def load_weights(path: Path) -> CheckpointData:
    """Read a checkpoint of ours or of the seed project's. Raises BadCheckpoint with the reason and the way out."""
    from plateseg.learning import safetensors_file  # it reads into what this module defines

    if safetensors_file.is_safetensors(path):
        return safetensors_file.read(path)
    payload = _read(path)
    if not isinstance(payload, Mapping):
        raise BadCheckpoint(f"{path.name} holds {type(payload).__name__}, not a checkpoint. Choose another file.")
    if payload.get("format") != FORMAT:
        return _seed_checkpoint(path, payload)
    if payload.get("version", VERSION) > VERSION:
        raise BadCheckpoint(f"{path.name} was written by a newer plateseg. Update plateseg to use it.")
    try:
        return CheckpointData(**{key: value for key, value in payload.items() if key not in ("format", "version")})
    except TypeError as error:
        raise BadCheckpoint(f"{path.name} is damaged: parts of it are missing. Copy it again.") from error


def load_into(built: BuiltModel, data: CheckpointData, *, name: str) -> None:
    """Put the file's weights into a network. Raises BadCheckpoint when they are of another one."""
    if (data.architecture, data.classes) != (built.name, built.classes):
        raise BadCheckpoint(
            f"{name} holds {data.architecture} with {data.classes} class(es); this is {built.name} with "
            f"{built.classes}. Choose the architecture {data.architecture}, or another file."
        )
    theirs, ours = data.options.get("encoder"), built.options.get("encoder")
    if theirs != ours:
        raise BadCheckpoint(
            f"{name} holds {data.architecture} on the encoder {theirs}; this is one on {ours}. Choose the encoder "
            f"{theirs}, or another file."
        )
    wanted = built.module.state_dict()
    # Helper heads may be missing from a file that was made for prediction only, and are no reason to refuse it.
    missing = [key for key in wanted if key not in data.weights and not key.startswith("aux_classifier.")]
    unknown = [key for key in data.weights if key not in wanted]
    wrong = [key for key, value in data.weights.items() if key in wanted and value.shape != wanted[key].shape]
    if missing or unknown or wrong:
        raise BadCheckpoint(
            f"{name} does not fit {built.name}: {len(missing)} missing, {len(unknown)} unknown and {len(wrong)} "
            f"differently shaped tensors (such as {(missing + unknown + wrong)[0]}). Choose another file."
        )
    built.module.load_state_dict(dict(data.weights), strict=False)


def rebuild(data: CheckpointData, *, name: str) -> BuiltModel:
    """The network of a checkpoint, with its weights."""
    built = build(data.architecture, classes=data.classes, pretrained=False, options=data.options)
    load_into(built, data, name=name)
    return built


def _read(path: Path) -> Any:
    if not path.is_file():
        raise BadCheckpoint(f"There is no weights file {path}. Check its name.")
    try:
        with torch.serialization.safe_globals(_HARMLESS):
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if zipfile.is_zipfile(path) or path.read_bytes()[:1] == _PICKLE_START:
            raise BadCheckpoint(
                f"{path.name} needs full unpickling, which could run any code, so it was not read. Save it again as "
                "a plain state dict: torch.save(model.state_dict(), path)."
            ) from error
        raise BadCheckpoint(f"{path.name} is not a PyTorch weights file. Choose another file.") from error
    except (RuntimeError, OSError, EOFError, ValueError, KeyError) as error:
        raise BadCheckpoint(f"{path.name} is damaged or cut short ({_first_line(error)}). Copy it again.") from error


def _seed_checkpoint(path: Path, payload: Mapping[str, Any]) -> CheckpointData:
    """The seed project's {'epoch', 'model', ...}, or a bare state dict, of torchvision's deeplabv3_resnet101."""
    state = payload.get("model", payload)
    if not isinstance(state, Mapping) or "classifier.4.weight" not in state or "backbone.conv1.weight" not in state:
        raise BadCheckpoint(
            f"{path.name} is neither a plateseg checkpoint nor one of torchvision's {SEED_ARCHITECTURE}. "
            "Choose a file that plateseg or the seed project's trainer wrote."
        )
    outputs = state["classifier.4.weight"]
    weights = {key: value for key, value in state.items() if _is_ours(key, value, outputs)}
    epoch = payload.get("epoch", 0)
    return CheckpointData(
        architecture=SEED_ARCHITECTURE,
        classes=int(outputs.shape[0]),
        image_size=_SEED_IMAGE_SIZE,
        weights=weights,
        epoch=epoch if isinstance(epoch, int) else 0,
        about={"origin": "the seed project"},
    )


def _is_ours(key: str, value: object, outputs: Tensor) -> bool:
    # The seed kept the pretrained auxiliary head with its 21 classes: it is of no use for another number of them.
    if key.startswith("aux_classifier.4.") and isinstance(value, Tensor):
        return value.shape[0] == outputs.shape[0]
    return isinstance(value, Tensor)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
