"""Which photographs are of one capture: taken within seconds of each other, or numbered shots of one thing.

What an import can tell of a photograph alone is in its capture group (splits.py). What follows needs the others beside
it: how much later the next one was taken, and whether a name's counter counts shots of a scene or photographs of a set.
Every rule only ever joins, so more photographs never part two that were together, but for the limits below.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from plateseg.domain.joining import Joined
from plateseg.domain.lookalikes import BITS, TELLING

SECONDS = 3
"""Two photographs of one camera at most this far apart are of one capture."""
SHARE = 0.5
"""A rule that would make more than this share of all photographs one capture says nothing about captures..."""
MOST = 500
"""...nor does a counter that goes further than this..."""
FEW = 3
"""...but so many may always be one."""
STEP, ALIKE = 2, 10
"""Neighbours in number, at most STEP apart, are of one capture when their looks differ in at most ALIKE of 64 bits."""
_MOST_PAIRS = 16
"""Photographs of one name in many folders are no series."""

_TIME = re.compile(r"^time:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?: (\S+))?$")
_TIME_IN_NAME = re.compile(
    r"^(?P<before>[^\d]*)(?P<date>(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d)[_-](?P<time>[0-2]\d[0-5]\d[0-5]\d)(?!\d{4})"
)
_SHOT = re.compile(r"^(?P<scene>.*[^ ._(\[-])(?:[ ._-]+(?P<plain>\d{1,5})|[ ._-]*[(\[](?P<bracketed>\d{1,5})[)\]])$")
_COUNTER = re.compile(r"^(?P<before>.*?)[(\[]?(?P<number>\d{1,7})[)\]]?$")
_DATE = re.compile(r"(?<![^\W_])(?:19|20)\d\d(?:[-_.]?\d\d[-_.]?\d\d)?(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+")
_OF_A_SET = frozenset({
    "img", "image", "images", "dsc", "dscn", "dscf", "dcim", "pict", "pic", "pics", "photo", "photos", "foto",
    "picture", "p", "pxl", "gopr", "gp", "dji", "mvimg", "wp", "cam", "camera", "frame", "scan", "screenshot", "train",
    "val", "valid", "validation", "test", "set", "subset", "batch", "part", "dataset", "data", "folder", "fold",
    "split", "page", "v", "version", "drawn", "synthetic", "ccpd",
})  # fmt: skip
"""Words before a number that count cameras, folders or files, not scenes."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A photograph as far as captures go. group: its capture group; look: 16 hex digits, empty when not known."""

    group: str
    name: str
    look: str


def captures(shots: Sequence[Shot], *, share: float = SHARE) -> list[str]:
    """The capture of each photograph; equal ones are of one capture.

    share: see `SHARE`; 1.0 where joining too many does no harm.
    """
    most = max(FEW, int(share * len(shots)))
    joined = Joined(len(shots))
    joined.join_equal(np.unique([shot.group for shot in shots], return_inverse=True)[1].astype(np.int64))
    found = [chain for chain in _chains(shots) if len(chain) <= most]
    found += [scene for scene in _scenes(shots) if len(scene) <= min(most, MOST)]
    found += _alike_neighbours(shots)
    pairs = [(one[0], index) for one in found for index in one[1:]]
    both = np.array(pairs, np.int64).reshape(-1, 2)
    joined.join(both[:, 0], both[:, 1])
    return [f"capture {root}" for root in joined.roots.tolist()]


def _chains(shots: Sequence[Shot]) -> Iterator[list[int]]:
    """Photographs of one camera of which each was taken within seconds of the one before."""
    moments: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for index, shot in enumerate(shots):
        moment = _moment(shot)
        if moment is not None:
            moments[moment[0]].append((moment[1], index))
    for taken in moments.values():
        taken.sort()
        chain = [taken[0][1]]
        for (before, _), (at, index) in pairwise(taken):
            if at - before > SECONDS:
                yield chain
                chain = []
            chain.append(index)
        yield chain


def _moment(shot: Shot) -> tuple[str, float] | None:
    """The camera, as far as it is known, and when it took the photograph, in seconds; None when nothing says so."""
    found = _TIME.match(shot.group)
    if found is not None:
        return _at(f"exif {found[2] or ''}", found[1])
    if not shot.group.startswith("look:"):
        return None
    found = _TIME_IN_NAME.match(shot.name)
    if found is None:
        return None
    date, time = found["date"], found["time"]
    iso = f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}"
    return _at(f"name {found['before'].casefold()}", iso)


def _at(camera: str, iso: str) -> tuple[str, float] | None:
    try:
        return camera, (datetime.fromisoformat(iso) - datetime(1970, 1, 1)).total_seconds()
    except ValueError:
        return None


def _scenes(shots: Sequence[Shot]) -> Iterable[list[int]]:
    """Photographs whose name counts twice, the scene and the shot: `car7_001`, `car7_002`; `track3[01]`."""
    scenes: defaultdict[str, list[int]] = defaultdict(list)
    for index, shot in enumerate(shots):
        found = _SHOT.match(_stem(shot.name))
        if found is not None:
            scenes[found["scene"].casefold()].append(index)
    return [indices for words, indices in scenes.items() if len(indices) > 1 and _names_a_scene(words)]


def _names_a_scene(words: str) -> bool:
    """Whether it holds a number that is no date, and a word of which it may be the number."""
    rest = _DATE.sub(" ", words)
    named = {word.casefold() for word in _WORDS.findall(rest)} - _OF_A_SET
    return bool(named) and any(letter.isdecimal() for letter in rest)


def _alike_neighbours(shots: Sequence[Shot]) -> list[list[int]]:
    """Pairs of one series that are neighbours in number and look alike, more loosely than near-duplicates do."""
    series: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for index, shot in enumerate(shots):
        found = _COUNTER.match(_stem(shot.name)) if shot.look else None
        if found is not None:
            series[found["before"].casefold(), int(found["number"])].append(index)
    pairs = [
        (one, other)
        for (before, number), ones in series.items()
        for step in range(1, STEP + 1)
        if len(ones) * len(others := series.get((before, number + step), [])) <= _MOST_PAIRS
        for one in ones
        for other in others
    ]
    looks = np.array([int(shot.look or "0", 16) for shot in shots], np.uint64)
    one, other = (looks[np.array(side, np.int64)] for side in zip(*pairs, strict=True)) if pairs else (looks[:0],) * 2
    # Even surfaces, whose hash has few bits of a kind, look like each other and say nothing.
    bits = np.stack([np.bitwise_count(one), np.bitwise_count(other)])
    telling = ((bits >= TELLING) & (bits <= BITS - TELLING)).all(axis=0)
    alike = telling & (np.bitwise_count(one ^ other) <= ALIKE)
    return [list(pairs[index]) for index in np.flatnonzero(alike).tolist()]


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
