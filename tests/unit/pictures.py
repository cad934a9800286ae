"""Pictures made for tests: small photographs, and files of every kind that people hand in."""

import io
import struct
import zlib

import cv2
import numpy as np
from PIL import Image as Pillow


def photograph(*, width: int = 96, height: int = 64, seed: int = 1) -> np.ndarray:
    """Smooth colours with some texture: (height, width, 3) uint8, no two rows alike."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(20, 236, (6, 8, 3), dtype=np.uint8)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    return np.clip(smooth + rng.integers(-6, 7, smooth.shape), 0, 255).astype(np.uint8)


def jpeg_of(picture: Pillow.Image, **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", **{"quality": 90, **options})
    return buffer.getvalue()


def png_of(picture: Pillow.Image, **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()


def gif_of(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).quantize(16).save(buffer, "GIF")
    return buffer.getvalue()


def exif_with(*, orientation: int, taken: str = "", extra: bytes = b"") -> bytes:
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    if extra:
        exif[0x010E] = extra.decode()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    return exif.tobytes()


def animated(format: str) -> bytes:
    frames = [Pillow.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:], duration=100)
    return buffer.getvalue()


def png_with_header(width: int, height: int) -> bytes:
    """A PNG that says it is huge and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def plate_mask(*, width: int = 96, height: int = 64) -> np.ndarray:
    """A tilted plate with a hole."""
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.array([[20, 18], [80, 26], [78, 46], [19, 38]])], 1)
    mask[28:34, 40:48] = 0
    return mask
