"""How many photographs fit into memory at once: found by trying, before the first step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.autograd.graph import saved_tensors_hooks

from plateseg.learning.dataset import Batch, stack
from plateseg.learning.learner import Learner
from plateseg.learning.memory import free_memory, is_out_of_memory

_MOST = {"cpu": 4}
"""On a CPU larger batches are no quicker, and fewer steps learn less."""
_MOST_ELSEWHERE = 16
_STEPS_PER_EPOCH = 8
_CAREFUL_SHARE = 0.6


def batch_size_that_fits(learner: Learner, shape: tuple[int, int], *, photographs: int) -> int:
    """The largest power of two that a step was tried with, at least the smallest batch the network can train on.

    shape: height and width of an example. photographs: to train on; an epoch shall keep some steps. The learner is
    left as it was, apart from its gradients.
    """
    smallest = learner.built.smallest_batch
    most = max(smallest, min(_MOST.get(learner.device, _MOST_ELSEWHERE), photographs // _STEPS_PER_EPOCH))
    before = {key: value.clone() for key, value in learner.built.module.state_dict().items()}
    fitting, tried = smallest, smallest
    with torch.random.fork_rng():
        while tried <= most and _fits(learner, shape, tried):
            fitting, tried = tried, tried * 2
    learner.built.module.load_state_dict(before)
    learner.optimizer.zero_grad(set_to_none=True)
    free_memory()
    return fitting


def _fits(learner: Learner, shape: tuple[int, int], count: int) -> bool:
    example = np.full((*shape, 3), 127, np.uint8), np.zeros(shape, np.uint8)
    example[1][: shape[0] // 4, : shape[1] // 4] = 1
    batch = stack([example] * count)
    try:
        if learner.device == "cpu" and not _can_be_tried(learner, batch):
            return False
        learner.gradients(batch, slice(0, count), count)
    except Exception as error:
        if is_out_of_memory(error):
            return False
        if not learner.goes_on_uncompiled(error):
            raise
    else:
        return True
    return _fits(learner, shape, count)


def _can_be_tried(learner: Learner, batch: Batch) -> bool:
    """A CPU without memory ends the process without a word: what one example keeps for its gradients foretells it."""
    free = _free_bytes()
    smallest = learner.built.smallest_batch
    if free is None or len(batch.masks) == smallest:
        return True
    kept: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.data_ptr()] = tensor.nbytes
        return tensor

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        learner.gradients(batch, slice(0, smallest), smallest)
    return sum(kept.values()) * len(batch.masks) / smallest < _CAREFUL_SHARE * free


def _free_bytes() -> int | None:
    """Memory a process may still take; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None
