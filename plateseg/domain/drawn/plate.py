"""The plate itself, seen from the front: one line or two, new or worn."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.drawn.brush import Colour, any_colour, box, clouds, fill, mixed, rounded, scaled, tint
from plateseg.domain.drawn.lettering import FONTS, Font, letters, write
from plateseg.domain.drawn.styles import STYLES, PlateStyle
from plateseg.domain.types import Image

__all__ = ["STYLES", "PlateStyle", "draw_plate"]

_LETTERS, _FIGURES = "ABCDEFGHJKLMNPRSTUVWXYZ", "0123456789"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼品川横浜千葉"
HIRAGANA = "さすせそたちつてとなにぬねのはひふほまみむめもやゆらりるろ"
_BAND: Colour = (24, 62, 150)
_NARROW = {" ": 0.45, "·": 0.4, ".": 0.4, "-": 0.55}


def draw_plate(rng: np.random.Generator, style: PlateStyle) -> Image:
    """One plate at one pixel a millimetre: (style.height, style.width, 3) uint8."""
    plate = np.zeros((style.height, style.width, 3), np.uint8)
    # No two lots of paint are the same, and none stays as it was in the sun.
    shade = rng.normal(1, 0.05, 3) * rng.uniform(0.86, 1.06)
    ground, ink = _shaded(style.ground, shade), _shaded(style.ink, shade)
    below = ground if style.ground_below is None else _shaded(style.ground_below, shade)
    fill(plate, box(-2, -2, style.width + 4, style.height + 4), ground, below)
    writing = np.zeros_like(plate)
    left, top, right = _draw_band(plate, style)
    font = FONTS[int(rng.integers(len(FONTS)))]
    if style.caption:
        area = (style.width * 0.3, 7.0, style.width * 0.4, 20.0)
        write(writing, style.caption, box_of=area, ink=(255, 255, 255), font=Font("sans", 600), widest=2)
        top = 30
    _write_lines(rng, writing, style, area=(left + 14, top + 6, right - left - 28, style.height - top - 12), font=font)
    _press(rng, plate, writing[:, :, 0], ink)
    if rng.random() < 0.7:
        frame = mixed(ink, ground, rng.uniform(0.0, 0.5))
        inset = int(rng.integers(2, 6))
        end = (style.width - 1 - inset, style.height - 1 - inset)
        cv2.rectangle(plate, (inset, inset), end, frame, int(rng.integers(2, 5)), cv2.LINE_AA)
    _wear(rng, plate)
    return plate


def _shaded(colour: Colour, shade: NDArray[np.float64]) -> Colour:
    red, green, blue = (min(255.0, channel * float(factor)) for channel, factor in zip(colour, shade, strict=True))
    return red, green, blue


def _draw_band(plate: Image, style: PlateStyle) -> tuple[float, float, float]:
    """The coloured bands; answers where the room for the characters is: left, top, right."""
    height, width = plate.shape[:2]
    if style.band == "top":
        fill(plate, box(0, 0, width, 30), _BAND, scaled(_BAND, 0.85))
        area = (width * 0.3, 6.0, width * 0.4, 18.0)
        write(plate, "MERCOSUL", box_of=area, ink=(238, 239, 234), font=Font("sans", 600))
        return 0.0, 30.0, float(width)
    band = min(46.0, width * 0.12)
    left, right = 0.0, float(width)
    if style.band in ("left", "both"):
        fill(plate, box(0, 0, band, height), _BAND, scaled(_BAND, 0.8))
        centre = (int(band / 2), int(height * 0.34))
        cv2.circle(plate, centre, int(band * 0.28), (236, 204, 60), 2, cv2.LINE_AA)
        area = (band * 0.25, height * 0.62, band * 0.5, height * 0.22)
        write(plate, "D", box_of=area, ink=(236, 238, 240), font=Font("sans", 600))
        left = band
    if style.band in ("right", "both"):
        fill(plate, box(width - band, 0, band, height), _BAND, scaled(_BAND, 0.8))
        right = width - band
    return left, 0.0, right


def _write_lines(
    rng: np.random.Generator, writing: Image, style: PlateStyle, *, area: tuple[float, float, float, float], font: Font
) -> None:
    left, top, width, height = area
    lines = str(rng.choice(style.lines)).split("/")
    shares = style.shares or (1 / len(lines),) * len(lines)
    for pattern, share in zip(lines, shares, strict=True):
        _write_pattern(rng, writing, pattern, (left, top, width, height * share), font)
        top += height * share


def _write_pattern(
    rng: np.random.Generator, writing: Image, pattern: str, area: tuple[float, float, float, float], font: Font
) -> None:
    left, top, width, height = area
    widths = np.array([_NARROW.get(sign, 1.0) for sign in pattern])
    cells = width * widths / widths.sum()
    # Few characters on a wide plate stand close together in the middle, not far apart.
    cells *= min(1.0, height * 0.85 / cells.max())
    x = left + (width - cells.sum()) / 2
    for sign, cell in zip(pattern, cells, strict=True):
        spot = (x + cell * 0.07, top + height * 0.1, cell * 0.86, height * 0.8)
        _write_sign(rng, writing, sign, spot, font)
        x += cell


def _write_sign(
    rng: np.random.Generator, writing: Image, sign: str, spot: tuple[float, float, float, float], font: Font
) -> None:
    x, y, width, height = spot
    ink: Colour = (255, 255, 255)
    pool = {"A": _LETTERS, "9": _FIGURES, "#": PROVINCES, "h": HIRAGANA}.get(sign)
    if pool is not None:
        write(writing, letters(rng, 1, signs=pool), box_of=spot, ink=ink, font=font)
    elif sign == "@":
        _glyph(rng, writing, spot)
    elif sign == "-":
        fill(writing, box(x, y + height * 0.44, width, height * 0.11), ink)
    elif sign in "·.":
        size = min(width, height * 0.16)
        middle = y + height * (0.5 if sign == "·" else 0.92)
        fill(writing, rounded(box(x + (width - size) / 2, middle - size / 2, size, size), size / 2), ink)


def _glyph(rng: np.random.Generator, writing: Image, spot: tuple[float, float, float, float]) -> None:
    """A sign of a script that no font at hand has: curved strokes and dots within the cell."""
    x, y, width, height = spot
    bold = max(2, round(height * 0.09))
    for _ in range(int(rng.integers(2, 4))):
        knots = rng.uniform(0, 1, (3, 2)) * [width, height * 0.8] + [x, y + height * 0.1]
        share = np.linspace(0, 1, 12)[:, None]
        curve = knots[0] * (1 - share) ** 2 + knots[1] * 2 * share * (1 - share) + knots[2] * share**2
        cv2.polylines(writing, [np.round(curve).astype(np.int32)], False, (255, 255, 255), bold, cv2.LINE_AA)
    if rng.random() < 0.5:
        spot_at = (round(x + width * rng.uniform(0.2, 0.8)), round(y + height * rng.uniform(0, 1)))
        cv2.circle(writing, spot_at, bold, (255, 255, 255), -1, cv2.LINE_AA)


def _press(rng: np.random.Generator, plate: Image, writing: NDArray[np.uint8], ink: Colour) -> None:
    """Put the ink on; pressed characters catch the light on one edge and shade the other."""
    cover = writing.astype(np.float32) * np.float32(rng.uniform(0.8, 1.0) / 255)
    if rng.random() < 0.6:
        depth = 2
        edge = cover - np.roll(cover, (depth, depth), (0, 1))
        tint(plate, edge * np.float32(rng.choice([-1, 1]) * rng.uniform(15, 50)))
    plate[:] = (plate + (np.array(ink, np.float32) - plate) * cover[:, :, None]).astype(np.uint8)


def _wear(rng: np.random.Generator, plate: Image) -> None:
    """Screws, stickers, dirt, scratches and a slight unevenness of the sheet."""
    height, width = plate.shape[:2]
    if rng.random() < 0.6:
        _draw_screws(rng, plate)
    if rng.random() < 0.15:
        colour = any_colour(rng, 30, 240)
        size = min(height * 0.2, 26)
        spot = box(width * rng.uniform(0.05, 0.9), height * rng.uniform(0.05, 0.75), size, size)
        fill(plate, rounded(spot, size / 2 if rng.random() < 0.5 else 3), colour)
    spots = clouds(rng, width=width, height=height)
    tint(plate, spots * rng.uniform(2, 12))
    if rng.random() < 0.35:
        dirt = np.clip(spots - rng.uniform(0.0, 0.3), 0, 1) * np.linspace(0.4, 1.2, height, dtype=np.float32)[:, None]
        mud = np.array((rng.uniform(90, 130), rng.uniform(80, 110), rng.uniform(60, 90)), np.float32)
        cover = np.clip(dirt * rng.uniform(0.6, 1.6), 0, 0.85)[:, :, None]
        plate[:] = (plate + (mud - plate) * cover).astype(np.uint8)
    if rng.random() < 0.15:
        for _ in range(int(rng.integers(1, 6))):
            ends = (rng.uniform(0, 1, (2, 2)) * [width, height]).astype(int)
            cv2.line(plate, tuple(ends[0]), tuple(ends[1]), (170, 168, 160), 1, cv2.LINE_AA)


def _draw_screws(rng: np.random.Generator, plate: Image) -> None:
    height, width = plate.shape[:2]
    rows = (0.1, 0.9) if rng.random() < 0.4 else (float(rng.choice([0.12, 0.5, 0.88])),)
    head: Colour = (150, 150, 148) if rng.random() < 0.7 else (226, 226, 222)
    size = rng.uniform(9, 15)
    for row in rows:
        for column in (rng.uniform(0.08, 0.2), rng.uniform(0.8, 0.92)):
            spot = box(width * column - size / 2, height * row - size / 2, size, size)
            fill(plate, rounded(spot, size / 2), head, scaled(head, 0.45))
