"""The plate itself, seen from the front: proportions and colours of several countries, one line or two."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from plateseg.domain.drawn.brush import Colour, box, clouds, fill, mixed, rounded, scaled, tint
from plateseg.domain.types import Image

_LETTERS, _FIGURES = "ABCDEFGHJKLMNPRSTUVWXYZ", "0123456789"
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX)
_WHITE, _BLACK, _BLUE, _RED, _GREEN = (238, 239, 234), (22, 22, 26), (24, 62, 150), (178, 28, 38), (12, 92, 60)


@dataclass(frozen=True, slots=True)
class PlateStyle:
    """How plates of one kind look. Sizes in millimetres; `lines` patterns: A letter, 9 figure, # glyph, else itself."""

    width: int
    height: int
    ground: Colour
    ink: Colour
    lines: tuple[str, ...]
    ground_below: Colour | None = None
    band: str = ""
    caption: str = ""


STYLES: tuple[PlateStyle, ...] = (
    PlateStyle(520, 112, _WHITE, _BLACK, ("AA-A 9999", "A-AA 999", "AA 999 AA"), band="left"),
    PlateStyle(520, 112, (244, 192, 30), _BLACK, ("99-AA-AA", "AA99 AAA"), band="left"),
    PlateStyle(520, 112, _WHITE, _BLACK, ("A999AA 99",)),
    PlateStyle(520, 112, _WHITE, _RED, ("9-AAA-999",), band="left"),
    PlateStyle(280, 202, _WHITE, _BLACK, ("AA 99/999 A",), band="left"),
    PlateStyle(305, 152, (232, 236, 242), (30, 44, 110), ("AAA 9999", "9AAA999"), caption="STATE"),
    PlateStyle(305, 152, (250, 240, 205), (110, 40, 30), ("AAA-999",), (196, 222, 240), caption="SUNNY"),
    PlateStyle(305, 152, (28, 58, 120), (236, 214, 120), ("AAA 999",), caption="COAST"),
    PlateStyle(440, 140, (26, 70, 176), (242, 244, 248), ("#A 99A99", "#A A9999")),
    PlateStyle(480, 140, (236, 244, 238), _BLACK, ("#A A99999",), (92, 196, 120)),
    PlateStyle(440, 140, (246, 196, 36), _BLACK, ("#A 99999",)),
    PlateStyle(400, 130, _WHITE, _BLACK, ("AAA9A99",), band="top"),
    PlateStyle(330, 165, _WHITE, _GREEN, ("## 999/## 99-99",)),
    PlateStyle(500, 120, (250, 206, 40), _BLACK, ("AA 99 AA 9999",)),
    PlateStyle(340, 200, (245, 246, 244), _BLACK, ("AA 99/A 9999",)),
    PlateStyle(372, 134, (24, 24, 27), (206, 208, 212), ("AAA 999", "AA-99-99")),
)


def draw_plate(rng: np.random.Generator, style: PlateStyle) -> Image:
    """One plate at one pixel a millimetre: (style.height, style.width, 3) uint8."""
    plate = np.zeros((style.height, style.width, 3), np.uint8)
    below = style.ground if style.ground_below is None else style.ground_below
    fill(plate, box(-2, -2, style.width + 4, style.height + 4), style.ground, below)
    left, top = _draw_band(plate, style)
    if style.caption:
        _write(plate, style.caption, box_of=(style.width * 0.3, 6, style.width * 0.4, 24), ink=style.ink, bold=1)
        top = 30
    lines = str(rng.choice(style.lines)).split("/")
    room = (style.height - top - 12) / len(lines)
    font = int(rng.choice(_FONTS))
    for index, pattern in enumerate(lines):
        area = (left + 14.0, top + 6 + index * room, style.width - left - 28.0, room)
        _write_pattern(rng, plate, pattern, area, style.ink, font)
    frame = mixed(style.ink, style.ground, 0.15)
    cv2.rectangle(plate, (3, 3), (style.width - 4, style.height - 4), frame, 3, cv2.LINE_AA)
    _wear(rng, plate)
    return plate


