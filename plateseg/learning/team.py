"""Processes that train one network together, each on its share of every batch (distributed data parallel).

One leads: it alone reports, judges, saves and looks at the clock; the others are told step by step and only compute.
Before gradients are added up all agree on how the step went, so that one process out of memory, or one that fails,
leaves none of the others waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from enum import IntEnum
from functools import partial
from typing import Protocol, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from plateseg.errors import TrainingFailed

_PATIENCE = timedelta(hours=24)
"""The leader may validate, or wait for the device, for long; a process that is gone is noticed at once."""
_BUCKET_BYTES = 25 * 2**20
Answer = TypeVar("Answer")


class Attempt(IntEnum):
    """How a process's part of a step went; the worst of all counts."""

    DONE = 0
    AGAIN = 1
    FAILED = 2


class Team(Protocol):
    """Who trains. rank: 0 leads. size: processes in all."""

    rank: int
    size: int

    def share(self, batch: Sequence[int]) -> tuple[int, ...]:
        """This process's part of a batch."""
        ...

    def tell(self, number: float | None) -> None:
        """The leader's word to the others: a number, or None for the end."""

    def told(self) -> float | None:
        """Wait for the leader's word."""
        ...

    def agree(self, attempt: Attempt) -> Attempt:
        """The worst of all attempts."""
        ...

    def least(self, number: int) -> int:
        """The smallest of everybody's numbers."""
        ...

    def add_up(self, tensors: Iterable[Tensor]) -> None:
        """Put the sum over all processes into each tensor."""

    def dismiss(self) -> None:
        """The end: the leader sends the others home, whatever became of it."""


class Alone:
    """One process: nobody to tell or to wait for."""

    rank, size = 0, 1

    def share(self, batch: Sequence[int]) -> tuple[int, ...]:
        """All of it."""
        return tuple(batch)

    def tell(self, number: float | None) -> None:
        """Nobody listens."""

    def told(self) -> float | None:
        """Nobody speaks."""
        return None

    def agree(self, attempt: Attempt) -> Attempt:
        """Its own."""
        return attempt

    def least(self, number: int) -> int:
        """Its own."""
        return number

    def add_up(self, tensors: Iterable[Tensor]) -> None:
        """They are the sum."""

    def dismiss(self) -> None:
        """Nobody to send home."""


class Processes:
    """Processes that `torchrun` started, over torch.distributed: gloo for words, NCCL for gradients on GPUs."""

    def __init__(self, *, rank: int, size: int, local_rank: int) -> None:
        self.rank, self.size = rank, size
        self._over = False
        dist.init_process_group("gloo", rank=rank, world_size=size, timeout=_PATIENCE)
        self._gradients: dist.ProcessGroup | None = None
        if torch.cuda.is_available():
            torch.cuda.set_device(local_rank)
            group = dist.new_group(backend="nccl", timeout=_PATIENCE)
            self._gradients = group if isinstance(group, dist.ProcessGroup) else None

    def share(self, batch: Sequence[int]) -> tuple[int, ...]:
        """Neighbours stay together: within a batch they are of one shape."""
        edges = [len(batch) * place // self.size for place in (self.rank, self.rank + 1)]
        return tuple(batch[edges[0] : edges[1]])

    def tell(self, number: float | None) -> None:
        """The leader's word to the others."""
        word = torch.tensor([number is not None, number or 0.0], dtype=torch.float64)
        self._together(lambda: dist.broadcast(word, src=0))

    def told(self) -> float | None:
        """Wait for the leader's word."""
        word = torch.zeros(2, dtype=torch.float64)
        self._together(lambda: dist.broadcast(word, src=0))
        goes_on, number = word.tolist()
        self._over = not goes_on
        return float(number) if goes_on else None

    def agree(self, attempt: Attempt) -> Attempt:
        """The worst of all attempts; after a failure nobody waits for anybody any more."""
        word = torch.tensor([int(attempt)])
        self._together(lambda: dist.all_reduce(word, dist.ReduceOp.MAX))
        worst = Attempt(int(word))
        self._over = self._over or worst is Attempt.FAILED
        return worst

    def least(self, number: int) -> int:
        """The smallest of everybody's numbers."""
        word = torch.tensor([number])
        self._together(lambda: dist.all_reduce(word, dist.ReduceOp.MIN))
        return int(word)

    def add_up(self, tensors: Iterable[Tensor]) -> None:
        """Sum over all processes, in buckets: many small messages would cost more than their bytes."""
        for bucket in _buckets(tensors):
            flat = torch.cat([tensor.reshape(-1) for tensor in bucket])
            self._together(partial(dist.all_reduce, flat, group=self._gradients if flat.is_cuda else None))
            for tensor, part in zip(bucket, torch.split(flat, [tensor.numel() for tensor in bucket]), strict=True):
                tensor.copy_(part.view_as(tensor))

    def dismiss(self) -> None:
        """Send the others home, unless they have gone or are on their way, and take the connections down."""
        if self.rank == 0 and not self._over:
            with suppress(TrainingFailed):
                self.tell(None)
        dist.destroy_process_group()

    def _together(self, work: Callable[[], Answer]) -> Answer:
        try:
            return work()
        except RuntimeError as error:  # gloo and NCCL: the connection to another process broke
            self._over = True
            raise TrainingFailed(
                f"One of the {self.size} processes of this run is gone, so the others stopped. Its output in the "
                "terminal says why; resume the run to go on from its last checkpoint."
            ) from error


def join(*, rank: int, size: int, local_rank: int) -> Team:
    """The team that torchrun's environment describes; size 1 is nobody else."""
    return Processes(rank=rank, size=size, local_rank=local_rank) if size > 1 else Alone()


def gradients_of(parameters: Iterable[nn.Parameter]) -> list[Tensor]:
    """Every gradient; zeros where this process's share gave none, since another's may have."""
    found = []
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        found.append(parameter.grad)
    return found


def _buckets(tensors: Iterable[Tensor]) -> Iterable[list[Tensor]]:
    bucket: list[Tensor] = []
    for tensor in tensors:
        full = sum(each.nbytes for each in bucket) + tensor.nbytes > _BUCKET_BYTES
        if bucket and (full or tensor.dtype != bucket[0].dtype):
            yield bucket
            bucket = []
        bucket.append(tensor)
    if bucket:
        yield bucket
