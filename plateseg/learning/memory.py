"""Out of memory, said with a way out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from plateseg.domain.types import TrainConfig
from plateseg.errors import TrainingFailed

_SIGNS = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


@contextmanager
def advice_when_out_of_memory(config: TrainConfig) -> Iterator[None]:
    """Translate the several ways in which PyTorch runs out of memory into TrainingFailed."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:  # torch.OutOfMemoryError is a RuntimeError
        if not is_out_of_memory(error):
            raise
        raise TrainingFailed(
            f"Out of memory at image size {config.image_size} and batch size {config.batch_size}. "
            f"Try {_smaller(config)}."
        ) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on the GPU or on the CPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _SIGNS)


def _smaller(config: TrainConfig) -> str:
    size = max(64, round(config.image_size * 0.7 / 32) * 32)
    if config.batch_size > 2:
        return f"batch size {config.batch_size // 2}, or image size {size}"
    return f"image size {size}"
