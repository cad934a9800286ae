"""How long a step will take on this machine, measured by doing one before anybody has to wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from plateseg.domain.train_config import TrainConfig
from plateseg.learning import letterbox
from plateseg.learning.architectures import build_configured, resolve
from plateseg.learning.dataset import Batch, stack
from plateseg.learning.learner import Learner

_PROBE_SIDES = (96, 192)
"""On a CPU a step takes as long as it has pixels: a small one tells much, and a larger one, where quick, more."""
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
        built = build_configured(config, architecture, pretrained=False)
        uncompiled = replace(config, compile=False)  # compiling takes longer than anybody waits for an estimate
        learner = Learner(built, uncompiled, device=device, batch_size=config.batch_size)
        return _seconds_per_pixel(learner, config, cap_seconds, clock) * _pixels_seen(config) * config.batch_size


def _seconds_per_pixel(learner: Learner, config: TrainConfig, cap_seconds: float, clock: Callable[[], float]) -> float:
    """From the largest probe there is time for; on a GPU that is the image size itself."""
    sides = [min(side, config.image_size) for side in _PROBE_SIDES] if learner.device == "cpu" else [config.image_size]
    batch_size = min(config.batch_size, max(2, learner.built.smallest_batch))
    end = clock() + cap_seconds
    found = 0.0
    for side in sides:
        pixels = batch_size * _pixels(side)
        if found and clock() + 2 * found * pixels > end:
            break
        found = _quickest_step(learner, _batch(side, batch_size), end, clock) / pixels
    return found


def _quickest_step(learner: Learner, batch: Batch, end: float, clock: Callable[[], float]) -> float:
    _timed_step(learner, batch, clock)  # the first step allocates, and tells little
    seconds = [_timed_step(learner, batch, clock)]
    while len(seconds) < _REPEATS and clock() + seconds[-1] < end:
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


def _pixels_seen(config: TrainConfig) -> int:
    """Pixels of one example: of a whole photograph, or of a crop from it."""
    crop = config.crop_size or config.image_size
    return min(_pixels(config.image_size), crop * crop)


def _pixels(side: int) -> int:
    height, width = letterbox.padded_shape(side, round(side * _USUAL_ASPECT))
    return height * width