def _draw_band(plate: Image, style: PlateStyle) -> tuple[float, float]:
    """The coloured band; answers where the room for the characters begins: left, top."""
    if style.band == "left":
        width = min(46.0, style.width * 0.12)
        fill(plate, box(0, 0, width, style.height), _BLUE, scaled(_BLUE, 0.8))
        cv2.circle(plate, (int(width / 2), int(style.height * 0.34)), int(width * 0.28), (236, 204, 60), 2, cv2.LINE_AA)
        return width, 0.0
    if style.band == "top":
        fill(plate, box(0, 0, style.width, 30), _BLUE, scaled(_BLUE, 0.85))
        _write(plate, "MERCOSUL", box_of=(style.width * 0.3, 5, style.width * 0.4, 20), ink=_WHITE, bold=1)
        return 0.0, 30.0
    return 0.0, 0.0


def _write_pattern(
    rng: np.random.Generator,
    plate: Image,
    pattern: str,
    area: tuple[float, float, float, float],
    ink: Colour,
    font: int,
) -> None:
    left, top, width, height = area
    cell = width / len(pattern)
    for index, sign in enumerate(pattern):
        spot = (left + index * cell + cell * 0.08, top + height * 0.1, cell * 0.84, height * 0.8)
        if sign == "#":
            _glyph(rng, plate, spot, ink)
            continue
        written = {"A": str(rng.choice(list(_LETTERS))), "9": str(rng.choice(list(_FIGURES)))}.get(sign, sign)
        if written == "-":
            fill(plate, box(spot[0], top + height * 0.46, cell * 0.7, height * 0.1), ink)
        elif written != " ":
            _write(plate, written, box_of=spot, ink=ink, bold=max(2, round(height * 0.09)), font=font)


def _write(
    plate: Image,
    text: str,
    *,
    box_of: tuple[float, float, float, float],
    ink: Colour,
    bold: int,
    font: int = cv2.FONT_HERSHEY_SIMPLEX,
) -> None:
    """Write text stretched into a box (x, y, width, height), as stamped characters are."""
    (width, height), below = cv2.getTextSize(text, font, 2, 3)
    pad = 4
    sheet = np.zeros((height + below + 2 * pad, width + 2 * pad), np.uint8)
    cv2.putText(sheet, text, (pad, height + pad), font, 2, 255, max(3, bold), cv2.LINE_AA)
    x, y, room_across, room_down = box_of
    left, top, across, down = cv2.boundingRect(sheet)
    size = max(1, round(room_across)), max(1, round(room_down))
    if across == 0 or down == 0:
        return
    # A narrow character such as I keeps its shape in the middle of its cell.
    wide = min(size[0], max(1, round(across * size[1] / down * 1.15)))
    stamp = cv2.resize(sheet[top : top + down, left : left + across], (wide, size[1]), interpolation=cv2.INTER_AREA)
    start = round(x + (size[0] - wide) / 2)
    window = plate[round(y) : round(y) + size[1], start : start + wide]
    cover = (stamp[: window.shape[0], : window.shape[1], None] / np.float32(255)).astype(np.float32)
    window[:] = (window + (np.array(ink, np.float32) - window) * cover).astype(np.uint8)


def _glyph(rng: np.random.Generator, plate: Image, spot: tuple[float, float, float, float], ink: Colour) -> None:
    """A made-up ideograph: strokes across and down within the cell."""
    x, y, width, height = spot
    bold = max(2, round(height * 0.07))
    for share in rng.uniform(0.05, 0.95, 3):
        start, end = (round(x + width * rng.uniform(0, 0.3)), round(y + height * share)), round(x + width)
        cv2.line(plate, start, (end, start[1]), ink, bold, cv2.LINE_AA)
    for share in rng.uniform(0.1, 0.9, 2):
        column = round(x + width * share)
        foot = (column + round(rng.normal(0, width * 0.15)), round(y + height))
        cv2.line(plate, (column, round(y)), foot, ink, bold, cv2.LINE_AA)


def _wear(rng: np.random.Generator, plate: Image) -> None:
    """Bolts, dirt and a slight unevenness of the sheet."""
    height, width = plate.shape[:2]
    if rng.random() < 0.6:
        for column in (width * 0.14, width * 0.86):
            centre = rounded(box(column - 6, height * 0.1, 12, 12))
            fill(plate, centre, (150, 150, 148), (70, 70, 70))
    spots = clouds(rng, width=width, height=height)
    tint(plate, spots * rng.uniform(2, 9))
    if rng.random() < 0.35:
        dirt = np.clip(spots - 0.25, 0, 1) * np.linspace(0.4, 1.2, height, dtype=np.float32)[:, None]
        tint(plate, -dirt * rng.uniform(60, 150))
