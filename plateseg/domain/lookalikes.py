"""Photographs that look alike: pairs of perceptual hashes within a few bits, among a hundred thousand.

Not every pair is looked at. Of two 64-bit hashes that differ in at most `distance` bits, cut into `distance + 1` bands
each, at least one band is equal in both (the pigeonhole principle; "multi-index hashing", Norouzi, Punjani and Fleet,
CVPR 2012). So each band is sorted, and only what is equal in it is compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from plateseg.errors import BadConfig

BITS = 64
NEAR = 4
"""Bits in which near-duplicates may differ. A photograph scaled, darkened or saved again stays within 4; the nearest
two different ones among 300 real photographs of cars in one pose differ in 7 (docs/dataset.md)."""
MOST = 10
TELLING = 8
"""Set and unset bits that a hash needs to tell one picture from another."""
_CHUNK = 1_000_000

Prints = NDArray[np.uint64]
"""(N,) uint64, one perceptual hash each."""
Indices = NDArray[np.int64]


def near_pairs(prints: Prints, distance: int = NEAR) -> Iterator[tuple[Indices, Indices]]:
    """Every pair of different hashes within `distance` bits, once, as chunks of (first, second) indices.

    prints: (N,) uint64, each value once. A hash of an even surface (fewer than 8 bits of either kind) says little:
    it is near nothing but itself. Raises BadConfig for a distance outside 0..10.
    """
    check_distance(distance)
    set_bits = np.bitwise_count(prints)
    telling = np.flatnonzero((set_bits >= TELLING) & (set_bits <= BITS - TELLING))
    bands = _bands(distance + 1)
    waiting: list[tuple[Indices, Indices]] = []
    for number, band in enumerate(bands):
        for one, other in _equal(prints[telling] & band):
            first, second = telling[one], telling[other]
            differing = prints[first] ^ prints[second]
            near = np.bitwise_count(differing) <= distance
            for earlier in bands[:number]:  # told by that band already
                near &= differing & earlier != 0
            if near.any():
                waiting.append((first[near], second[near]))
            if sum(len(each) for each, _ in waiting) >= _CHUNK:
                yield _joined(waiting)
                waiting = []
    if waiting:
        yield _joined(waiting)


def check_distance(distance: int) -> None:
    """Raise BadConfig for a distance that cannot be searched or would call everything alike."""
    if not 0 <= distance <= MOST:
        raise BadConfig(f"Near-duplicates differ in 0 to {MOST} bits of 64, not {distance}. {NEAR} is a good choice.")


def _bands(number: int) -> list[np.uint64]:
    """The bits of each band. Every number-th bit: neighbours among the bits are alike in most photographs, and a band
    of them would hold few different values."""
    return [np.uint64(sum(1 << bit for bit in range(first, BITS, number))) for first in range(number)]


def _equal(keys: Prints) -> Iterator[tuple[Indices, Indices]]:
    order = np.argsort(keys, kind="stable").astype(np.int64)
    keys = keys[order]
    # Neighbours at one step, at two, ...: only those whose band is still equal go on.
    alive = np.arange(len(keys) - 1, dtype=np.int64)
    step = 1
    while len(alive):
        alive = alive[alive + step < len(keys)]
        alive = alive[keys[alive] == keys[alive + step]]
        if len(alive):
            yield order[alive], order[alive + step]
        step += 1


def _joined(chunks: list[tuple[Indices, Indices]]) -> tuple[Indices, Indices]:
    return np.concatenate([one for one, _ in chunks]), np.concatenate([other for _, other in chunks])
