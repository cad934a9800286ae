"""The weights that are judged, kept and used to predict: a running average, or the live ones where that is off.

The average lags behind by a tenth of the steps so far, which makes a run that is stopped early nearly as good as one
that came to its end.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn

_SLOWEST = 0.999


class WeightAverage:
    """Exponential moving average of a module's parameters and buffers."""

    def __init__(self, module: nn.Module) -> None:
        self.module = deepcopy(module).eval().requires_grad_(False)
        self.updates = 0
        self._averaged, self._copied = _pairs(self.module, module)

    @torch.no_grad()
    def update(self) -> None:
        """Take the module's present weights in."""
        self.updates += 1
        share = 1.0 - min(_SLOWEST, self.updates / (9.0 + self.updates))
        torch._foreach_lerp_([own for own, _ in self._averaged], [live for _, live in self._averaged], share)
        for own, live in self._copied:
            own.copy_(live)

    def state(self) -> dict[str, Any]:
        """What a resume needs, to be merged with the learner's."""
        return {"average": self.module.state_dict(), "average_updates": self.updates}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state()` was taken."""
        self.module.load_state_dict(state["average"])
        self.updates = state["average_updates"]


class LiveWeights:
    """The module itself in the average's place. Whoever judges it must put it in eval mode; a step puts it back."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module

    def update(self) -> None:
        """Nothing to do: the weights are what they are."""

    def state(self) -> dict[str, Any]:
        """Nothing beside the learner's own."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing to restore."""


def _pairs(own: nn.Module, live: nn.Module) -> tuple[list[tuple[Tensor, Tensor]], list[tuple[Tensor, Tensor]]]:
    mine, theirs = own.state_dict(), live.state_dict()
    floats = [(mine[key], theirs[key]) for key in mine if mine[key].is_floating_point()]
    others = [(mine[key], theirs[key]) for key in mine if not mine[key].is_floating_point()]
    return floats, others
