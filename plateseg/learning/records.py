"""What a run has been through so far: the part of its state that is neither weights nor chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from plateseg.learning.judge import Judgement


@dataclass(slots=True)
class Records:
    """Counts from the run's very beginning, whatever number of times it was resumed."""

    train_count: int
    """Photographs it trains on: a resume needs the same."""
    batch_size: int = 0
    """Photographs of a batch: as configured, or as found to fit. 0: in a file older than this field."""
    epoch: int = 0
    """Epochs completed."""
    position: int = 0
    """Batches done of the epoch under way."""
    step: int = 0
    elapsed: float = 0.0
    """Seconds of work."""
    judged_step: int = 0
    best_iou: float | None = None
    best_epoch: int | None = None
    best_scores: dict[int, float] = field(default_factory=dict)
    """IoU of each validation photograph, by its place among them, when it was best."""
    val_names: list[str] = field(default_factory=list)
    """Names of the validation photographs, in order. Empty in a file older than this field."""
    history: list[dict[str, float]] = field(default_factory=list)
    """One entry per judgement: step, epoch, val/loss, val/iou, val/mean_iou; val/share: how much was judged, 0..1."""

    @property
    def epoch_number(self) -> int:
        """The epoch under way or just completed, counted from 1."""
        return self.epoch + (1 if self.position else 0)

    def recount(self, names: Sequence[str]) -> None:
        """Give best scores their places among the validation photographs there are now: some were deleted since."""
        if self.val_names:
            places = {name: place for place, name in enumerate(_told_apart(names))}
            before = dict(enumerate(_told_apart(self.val_names)))
            self.best_scores = {
                places[before[index]]: score for index, score in self.best_scores.items() if before[index] in places
            }
        self.val_names = list(names)

    def is_better(self, judgement: Judgement) -> bool:
        """Whether this judgement beats the best so far, compared on the photographs both have judged."""
        common = judgement.scores.keys() & self.best_scores.keys()
        if not common:
            return True
        now = np.mean([judgement.scores[index] for index in common])
        return bool(now >= np.mean([self.best_scores[index] for index in common]))

    def take_best(self, judgement: Judgement) -> None:
        """Remember this judgement as the best."""
        self.best_iou, self.best_epoch = judgement.mean_iou, self.epoch_number
        self.best_scores = dict(judgement.scores)

    def plain(self) -> dict[str, Any]:
        """Plain types only, for a checkpoint."""
        return asdict(self)


def _told_apart(names: Sequence[str]) -> list[tuple[str, int]]:
    """Each name with how many of it came before: two photographs may have one name."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        found.append((name, seen[name]))
        seen[name] += 1
    return found
