"""Which photographs train and which judge: same group, same split, for ever.

Photographs that show the same moment must not stand on both sides, or the score flatters. `capture_group`
names the group of a photograph; `assign` gives whole groups to splits.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from plateseg.domain.images import shrink
from plateseg.domain.types import Image, Split
from plateseg.errors import BadConfig

_FRAME_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?P<video>.*?)[ ._-]*(?<![^\W\d_])frames?[ ._-]*\d+$",
        r"^(?P<video>.+?)[ ._-]+f\d{3,}$",
        r"^(?P<video>(?:.*[ ._-])?(?:clip|video|movie|footage|dashcam|sequence|seq)[ ._-]?\d*)[ ._-]+\d{3,}$",
    )
)
_SERIES_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?P<series>.+)\.rf\.[0-9a-f]{16,}$",  # Roboflow's augmented copies of one photograph
        r"^.*(?P<series>burst\d{8,})(?!\d).*$",  # Android: 00001IMG_00001_BURST20180322101112
        r"^(?P<series>(?:img|pxl|mvimg)[_-]\d{8}[_-]\d{6,9})[_~. -]+(?:burst)?\d+(?:[_~. -]?cover)?$",
    )
)


@dataclass(frozen=True, slots=True)
class Group:
    """Photographs that must stay together. size: how many; split: where they already are."""

    size: int
    split: Split = Split.UNASSIGNED

    def __post_init__(self) -> None:
        if self.size <= 0:
            raise ValueError(f"A group has at least one photograph, not {self.size}.")


def assign(groups: Mapping[str, Group], *, val: float, test: float = 0.0, seed: int) -> dict[str, Split]:
    """The split of every group. What is assigned already stays; the rest is drawn by `seed`.

    val, test: shares of all photographs, each met within one group's size. The same groups and seed give the
    same answer in any order. With two groups or more, neither train nor val (where a share is asked for) goes
    empty if a free group can prevent it. Raises BadConfig for impossible shares.
    """
    if not (val >= 0 and test >= 0 and val + test < 1):
        raise BadConfig(f"The shares val {val:g} and test {test:g} leave nothing to train on. Try val 0.2, test 0.")
    answer: dict[str, Split] = {
        name: group.split for name, group in groups.items() if group.split is not Split.UNASSIGNED
    }
    free = sorted((name for name in groups if name not in answer), key=lambda name: _draw(name, seed))
    total = sum(group.size for group in groups.values())
    has_train = Split.TRAIN in answer.values()
    for split, share in ((Split.VAL, val), (Split.TEST, test)):
        have = sum(groups[name].size for name, where in answer.items() if where is split)
        spare = len(free) - (0 if has_train else 1)
        chosen = _take(free, groups, wanted=share * total - have, most=spare)
        if split is Split.VAL and share > 0 and have == 0 and not chosen and spare > 0 and len(groups) > 1:
            chosen = [min(free, key=lambda name: groups[name].size)]
        answer |= dict.fromkeys(chosen, split)
        free = [name for name in free if name not in answer]
    return answer | dict.fromkeys(free, Split.TRAIN)


def capture_group(name: str, captured_at: str | None, fingerprint: str, camera: str = "") -> str:
    """The name of the group a photograph belongs to, as far as it alone can tell; captures.py knows the others, too.

    Frames of one video, when the name says so clearly (`car_frame_0012.jpg`, `drive_f0012`, `clip-000123`);
    plain numbering such as `green_0001` says nothing. Bursts and augmented copies of one photograph, likewise by
    name. Else photographs of one camera and EXIF second; else of one look. Of the camera a hash is kept, not its name.
    """
    path = name.replace("\\", "/")
    folder, _, file = path.rpartition("/")
    stem = file.rpartition(".")[0] or file
    for pattern in _FRAME_PATTERNS:
        found = pattern.match(stem)
        if found is not None:
            return f"video:{folder}/{found['video']}".casefold()
    for pattern in _SERIES_PATTERNS:
        found = pattern.match(stem)
        if found is not None:
            return f"series:{found['series']}".casefold()
    # A camera without a clock writes midnight on everything.
    if captured_at is not None and not captured_at.endswith("T00:00:00"):
        of_camera = f" {hashlib.sha256(camera.encode()).hexdigest()[:8]}" if camera else ""
        return f"time:{captured_at}{of_camera}"
    return f"look:{fingerprint}"


def fingerprint(pixels: Image) -> str:
    """Perceptual difference hash (dHash, 64 bits) as 16 hex digits. pixels: (H, W, 3) uint8, or its `shrink`."""
    grey = cv2.cvtColor(shrink(pixels), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA)
    bits = np.asarray(small[:, 1:] > small[:, :-1])
    return np.packbits(bits).tobytes().hex()


def draw(groups: Mapping[str, Group], *, wanted: float, most: int, seed: int) -> list[str]:
    """Groups drawn by `seed` until about `wanted` photographs are together, at most `most` groups."""
    free = sorted(groups, key=lambda name: _draw(name, seed))
    return _take(free, groups, wanted=wanted, most=most)


def _draw(name: str, seed: int) -> tuple[bytes, str]:
    return hashlib.sha256(f"{seed}\n{name}".encode("utf-8", "surrogatepass")).digest(), name


def _take(free: list[str], groups: Mapping[str, Group], *, wanted: float, most: int) -> list[str]:
    """Groups from the front of `free`, each taken when that brings the sum nearer to `wanted` photographs."""
    chosen: list[str] = []
    for name in free:
        size = groups[name].size
        if len(chosen) < most and size <= 2 * wanted:
            chosen.append(name)
            wanted -= size
    return chosen
