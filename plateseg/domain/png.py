"""The structure of a PNG file: what it declares, and the same picture without its metadata.

Chunks as in the PNG specification, third edition. Nothing is decoded here.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from plateseg.errors import BadImage

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TRUNCATED = "This PNG is cut off before its end: copy or download it again."
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_GREY, _COLOUR = 0, 2


@dataclass(frozen=True, slots=True)
class PngLayout:
    """What a PNG file declares. chunks: (type, start, end) in file order, up to and with IEND."""

    width: int
    height: int
    depth: int
    colour: int
    frames: int
    transparent: bool
    chunks: tuple[tuple[bytes, int, int], ...]
    exif: bytes

    @property
    def plain(self) -> bool:
        """8-bit grey or RGB without transparency: every browser shows it as we decode it."""
        return self.depth == 8 and self.colour in (_GREY, _COLOUR) and not self.transparent

    @property
    def plain_grey(self) -> bool:
        """8-bit grey without transparency, as masks should be."""
        return self.plain and self.colour == _GREY


def lay_out(data: bytes) -> PngLayout:
    """Find the chunks of a PNG file and check their checksums. Raises BadImage when it is cut off or damaged."""
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise BadImage(TRUNCATED)
    width, height, depth, colour = struct.unpack_from(">IIBB", data, 16)
    chunks = _chunks(data)
    bodies = {name: data[start + 8 : end - 4] for name, start, end in chunks if name in (b"acTL", b"tRNS", b"eXIf")}
    frames = struct.unpack_from(">I", bodies[b"acTL"])[0] if len(bodies.get(b"acTL", b"")) >= 4 else 1
    transparent = b"tRNS" in bodies or colour >= 4
    return PngLayout(width, height, depth, colour, frames, transparent, chunks, bodies.get(b"eXIf", b""))


def without_metadata(data: bytes, layout: PngLayout) -> bytes:
    """The same PNG with its critical chunks only: no text, EXIF, ICC, gamma, time or animation."""
    kept = b"".join(data[start:end] for name, start, end in layout.chunks if name in _CRITICAL)
    return SIGNATURE + kept


def _chunks(data: bytes) -> tuple[tuple[bytes, int, int], ...]:
    chunks: list[tuple[bytes, int, int]] = []
    view, position = memoryview(data), len(SIGNATURE)
    while position + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            break
        if name in _CRITICAL and zlib.crc32(view[position + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise BadImage("This PNG is damaged (a checksum does not fit): copy or download it again.")
        chunks.append((name, position, end))
        if name == b"IEND":
            return tuple(chunks)
        position = end
    raise BadImage(TRUNCATED)
