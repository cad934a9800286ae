"""Bytes to an upright RGB photograph, and the clean bytes to keep of it. Refuses what is not a photograph.

`decode` is for what people hand in; `read` is for what `decode` already cleaned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from plateseg.domain import foreign, jpeg, png
from plateseg.domain.exif import Exif, read_exif
from plateseg.domain.formats import sniff
from plateseg.domain.types import Image
from plateseg.errors import BadImage

_DECODE = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
_ABSENT_GREY = 128  # what a JPEG decoder paints where the data ran out
_FILLER = b"\x5a\xa5\x3c\x96" * 16


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What is still taken for a photograph. Pixels are counted, sides are in pixels, size in bytes."""

    max_pixels: int = 100_000_000
    max_side: int = 20_000
    min_side: int = 16
    max_bytes: int = 64 * 2**20


@dataclass(frozen=True, slots=True)
class DecodedImage:
    """One photograph as it will be stored.

    pixels: (H, W, 3) uint8 RGB, upright; exactly what decoding `served` gives.
    served: JPEG or PNG bytes without metadata, upright. note: what had to be converted, empty for nothing.
    captured_at: ISO 8601 local time of EXIF DateTimeOriginal. format: of the source, such as JPEG or TIFF.
    mode: the source's colour mode in Pillow's words, such as RGB, L or CMYK. camera: EXIF make and model.
    """

    pixels: Image
    width: int
    height: int
    format: str
    captured_at: str | None
    served: bytes
    media_type: str
    note: str = ""
    mode: str = ""
    camera: str = ""


DEFAULT_LIMITS = ImageLimits()


def decode(data: bytes, limits: ImageLimits = DEFAULT_LIMITS) -> DecodedImage:
    """Decode what a person handed in. Raises BadImage with a sentence that says why not and what to do."""
    check_file_size(len(data), limits)
    source = sniff(data)
    decoders = {"JPEG": _decode_jpeg, "PNG": _decode_png}
    decoded = decoders[source](data, limits) if source in decoders else _decode_foreign(data, source, limits)
    return replace(decoded, mode=foreign.mode_of(data))


def check_file_size(size: int, limits: ImageLimits = DEFAULT_LIMITS) -> None:
    """Refuse a file that is too large to be read, by its size in bytes. Raises BadImage."""
    if size > limits.max_bytes:
        most = limits.max_bytes / 2**20
        raise BadImage(f"The file is {size / 2**20:.0f} MB; at most {most:.0f} MB are taken. Save it smaller.")


def read(served: bytes) -> Image:
    """Decode a stored photograph quickly. served: bytes that `decode` made. Raises BadImage when damaged."""
    pixels = _quick(served)
    if pixels is None:
        raise BadImage("A stored photograph cannot be read: import it again.")
    return pixels


def shrink(pixels: Image, side: int = 320) -> Image:
    """The photograph with its longer side at most `side` pixels; a smaller one comes back as it is."""
    while max(pixels.shape[:2]) >= 2 * side:
        # Halving is what cv2 does fast; one odd row or column is dropped for it.
        height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
        if min(height, width) == 0:
            break
        pixels = _resize(pixels[: 2 * height, : 2 * width], width=width, height=height, how=cv2.INTER_AREA)
    height, width = pixels.shape[:2]
    if max(height, width) <= side:
        return pixels
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return _resize(pixels, width=size[0], height=size[1], how=cv2.INTER_LINEAR)


def thumbnail(pixels: Image, side: int = 320) -> bytes:
    """JPEG bytes of the photograph with its longer side at most `side` pixels."""
    return encode_jpeg(shrink(pixels, side), quality=82)


def encode_jpeg(pixels: Image, *, quality: int = 95, full_colour: bool = False) -> bytes:
    """(H, W, 3) uint8 RGB to JPEG bytes. full_colour: 4:4:4, no chroma is thrown away."""
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444 if full_colour else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    return _encode(".jpg", pixels, options)


def encode_png(pixels: Image) -> bytes:
    """(H, W, 3) uint8 RGB to PNG bytes, exact and fast rather than small."""
    return _encode(".png", pixels, [])  # the default is both faster and smaller than compression 1


