"""Which photographs belong together, and how many pairs of them a split tears apart.

Two photographs are linked when they are of one capture (a video, one moment) or look alike; a group is everything
that links reach. A split must not go through a group, or the score flatters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plateseg.domain.joining import Joined, Labels
from plateseg.domain.lookalikes import NEAR, Indices, near_pairs


@dataclass(frozen=True)
class Links:
    """What links N photographs. captures (of captures.py), looks: one text each, equal ones are linked.

    A look is 16 hex digits of the perceptual hash, or empty when it is not known. distance: bits in which looks that
    are linked may differ.
    """

    captures: Sequence[str]
    looks: Sequence[str]
    distance: int = NEAR

    def __post_init__(self) -> None:
        if len(self.captures) != len(self.looks):
            raise ValueError(f"{len(self.captures)} captures and {len(self.looks)} looks do not go together.")

    def groups(self) -> Labels:
        """(N,) the lowest index in each photograph's group."""
        joined = Joined(len(self.captures))
        joined.join_equal(self._capture)
        for one, other in self._pairs_of_looks():
            joined.join(one, other)
        return joined.roots

    def lookalikes(self) -> Labels:
        """(N,) as `groups`, by looks alone: near-duplicates."""
        joined = Joined(len(self.looks))
        for one, other in self._pairs_of_looks():
            joined.join(one, other)
        return joined.roots

    def pairs(self) -> int:
        """How many pairs of photographs are linked directly."""
        return self.parted(np.zeros((1, len(self.captures)), np.int64))[0]

    def parted(self, splits: Labels) -> tuple[int, list[int]]:
        """How many pairs are linked directly, and how many of them each split parts.

        splits: (K, N) int64, K splits to judge; the labels of one split are 0 to 3.
        """
        unique, look = self._prints
        captures, looks, kinds = (
            _counted(labels, splits, number)
            for labels, number in (
                (self._capture, len(self.captures)),
                (look, len(unique) + len(look)),
                (self._kind, len(self.captures)),
            )
        )
        # Of one capture, or of one look; what is of both was counted twice.
        tally = _within(captures) + _within(looks) - _within(kinds)
        for a, b in near_pairs(unique, self.distance):
            tally += _between(looks[:, a], looks[:, b])
            one, other = self._near_in_one_capture(a, b)
            tally -= _between(kinds[:, one], kinds[:, other])
        return int(tally[0, 0]), [int(number) for number in tally[:, 1]]

    @cached_property
    def _capture(self) -> Labels:
        return np.unique(np.array(self.captures, dtype=object).astype(str), return_inverse=True)[1].astype(np.int64)

    @cached_property
    def _prints(self) -> tuple[NDArray[np.uint64], Labels]:
        """The different hashes, and (N,) which of them each photograph has; an unknown look is one of its own."""
        known = np.array([index for index, look in enumerate(self.looks) if look], np.int64)
        values = np.array([int(self.looks[index], 16) for index in known], np.uint64)
        unique, which = np.unique(values, return_inverse=True)
        look = len(unique) + np.arange(len(self.looks), dtype=np.int64)
        look[known] = which
        return unique, look

    @cached_property
    def _kind_key(self) -> Labels:
        """(N,) one number for each capture and look; photographs that share both are of one kind."""
        return self._prints[1] * len(self.captures) + self._capture

    @cached_property
    def _kinds(self) -> tuple[Labels, Labels]:
        """The keys of all kinds in order, and (N,) the kind of each photograph."""
        keys, kind = np.unique(self._kind_key, return_inverse=True)
        return keys.astype(np.int64), kind.reshape(-1).astype(np.int64)

    @property
    def _kind(self) -> Labels:
        return self._kinds[1]

    def _pairs_of_looks(self) -> Iterator[tuple[Indices, Indices]]:
        """Pairs of photographs that carry all links of looks: neighbours of one hash, and one each of near hashes."""
        unique, look = self._prints
        order = np.argsort(look, kind="stable").astype(np.int64)
        order = order[look[order] < len(unique)]
        same = np.flatnonzero(look[order][1:] == look[order][:-1])
        yield order[same], order[same + 1]
        first = order[np.searchsorted(look[order], np.arange(len(unique)))] if len(unique) else order
        for a, b in near_pairs(unique, self.distance):
            yield first[a], first[b]

    def _near_in_one_capture(self, a: Indices, b: Indices) -> tuple[Indices, Indices]:
        """Pairs of kinds of one capture, the first of look a[i], the second of look b[i]."""
        number = len(self.captures)
        keys = self._kinds[0]
        start, end = (np.searchsorted(keys, (a + step) * number).astype(np.int64) for step in (0, 1))
        sizes = end - start
        one = np.repeat(start, sizes) + np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        wanted = np.repeat(b, sizes) * number + keys[one] % number
        other = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1).astype(np.int64)
        found = keys[other] == wanted
        return one[found], other[found]


def drawn_at_random(number: int, *, val: float, test: float, seed: int) -> Labels:
    """(number,) 0 train, 1 val, 2 test: the plain split most tools make, photograph by photograph."""
    order = np.random.default_rng(seed).permutation(number)
    labels = np.zeros(number, np.int64)
    judging = round(val * number)
    labels[order[:judging]] = 1
    labels[order[judging : judging + round(test * number)]] = 2
    return labels


def _counted(labels: Labels, splits: Labels, number: int) -> Labels:
    """(K, number, 4) how many photographs of each label each of K splits puts where. labels: below `number`."""
    rows = [np.bincount(labels * 4 + split, minlength=number * 4).reshape(number, 4) for split in splits]
    return np.stack(rows).astype(np.int64)


def _within(rows: Labels) -> Labels:
    """(K, 2): pairs of one label, and those of them that each of K splits parts. rows: (K, M, 4) counts."""
    sizes = rows.sum(axis=2)
    every = (sizes * (sizes - 1) // 2).sum(axis=1)
    together = (rows * (rows - 1) // 2).sum(axis=(1, 2))
    return np.stack([every, every - together], axis=1)


def _between(one: Labels, other: Labels) -> Labels:
    """(K, 2): pairs of a photograph counted in one[:, i] and one in other[:, i], and those that are parted."""
    every = (one.sum(axis=2) * other.sum(axis=2)).sum(axis=1)
    together = (one * other).sum(axis=(1, 2))
    return np.stack([every, every - together], axis=1)
