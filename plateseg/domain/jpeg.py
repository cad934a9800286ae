"""The structure of a JPEG file: what it declares, and the same picture without its metadata.

Markers as in ITU T.81 annex B. Nothing is decoded here: the compressed picture is copied byte for byte.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from plateseg.errors import BadImage

START, END = b"\xff\xd8", b"\xff\xd9"
_SOS, _EOI, _COM, _APP0, _APP1, _APP14, _APP15 = 0xDA, 0xD9, 0xFE, 0xE0, 0xE1, 0xEE, 0xEF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BASELINE_OR_PROGRESSIVE = frozenset({0xC0, 0xC1, 0xC2})
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
TRUNCATED = "This JPEG is cut off before its end: copy or download it again."


@dataclass(frozen=True, slots=True)
class JpegLayout:
    """What a JPEG file declares, and where its parts lie.

    parts: (marker, start, end) in file order; a scan's compressed data belongs to its SOS part.
    ends: whether the end-of-image marker was there.
    """

    width: int
    height: int
    components: int
    precision: int
    frame: int
    parts: tuple[tuple[int, int, int], ...]
    exif: bytes
    ends: bool

    @property
    def plain(self) -> bool:
        """8-bit baseline or progressive, grey or three colours: every browser shows it as we decode it."""
        return self.frame in _BASELINE_OR_PROGRESSIVE and self.precision == 8 and self.components in (1, 3)


def lay_out(data: bytes) -> JpegLayout:
    """Find the parts of a JPEG file. Raises BadImage when it stops before its first scan."""
    parts: list[tuple[int, int, int]] = []
    frame, exif, position, ends = (0, 0, 0, 0, 0), b"", 2, False
    while (found := _NEXT_MARKER.search(data, position)) is not None:
        start, marker = found.start(), data[found.start() + 1]
        if marker == _EOI:
            ends = True
            break
        if marker in _ALONE:
            position = start + 2
            continue
        end = _part_end(data, start, marker)
        if end is None:
            break
        if marker in _FRAMES and not frame[0]:
            frame = _frame(data, start, end, marker)
        if marker == _APP1 and not exif and data[start + 4 : start + 10] == b"Exif\x00\x00":
            exif = data[start + 10 : end]
        parts.append((marker, start, end))
        position = end
    if not frame[0] or not any(marker == _SOS for marker, _, _ in parts):
        raise BadImage(TRUNCATED)
    kind, precision, height, width, components = frame
    return JpegLayout(width, height, components, precision, kind, tuple(parts), exif, ends)


def without_metadata(data: bytes, layout: JpegLayout) -> bytes:
    """The same JPEG without EXIF, XMP, IPTC, ICC, comments, thumbnails and whatever follows its end.

    JFIF and Adobe segments stay: they say how the colours are stored.
    """
    kept = b"".join(_clean_part(data, *part) for part in layout.parts)
    return START + kept + END


def _part_end(data: bytes, start: int, marker: int) -> int | None:
    if start + 4 > len(data):
        return None
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    end = start + 2 + length
    if length < 2 or end > len(data):
        return None
    if marker != _SOS:
        return end
    following = _NEXT_MARKER.search(data, end)
    return len(data) if following is None else following.start()


def _frame(data: bytes, start: int, end: int, marker: int) -> tuple[int, int, int, int, int]:
    if end - start < 10:
        return 0, 0, 0, 0, 0
    precision, height, width, components = struct.unpack_from(">BHHB", data, start + 4)
    return marker, precision, height, width, components


def _clean_part(data: bytes, marker: int, start: int, end: int) -> bytes:
    body = data[start + 4 : end]
    if marker == _APP0 and body.startswith(b"JFIF\x00") and len(body) >= 14:
        return b"\xff\xe0\x00\x10" + body[:12] + b"\x00\x00"  # a JFIF thumbnail, if any, is left out
    if marker == _APP14 and body.startswith(b"Adobe"):
        return data[start:end]
    if marker == _COM or _APP0 <= marker <= _APP15:
        return b""
    return data[start:end]