def _decode_jpeg(data: bytes, limits: ImageLimits) -> DecodedImage:
    layout = jpeg.lay_out(data)
    check_dimensions(layout.width, layout.height, limits)
    exif = read_exif(layout.exif)
    if not layout.plain:
        return _decode_foreign(data, "JPEG", limits)
    served = jpeg.without_metadata(data, layout)
    pixels = _quick(served)
    if pixels is None:
        raise BadImage("This JPEG is damaged: copy or download it again.")
    looks_cut = not layout.ends or bool((pixels[-1, -1] == _ABSENT_GREY).all())
    if looks_cut and not _holds_all_pixels(served, pixels):
        raise BadImage(jpeg.TRUNCATED)
    if exif.orientation != 1:
        served = encode_jpeg(foreign.turn(pixels, exif.orientation), full_colour=True)
        pixels = read(served)
    return _decoded(pixels, "JPEG", exif, served)


def _decode_png(data: bytes, limits: ImageLimits) -> DecodedImage:
    layout = png.lay_out(data)
    check_dimensions(layout.width, layout.height, limits)
    if layout.frames > 1:
        raise BadImage(foreign.ANIMATED)
    exif = read_exif(layout.exif)
    if not layout.plain or exif.orientation != 1:
        return _decode_foreign(data, "PNG", limits)
    served = png.without_metadata(data, layout)
    pixels = _quick(served)
    if pixels is None:
        raise BadImage("This PNG is damaged: copy or download it again.")
    return _decoded(pixels, "PNG", exif, served)


def _decode_foreign(data: bytes, source: str, limits: ImageLimits) -> DecodedImage:
    opened = foreign.open_any(data, source, check_size=lambda width, height: check_dimensions(width, height, limits))
    if source in ("JPEG", "HEIF"):  # lossy before: a PNG would be ten times as large and no better
        served = encode_jpeg(opened.pixels, full_colour=True)
        return _decoded(read(served), source, opened.exif, served, opened.note)
    return _decoded(opened.pixels, source, opened.exif, encode_png(opened.pixels), opened.note)


def _decoded(pixels: Image, source: str, exif: Exif, served: bytes, note: str = "") -> DecodedImage:
    height, width = pixels.shape[:2]
    media_type = "image/jpeg" if served.startswith(jpeg.START) else "image/png"
    return DecodedImage(pixels, width, height, source, exif.captured_at, served, media_type, note, camera=exif.camera)


def check_dimensions(width: int, height: int, limits: ImageLimits = DEFAULT_LIMITS) -> None:
    """Refuse a picture that is too large or too small, by its sides in pixels. Raises BadImage."""
    if min(width, height) < limits.min_side:
        raise BadImage(f"The image is {width}x{height}; each side needs at least {limits.min_side} pixels.")
    if max(width, height) > limits.max_side or width * height > limits.max_pixels:
        most = f"{limits.max_pixels / 1e6:g} megapixels and {limits.max_side} pixels a side"
        raise BadImage(f"The image says it is {width}x{height}; at most {most} are taken. Save it smaller.")


def _holds_all_pixels(served: bytes, pixels: Image) -> bool:
    """Whether a JPEG's last scan is whole.

    A decoder ignores bytes after the last block, but decodes them where blocks are missing: so add some and see.
    """
    again = _quick(served[:-2] + _FILLER + jpeg.END)
    return again is not None and np.array_equal(again, pixels)


def _quick(data: bytes) -> Image | None:
    try:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), _DECODE)
    except cv2.error:
        return None
    return None if decoded is None else np.asarray(decoded, np.uint8)


def _resize(pixels: Image, *, width: int, height: int, how: int) -> Image:
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def _encode(extension: str, pixels: Image, options: list[int]) -> bytes:
    done, encoded = cv2.imencode(extension, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), options)
    if not done:
        raise BadImage(f"The image could not be written as {extension[1:].upper()}: try a smaller one.")
    return bytes(encoded.tobytes())
