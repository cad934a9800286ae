"""The few things worth reading from EXIF: which way is up, when the picture was taken, and by which model of camera.

A small reader of our own because EXIF arrives broken in every imaginable way: whatever it cannot read is
simply not there, and it never raises.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

_ORIENTATION, _DATE_TIME_ORIGINAL, _EXIF_IFD, _MAKE, _MODEL = 0x0112, 0x9003, 0x8769, 0x010F, 0x0110
_ASCII, _SHORT, _LONG = 2, 3, 4
_MAX_ENTRIES = 1000
_DATE = re.compile(r"^(\d{4})[:\-/.](\d{2})[:\-/.](\d{2})[ T](\d{2}):(\d{2}):(\d{2})$")


@dataclass(frozen=True, slots=True)
class Exif:
    """orientation: 1..8 of the EXIF standard, 1 = upright. captured_at: ISO 8601 local time, None when unknown.

    camera: make and model, empty when unknown.
    """

    orientation: int = 1
    captured_at: str | None = None
    camera: str = ""


def read_exif(tiff: bytes) -> Exif:
    """Read the TIFF structure of an EXIF block (without the leading `Exif\\0\\0`). Never raises."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return Exif()
    main = _directory(tiff, struct.unpack_from(order + "I", tiff, 4)[0], order)
    orientation = _number(tiff, main.get(_ORIENTATION), order)
    pointer = _number(tiff, main.get(_EXIF_IFD), order)
    details = _directory(tiff, pointer, order) if pointer else {}
    taken = _text(tiff, details.get(_DATE_TIME_ORIGINAL), order)
    camera = " ".join(filter(None, (_text(tiff, main.get(tag), order) for tag in (_MAKE, _MODEL))))
    return Exif(orientation if orientation in range(1, 9) else 1, _iso(taken), camera)


_Entry = tuple[int, int, int]  # type, count, offset of the 4-byte value field


def _directory(tiff: bytes, offset: int, order: str) -> dict[int, _Entry]:
    if offset + 2 > len(tiff):
        return {}
    count = struct.unpack_from(order + "H", tiff, offset)[0]
    entries: dict[int, _Entry] = {}
    for index in range(min(count, _MAX_ENTRIES)):
        at = offset + 2 + 12 * index
        if at + 12 > len(tiff):
            break
        tag, kind, length = struct.unpack_from(order + "HHI", tiff, at)
        entries.setdefault(tag, (kind, length, at + 8))
    return entries


def _number(tiff: bytes, entry: _Entry | None, order: str) -> int:
    if entry is None or entry[0] not in (_SHORT, _LONG) or entry[1] != 1:
        return 0
    return int(struct.unpack_from(order + ("H" if entry[0] == _SHORT else "I"), tiff, entry[2])[0])


def _text(tiff: bytes, entry: _Entry | None, order: str) -> str:
    if entry is None or entry[0] != _ASCII or not 4 < entry[1] <= 64:
        return ""
    start = struct.unpack_from(order + "I", tiff, entry[2])[0]
    return tiff[start : start + entry[1]].split(b"\x00")[0].decode("ascii", "ignore").strip()


def _iso(text: str) -> str | None:
    found = _DATE.match(text)
    if found is None or found[1] == "0000":
        return None
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}"
