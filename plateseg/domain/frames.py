"""Which frames of a video are worth a photograph: one a stretch, the sharpest, and none that looks like the last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from plateseg.domain import splits
from plateseg.domain.types import Image
from plateseg.errors import BadInput

SAME_LOOK = 4
"""Bits of the 64-bit look by which two frames of a standing scene may differ."""
CHANGED_LOOK = 12
"""Bits from which on a scene counts as another one."""
LONGEST = 3600.0


@dataclass(frozen=True, slots=True)
class FrameChoice:
    """How to choose frames. every: seconds from one to the next; by_change: whenever the scene has changed instead.

    Raises BadInput when `every` is out of its range.
    """

    every: float = 1.0
    by_change: bool = False

    def __post_init__(self) -> None:
        if not 0.01 <= self.every <= LONGEST:
            raise BadInput(f"Frames can be taken every 0.01 to {LONGEST:g} seconds, not every {self.every:g}.")


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded frame. time: seconds from the start; look: as splits.fingerprint; pixels: asked for when it is kept."""

    time: float
    look: str
    sharpness: float
    pixels: Callable[[], Image]


def sharpness(small: Image) -> float:
    """Variance of the Laplacian of the grey picture (Pech-Pacheco 2000): more is sharper, within one scene."""
    return float(cv2.Laplacian(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())


def frame(time: float, small: Image, pixels: Callable[[], Image]) -> Frame:
    """A frame judged by a small picture of it. small: (h, w, 3) uint8 RGB."""
    return Frame(time, splits.fingerprint(small), sharpness(small), pixels)


def chosen(frames: Iterable[Frame], choice: FrameChoice) -> Iterator[Frame]:
    """The sharpest frame of each stretch. Only one frame is held at a time.

    A stretch lasts `every` seconds, and as long as its frames look the same; or until the scene has changed.
    """
    best: Frame | None = None
    start = 0.0
    for one in frames:
        if best is not None and _is_over(best, one, start, choice):
            yield best
            best = None
        if best is None:
            best, start = one, one.time
        elif one.sharpness > best.sharpness:
            best = one
    if best is not None:
        yield best


def _is_over(best: Frame, one: Frame, start: float, choice: FrameChoice) -> bool:
    bits = distance(best.look, one.look)
    if choice.by_change:
        return bits > CHANGED_LOOK
    # Half a millisecond of slack: clocks of videos count in fractions.
    return one.time - start >= choice.every - 0.0005 and bits > SAME_LOOK


def distance(one: str, other: str) -> int:
    """In how many of 64 bits two looks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def upright(pixels: Image, degrees: int) -> Image:
    """Turn a frame as its display matrix says. degrees: counterclockwise, to the nearest quarter."""
    return np.ascontiguousarray(np.rot90(pixels, round(degrees / 90) % 4))
