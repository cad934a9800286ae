"""Batches made ready while the network works on the one before."""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import DataLoader, Dataset

from plateseg.learning.dataset import Batch, TrainingData

_AHEAD = 2
_MOST_PROCESSES = 8

Key = tuple[int, tuple[int, ...]]


def worker_count(configured: int, device: str) -> int:
    """Loader processes: 0 is a thread of this process, which is the quickest where the network itself is on the CPU."""
    if configured >= 0:
        return configured
    if device == "cpu":
        return 0
    return min(_MOST_PROCESSES, max(1, (os.cpu_count() or 2) - 2))


class Feeder:
    """Yields the batches of an epoch in order, from a thread or from processes that live as long as the run."""

    def __init__(self, data: TrainingData, *, workers: int, pin: bool) -> None:
        self._data = data
        self._keys: list[Key] = []
        self._loader = _loader(data, self._keys, workers, pin) if workers else None

    def epoch(self, number: int, batches: Sequence[tuple[int, ...]]) -> Iterator[Batch]:
        """The given batches of epoch `number`, each made ready ahead of its turn."""
        keys = [(number, batch) for batch in batches]
        if self._loader is None:
            return _from_thread(self._data, keys)
        self._keys[:] = keys
        return iter(self._loader)


def _loader(data: TrainingData, keys: list[Key], workers: int, pin: bool) -> DataLoader[Batch]:
    return DataLoader(
        _KeyedDataset(data),
        batch_size=None,
        sampler=keys,
        num_workers=workers,
        pin_memory=pin,
        persistent_workers=True,
        prefetch_factor=_AHEAD,
        worker_init_fn=_leave_stopping_to_the_run,
        # Its own generator: otherwise each epoch would draw from the global one, and a resume could not repeat it.
        generator=torch.Generator(),
    )


def _leave_stopping_to_the_run(_worker: int) -> None:
    """Ctrl-C, and a SIGTERM to a whole group, reach loader processes too: without them the run could only fail."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


class _KeyedDataset(Dataset[Batch]):
    def __init__(self, data: TrainingData) -> None:
        self._data = data

    def __getitem__(self, key: Key) -> Batch:
        return self._data[key]


def _from_thread(data: TrainingData, keys: Sequence[Key]) -> Iterator[Batch]:
    ready: queue.Queue[Batch | Exception] = queue.Queue(maxsize=_AHEAD)
    closed = threading.Event()

    def produce() -> None:
        for key in keys:
            try:
                made: Batch | Exception = data[key]
            except Exception as error:  # handed over and raised where the batch is asked for
                made = error
            while not closed.is_set():
                try:
                    ready.put(made, timeout=0.2)
                    break
                except queue.Full:
                    continue
            if closed.is_set() or isinstance(made, Exception):
                return

    thread = threading.Thread(target=produce, name="prefetch", daemon=True)
    thread.start()
    try:
        for _ in keys:
            batch = ready.get()
            if isinstance(batch, Exception):
                raise batch
            yield batch
    finally:
        closed.set()
        thread.join()
