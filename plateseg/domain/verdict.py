"""Is one model better than another? Decided on the same photographs, with the doubt that few of them leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plateseg.domain.metrics import resampled_means

FEWEST = 6
"""With fewer scenes even "better in every one" happens by chance more often than once in twenty (2 / 2**5)."""
LEVEL = 0.95
ROUNDS, FEWEST_ROUNDS, DRAWS = 4000, 1000, 4_000_000
"""Samples drawn: so many as long as that are not more than DRAWS photographs, and never fewer than the second."""


class Decision(StrEnum):
    """What the photographs say of the challenger."""

    BETTER = "better"
    WORSE = "worse"
    UNSURE = "cannot tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The challenger's mean IoU minus the champion's on `images` photographs, in its interval low..high.

    of: photographs there are to compare on; more than `images` while one of the two was not judged on all of them.
    doubt: half a sentence on photographs that one of them may have learnt from; empty where that is known.
    scenes: how many different ones the photographs show; 0 in verdicts of earlier versions.
    """

    decision: Decision
    difference: float
    low: float
    high: float
    images: int
    doubt: str = ""
    of: int = 0
    scenes: int = 0

    @property
    def too_few(self) -> bool:
        """Whether it could not be told for want of scenes, however far the two are apart."""
        told_apart = self.low > 0 or self.high < 0
        return self.decision is Decision.UNSURE and (told_apart or 0 < self.scenes < FEWEST)

    @property
    def sentence(self) -> str:
        """ "better: +0.031 IoU (+0.012 to +0.050) on 60 photographs", or "12 of 60", why not more, and any doubt."""
        photographs = "1 photograph" if self.images == 1 else f"{self.images} photographs"
        if self.images < self.of:
            photographs = f"{self.images} of {self.of} photographs"
        between = f"({self.low:+.3f} to {self.high:+.3f})"
        yet = "so far" if self.images < self.of else "to judge"
        few = f", too few {yet}: it takes {FEWEST} of different scenes" if self.too_few else ""
        doubt = f"; {self.doubt}" if self.doubt else ""
        return f"{self.decision.value}: {self.difference:+.3f} IoU {between} on {photographs}{few}{doubt}"

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {"decision": self.decision.value}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Verdict:
        """What `as_json` gave."""
        return cls(**{**values, "decision": Decision(values["decision"])})


def compare(
    challenger: Mapping[int, float],
    champion: Mapping[int, float],
    groups: Mapping[int, str],
    rng: np.random.Generator,
) -> Verdict | None:
    """Paired bootstrap of the mean difference in IoU over the photographs both were judged on; None without any.

    challenger, champion: IoU in 0..1 by item. groups: the capture group of each item (its own one where it has
    none): frames of one scene are not independent, so whole groups are drawn (cluster bootstrap, Davison and
    Hinkley 1997, 3.8). The interval is widened by sqrt(n / (n - 1)), as few groups make it too narrow
    (Hesterberg 2015). Better or worse only if it leaves out 0 and there are at least FEWEST groups.
    """
    common = sorted(challenger.keys() & champion.keys())
    if not common:
        return None
    differences = np.array([challenger[item] - champion[item] for item in common], np.float64)
    sums, counts = _by_group(differences, [groups.get(item) or f"item {item}" for item in common])
    mean = float(differences.mean())
    low, high = _interval(sums, counts, mean, rng)
    return Verdict(_decision(low, high, len(sums)), mean, low, high, len(common), scenes=len(sums))


def _interval(
    sums: NDArray[np.float64], counts: NDArray[np.float64], mean: float, rng: np.random.Generator
) -> tuple[float, float]:
    if len(sums) < 2:
        return -1.0, 1.0  # one scene says nothing about others
    rounds = min(ROUNDS, max(FEWEST_ROUNDS, DRAWS // len(sums)))
    means = resampled_means(sums, counts, rng, rounds=rounds)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    wider = float(np.sqrt(len(sums) / (len(sums) - 1)))
    return mean + (float(low) - mean) * wider, mean + (float(high) - mean) * wider


def _by_group(values: NDArray[np.float64], names: list[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    _, places = np.unique(np.array(names), return_inverse=True)
    sums = np.asarray(np.bincount(places, weights=values), np.float64)
    return sums, np.asarray(np.bincount(places), np.float64)


def _decision(low: float, high: float, groups: int) -> Decision:
    if groups < FEWEST or low <= 0 <= high:
        return Decision.UNSURE
    return Decision.BETTER if low > 0 else Decision.WORSE
