"""How the learning rate rises and falls over a run."""

from __future__ import annotations

import math

_WARM_UP = 0.05
_FLOOR = 0.01


def rate_factor(progress: float) -> float:
    """Share of the configured learning rate at `progress` in 0..1: a short linear warm-up, then half a cosine."""
    progress = min(max(progress, 0.0), 1.0)
    if progress < _WARM_UP:
        return max(_FLOOR, progress / _WARM_UP)
    fallen = (progress - _WARM_UP) / (1 - _WARM_UP)
    return _FLOOR + (1 - _FLOOR) * 0.5 * (1 + math.cos(math.pi * fallen))


def progress_of(*, step: int, total_steps: int, elapsed: float, budget_seconds: float) -> float:
    """How much of a run lies behind, 0..1: by steps, or by time where a time budget (0: none) is nearer its end.

    With a budget the rate has fallen when time is up, however many epochs that turned out to be.
    """
    by_steps = step / total_steps
    by_time = elapsed / budget_seconds if budget_seconds > 0 else 0.0
    return min(1.0, max(by_steps, by_time))
