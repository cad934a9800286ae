"""Every image that browsers and cv2 do not simply agree on, made 8-bit RGB by Pillow.

CMYK, palettes, 16 bits, transparency, WebP, BMP, TIFF, GIF, AVIF, HEIC, JPEG 2000.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pi_heif
from PIL import Image as Pillow

from plateseg.domain.exif import Exif, read_exif
from plateseg.domain.types import Image
from plateseg.errors import BadImage

pi_heif.register_heif_opener()  # Pillow's plugin for the photographs of telephones; it turns them upright itself

ANIMATED = "This is an animation, not one photograph: export the frames you want as JPEG or PNG."
# Pillow meets damaged files with nearly every error there is.
PILLOW_FAULTS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, AttributeError,
    RuntimeError, MemoryError, struct.error, zlib.error,
)  # fmt: skip
# What is left to mirror once 5 to 8 are transposed; cv2 counts 0 = top to bottom, 1 = left to right, -1 = both.
_FLIPS = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}
SIXTEEN_BITS = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I"})


@dataclass(frozen=True, slots=True)
class Opened:
    """pixels: (H, W, 3) uint8 RGB, upright. note: what was converted, empty for nothing worth telling."""

    pixels: Image
    exif: Exif
    note: str


def open_any(data: bytes, source: str, *, check_size: Callable[[int, int], None]) -> Opened:
    """Decode with Pillow. check_size(width, height) is asked before any pixel is decoded and raises to refuse.

    Raises BadImage for animations and for what cannot be decoded to its end.
    """
    try:
        with Pillow.open(io.BytesIO(data), formats=[source]) as picture:
            check_size(*picture.size)
            pages = int(getattr(picture, "n_frames", 1))
            if pages > 1 and source in ("GIF", "WEBP", "AVIF"):
                raise BadImage(ANIMATED)
            pixels, note = _to_rgb(picture)
            # Read last: a PNG may hold it behind its pixels.
            exif = read_exif(picture.info.get("exif", b"").removeprefix(b"Exif\x00\x00"))
    except Pillow.DecompressionBombError as error:
        raise BadImage("The image says it is far larger than 100 megapixels. Save it smaller.") from error
    except PILLOW_FAULTS as error:
        raise BadImage(f"This {source} is damaged or cut off: copy or download it again.") from error
    if source == "TIFF" and pages > 1:
        note = "; ".join(filter(None, [note, f"first of {pages} pages taken"]))
    # Pillow turns a TIFF upright itself, as the HEIF plugin does.
    return Opened(pixels if source == "TIFF" else turn(pixels, exif.orientation), exif, note)


def mode_of(data: bytes) -> str:
    """The colour mode that a file's header names, such as RGB, L, P or CMYK; empty where Pillow cannot tell."""
    try:
        with Pillow.open(io.BytesIO(data)) as picture:
            return picture.mode
    except (*PILLOW_FAULTS, Pillow.DecompressionBombError):
        return ""


def turn(pixels: Image, orientation: int) -> Image:
    """Turn and mirror pixels upright. pixels: (H, W, 3); orientation: 1..8 as EXIF counts them."""
    if orientation in (5, 6, 7, 8):
        pixels = np.asarray(cv2.transpose(pixels), np.uint8)
    axes = _FLIPS.get(orientation)
    return pixels if axes is None else np.asarray(cv2.flip(pixels, axes), np.uint8)


def _to_rgb(picture: Pillow.Image) -> tuple[Image, str]:
    mode = picture.mode
    if mode == "F":
        raise BadImage("This image holds floating-point values, not colours: export it as 8-bit PNG or JPEG.")
    if mode in SIXTEEN_BITS:
        grey = np.clip(np.asarray(picture).astype(np.int64) >> 8, 0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2), "16 bits reduced to 8"
    if picture.has_transparency_data:
        return _on_white(picture), "transparency laid on white"
    note = "CMYK converted to RGB" if mode == "CMYK" else ""
    return np.array(picture.convert("RGB"), np.uint8), note


def _on_white(picture: Pillow.Image) -> Image:
    rgba = np.array(picture.convert("RGBA"), np.uint8)
    if (rgba[:, :, 3] == 255).all():
        return np.ascontiguousarray(rgba[:, :, :3])
    canvas = Pillow.new("RGBA", picture.size, (255, 255, 255, 255))
    canvas.alpha_composite(Pillow.fromarray(rgba))
    return np.array(canvas.convert("RGB"), np.uint8)
