"""How long a step will take on this machine, measured by doing one before anybody has to wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from plateseg.domain.types import TrainConfig
from plateseg.learning import letterbox
from plateseg.learning.architectures import build, resolve
from plateseg.learning.dataset import Batch, stack
from plateseg.learning.learner import Learner
from plateseg.learning.losses import DEFAULT_LOSS, get_loss

_PROBE_SIDES = {"cpu": 128}
"""On a CPU a step takes as long as it has pixels, so a small one tells enough; on a GPU the real one is quick."""
_USUAL_ASPECT = 0.75
_REPEATS = 3


def estimate_seconds_per_step(
    config: TrainConfig, *, cap_seconds: float = 4.0, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Seconds of one training step as configured, on photographs of 4:3. Raises BadConfig like training would.

    Takes up to `cap_seconds` (and the time to build the network); the caller keeps the answer. The global random
    generator is left as it was.
    """
    architecture, device = resolve(config)
    with torch.random.fork_rng():
        built = build(architecture, pretrained=False)
        learner = Learner(
            built,
            device=device,
            learning_rate=config.learning_rate,
            freeze_backbone=config.freeze_backbone,
            loss=get_loss(DEFAULT_LOSS),
        )
        side = min(config.image_size, _PROBE_SIDES.get(device, config.image_size))
        batch_size = min(config.batch_size, max(2, built.smallest_batch))
        probe = _batch(side, batch_size)
        measured = _quickest_step(learner, probe, cap_seconds, clock)
    wanted = config.batch_size * _pixels(config.image_size)
    return measured * wanted / (batch_size * _pixels(side))


def _quickest_step(learner: Learner, batch: Batch, cap_seconds: float, clock: Callable[[], float]) -> float:
    begin = clock()
    _timed_step(learner, batch, clock)  # the first step allocates, and tells little
    seconds = [_timed_step(learner, batch, clock)]
    while len(seconds) < _REPEATS and clock() - begin + seconds[-1] < cap_seconds:
        seconds.append(_timed_step(learner, batch, clock))
    return min(seconds)


def _timed_step(learner: Learner, batch: Batch, clock: Callable[[], float]) -> float:
    begin = clock()
    float(learner.step(batch, 1.0).loss)  # waits for the device
    return clock() - begin


def _batch(side: int, count: int) -> Batch:
    height, width = letterbox.scaled_shape(side, round(side * _USUAL_ASPECT), longer_side=side)
    image = np.full((height, width, 3), 127, np.uint8)
    mask = np.zeros((height, width), np.uint8)
    mask[height // 3 : height // 2, width // 3 : width // 2] = 1
    return stack([(image, mask)] * count)


def _pixels(side: int) -> int:
    height, width = letterbox.padded_shape(side, round(side * _USUAL_ASPECT))
    return height * width
