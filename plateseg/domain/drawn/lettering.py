"""Characters as they are stamped into plates and painted onto signs. The fonts ship with OpenCV: nothing is installed.

OpenCV 5 carries Rubik (SIL Open Font License) as "sans" and "italic", WenQuanYi Micro Hei (Apache-2.0) as "uni", and
the Hershey strokes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import Colour
from plateseg.domain.types import Image

TALL = 96
_STROKES = {"simplex": cv2.FONT_HERSHEY_SIMPLEX, "duplex": cv2.FONT_HERSHEY_DUPLEX}


@dataclass(frozen=True, slots=True)
class Font:
    """name: sans, italic, uni, simplex or duplex. weight: 100..1000 of a face, or strokes in pixels at 96 px."""

    name: str
    weight: int


FONTS: tuple[Font, ...] = (
    Font("sans", 450), Font("sans", 550), Font("sans", 650), Font("sans", 800), Font("uni", 0),
    Font("simplex", 9), Font("simplex", 12), Font("duplex", 9),
)  # fmt: skip
"""What plates are written with."""


@lru_cache(maxsize=4096)
def stamp(text: str, font: Font) -> NDArray[np.uint8]:
    """Writing cropped to its ink: (H, W) uint8 of coverage 0..255, about 70 px high for capitals. Do not write to it.

    Characters of other scripts always come from "uni", the only face that has them.
    """
    sheet = np.zeros((2 * TALL, TALL * (len(text) + 1), 1), np.uint8)
    spot = TALL // 2, round(1.4 * TALL)
    if font.name in _STROKES and text.isascii():
        cv2.putText(sheet, text, spot, _STROKES[font.name], 3.2, 255, font.weight, cv2.LINE_AA)
    else:
        # A face of its own: it keeps the weight it was last used with, and others may write at the same time.
        face = cv2.FontFace("uni" if not text.isascii() or font.name in _STROKES else font.name)
        cv2.putText(sheet, text, spot, (255,), face, TALL, font.weight)
    left, top, across, down = cv2.boundingRect(sheet[:, :, 0])
    cut = sheet[top : top + max(1, down), left : left + max(1, across), 0].copy()
    cut.setflags(write=False)
    return cut


def write(
    sheet: Image, text: str, *, box_of: tuple[float, float, float, float], ink: Colour, font: Font, widest: float = 1.15
) -> None:
    """Write text stretched into a box (x, y, width, height), as stamped characters are.

    widest: how far a narrow character such as I may be stretched beyond its own shape.
    """
    x, y, room_across, room_down = box_of
    shape = stamp(text, font)
    size = max(1, round(room_across)), max(1, round(room_down))
    wide = min(size[0], max(1, round(shape.shape[1] * size[1] / shape.shape[0] * widest)))
    left, top = round(x + (size[0] - wide) / 2), round(y)
    window = sheet[max(0, top) : max(0, top + size[1]), max(0, left) : max(0, left + wide)]
    if window.size == 0:
        return
    resized = np.asarray(cv2.resize(shape, (wide, size[1]), interpolation=cv2.INTER_AREA), np.uint8)
    cover = resized[max(0, -top) :, max(0, -left) :][: window.shape[0], : window.shape[1], None] * np.float32(1 / 255)
    window[:] = (window + (np.array(ink, np.float32) - window) * cover).astype(np.uint8)


def letters(rng: np.random.Generator, count: int, *, signs: str = "ABCDEFGHIJKLMNOPRSTUVWXYZ") -> str:
    """So many signs of chance."""
    return "".join(signs[int(index)] for index in rng.integers(len(signs), size=count))
