"""How the learning rate rises and falls over a run, and when a run has stopped getting better.

All of it follows from progress and history alone, so a resumed run needs to remember nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

_WARM_UP = 0.05
_FLOOR = 0.01
_POLY_POWER = 0.9
_PLATEAU_EPOCHS = 3
_PLATEAU_FACTOR = 0.3
_WORTH_COUNTING = 1e-4


def rate_factor(schedule: str, progress: float, scores: Sequence[float] = ()) -> float:
    """Share of the configured learning rate at `progress` in 0..1. scores: validation mean IoU of each epoch so far.

    constant: 1. cosine: half a cosine down to 0.01. poly: (1 - progress)^0.9, as DeepLab's. plateau: times 0.3 after
    each 3 epochs without a better score. All but constant begin with a linear warm-up over a twentieth of the run.
    """
    progress = min(max(progress, 0.0), 1.0)
    if schedule == "constant":
        return 1.0
    if progress < _WARM_UP:
        return max(_FLOOR, progress / _WARM_UP)
    return _falling[schedule](progress, scores)


def _cosine(progress: float, _scores: Sequence[float]) -> float:
    fallen = (progress - _WARM_UP) / (1 - _WARM_UP)
    return _FLOOR + (1 - _FLOOR) * 0.5 * (1 + math.cos(math.pi * fallen))


def _poly(progress: float, _scores: Sequence[float]) -> float:
    fallen = (progress - _WARM_UP) / (1 - _WARM_UP)
    return float(max(_FLOOR, (1 - fallen) ** _POLY_POWER))


def _plateau(_progress: float, scores: Sequence[float]) -> float:
    best, waited, factor = -math.inf, 0, 1.0
    for score in scores:
        waited = 0 if score > best + _WORTH_COUNTING else waited + 1
        best = max(best, score)
        if waited == _PLATEAU_EPOCHS:
            waited, factor = 0, factor * _PLATEAU_FACTOR
    return max(_FLOOR, factor)


_falling: dict[str, Callable[[float, Sequence[float]], float]] = {
    "cosine": _cosine,
    "poly": _poly,
    "plateau": _plateau,
}


def epoch_scores(history: Sequence[Mapping[str, float]]) -> list[float]:
    """Validation mean IoU at each epoch's end, for comparing. history: as in Records.

    Looks in the middle of an epoch are left out, and epochs judged in part where others were judged whole: the first
    photographs may be easier than the rest.
    """
    ends = [entry for entry in history if float(entry["epoch"]).is_integer()]
    whole = [entry for entry in ends if entry.get("val/share", 1.0) >= 1.0]
    return [entry["val/mean_iou"] for entry in whole or ends]


def epochs_without_better(scores: Sequence[float]) -> int:
    """How many epochs lie behind the best one."""
    if not scores:
        return 0
    best = max(scores)
    return len(scores) - 1 - min(at for at, score in enumerate(scores) if score >= best - _WORTH_COUNTING)


def progress_of(*, step: int, total_steps: int, elapsed: float, budget_seconds: float) -> float:
    """How much of a run lies behind, 0..1: by steps, or by time where a time budget (0: none) is nearer its end.

    With a budget the rate has fallen when time is up, however many epochs that turned out to be.
    """
    by_steps = step / total_steps
    by_time = elapsed / budget_seconds if budget_seconds > 0 else 0.0
    return min(1.0, max(by_steps, by_time))
