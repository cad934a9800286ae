"""Out of memory: smaller portions where they help, else a sentence with a way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

import torch

from plateseg.domain.train_config import TrainConfig
from plateseg.errors import TrainingFailed

_SIGNS = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


class Portion:
    """How many photographs go through the network at once; a step's batch is taken in as many portions as it needs.

    The gradients of the portions are added up before the optimiser's step, so the effective batch stays what it
    was. Only BatchNorm notices: it normalises each portion by itself.
    """

    def __init__(self, size: int, *, smallest: int = 1, note: Callable[[str], None] = lambda _: None) -> None:
        self.size = size
        self._smallest = smallest
        self._note = note

    def parts(self, count: int) -> list[slice]:
        """`count` photographs in portions whose sizes differ by at most one, none below what the network can take."""
        number = max(1, min(-(-count // self.size), count // self._smallest))
        edges = [count * place // number for place in range(number + 1)]
        return [slice(start, end) for start, end in pairwise(edges)]

    def halve(self, count: int) -> bool:
        """Take less at once from now on; False when a batch of `count` cannot be divided any further."""
        largest = max(part.stop - part.start for part in self.parts(count))
        before, self.size = self.size, max(self._smallest, -(-largest // 2))
        if max(part.stop - part.start for part in self.parts(count)) == largest:
            self.size = before
            return False
        self._note(
            f"Out of memory with {largest} photographs at once: from now on {self.size} at once, with their gradients "
            f"added up, so that each step is still of {count}. (BatchNorm sees {self.size} at a time.)"
        )
        return True


def free_memory() -> None:
    """Give cached blocks back to the GPU, so that smaller portions do not meet a fragmented memory."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


@contextmanager
def advice_when_out_of_memory(config: TrainConfig) -> Iterator[None]:
    """Translate the several ways in which PyTorch runs out of memory into TrainingFailed."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:  # torch.OutOfMemoryError is a RuntimeError
        if not is_out_of_memory(error):
            raise
        raise TrainingFailed(
            f"Out of memory at image size {config.image_size} and batch size {config.batch_size or 'auto'}, however "
            f"few photographs at once. Try {_smaller(config)}."
        ) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on the GPU or on the CPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _SIGNS)


def _smaller(config: TrainConfig) -> str:
    size = max(64, round(config.image_size * 0.7 / 32) * 32)
    if size == config.image_size:
        return "a smaller network, such as unet_efficientnet_lite0"
    return f"image size {size} with batch size {max(1, config.batch_size // 2)}"
