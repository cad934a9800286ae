"""Groups that grow together: what is joined with what, over arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plateseg.domain.lookalikes import Indices

Labels = NDArray[np.int64]
"""(N,) int64, one label for each photograph; equal labels belong together."""


class Joined:
    """Union-find over arrays: the root of a group is its lowest index."""

    def __init__(self, number: int) -> None:
        self.roots: Labels = np.arange(number, dtype=np.int64)

    def join_equal(self, labels: Labels) -> None:
        """Join everything of one label."""
        if len(labels):
            self.join(np.unique(labels, return_index=True)[1].astype(np.int64)[labels], np.arange(len(labels)))

    def join(self, one: Indices, other: Indices) -> None:
        """Join one[i] with other[i], for every i."""
        while True:
            first, second = self.roots[one], self.roots[other]
            apart = first != second
            if not apart.any():
                return
            one, other, first, second = one[apart], other[apart], first[apart], second[apart]
            np.minimum.at(self.roots, np.maximum(first, second), np.minimum(first, second))
            self._flatten()

    def _flatten(self) -> None:
        while True:
            higher = self.roots[self.roots]
            if np.array_equal(higher, self.roots):
                return
            self.roots = higher
