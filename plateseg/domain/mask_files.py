"""Mask files as people and other tools make them, turned into masks, with a sentence on what was converted."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from plateseg.domain import foreign, png
from plateseg.domain.formats import sniff
from plateseg.domain.images import DEFAULT_LIMITS
from plateseg.domain.types import Mask
from plateseg.errors import BadImage, BadMask

CUT = 127
_NEARLY_BLACK, _NEARLY_WHITE = 16, 239
_Levels = NDArray[np.uint8]


def from_png(data: bytes, *, width: int, height: int) -> tuple[Mask, str]:
    """The mask of a file that came with a photograph of this size, and a note on what was converted.

    Values above 127 are plate; a file that knows only 0 and 1 is read as class indices. Other formats than PNG
    are read, too. Raises BadMask for another size, and for what is no image.
    """
    try:
        levels, notes = _levels(data, partial(_check_fit, width=width, height=height))
    except BadImage as error:
        raise BadMask(f"The mask cannot be read. {error}") from error
    highest = int(levels.max())
    if highest == 1:
        return levels, _join([*notes, "values 0 and 1 read as class indices, 1 = plate"])
    mask = (levels > CUT).astype(np.uint8)
    return mask, _join([*notes, *_remarks(levels, mask, highest)])


def of_any_size(data: bytes, *, most_width: int, most_height: int) -> Mask:
    """A mask file that is a part of a photograph's mask, at most of this size. Raises BadMask."""

    def check(width: int, height: int) -> None:
        if width > most_width or height > most_height:
            raise BadMask(f"a mask of {width}x{height} pixels does not fit into the photograph")

    try:
        levels, _ = _levels(data, check)
    except BadImage as error:
        raise BadMask(f"The mask cannot be read. {error}") from error
    return (levels > (0 if int(levels.max()) <= 1 else CUT)).astype(np.uint8)


def looks_like_mask(data: bytes) -> bool:
    """Whether a file that lies beside a photograph is its mask rather than another photograph, by its contents.

    Nearly all of a mask is black or white, or it knows two levels only. Never raises.
    """
    try:
        levels, _ = _levels(data, _check_pixels)
    except (BadImage, BadMask):
        return False
    if np.count_nonzero(np.bincount(levels.ravel(), minlength=256)) <= 2:
        return True
    extreme = np.count_nonzero((levels <= _NEARLY_BLACK) | (levels >= _NEARLY_WHITE))
    return bool(extreme >= 0.98 * levels.size)


def wrong_size(mask_width: int, mask_height: int, *, width: int, height: int) -> str:
    """The sentence for a mask of another size than its photograph."""
    sizes = f"The mask is {mask_width}x{mask_height}, the photograph is {width}x{height}."
    if (mask_width, mask_height) == (height, width):
        return f"{sizes} It lies on its side: turn the mask as the photograph is turned, and import it again."
    return f"{sizes} Export the mask at the photograph's size."


def _remarks(levels: _Levels, mask: Mask, highest: int) -> list[str]:
    if highest == 0:
        return []
    if highest <= CUT:
        return [f"no value above {CUT} (the highest is {highest}): nothing in it counts as plate"]
    if mask.all():
        return ["every pixel is plate"]
    # 255 wraps round to 0 and 0 becomes 1: whatever lies above is neither black nor white.
    soft = int((levels + np.uint8(1)).max()) > 1
    return [f"soft grey mask, cut at {CUT}"] if soft else []


def _check_fit(mask_width: int, mask_height: int, *, width: int, height: int) -> None:
    if (mask_width, mask_height) != (width, height):
        raise BadMask(wrong_size(mask_width, mask_height, width=width, height=height))


def _check_pixels(width: int, height: int) -> None:
    if width * height > DEFAULT_LIMITS.max_pixels:
        raise BadMask(f"A mask of {width}x{height} pixels is larger than any photograph taken here.")


def _levels(data: bytes, check_size: Callable[[int, int], None]) -> tuple[_Levels, list[str]]:
    """One grey level a pixel, (H, W) uint8, and notes on how it was made of the file's channels.

    check_size(width, height) is asked before any pixel is decoded and raises to refuse.
    """
    source = sniff(data)
    if source == "PNG":
        layout = png.lay_out(data)  # refuses a file that is cut off or damaged
        check_size(layout.width, layout.height)
        if layout.plain_grey:
            return _quick_grey(png.without_metadata(data, layout)), []
    try:
        with Pillow.open(io.BytesIO(data), formats=[source]) as picture:
            check_size(*picture.size)
            return _grey(picture)
    except Pillow.DecompressionBombError as error:
        raise BadMask("The mask is far larger than any photograph: export it at the photograph's size.") from error
    except foreign.PILLOW_FAULTS as error:
        raise BadMask("The mask is damaged or cut off: export it again.") from error


def _quick_grey(data: bytes) -> _Levels:
    levels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if levels is None:
        raise BadMask("The mask is damaged or cut off: export it again.")
    return np.asarray(levels, np.uint8)


def _grey(picture: Pillow.Image) -> tuple[_Levels, list[str]]:
    if picture.mode in ("L", "1") and not picture.has_transparency_data:
        return np.array(picture.convert("L"), np.uint8), []
    if picture.mode in foreign.SIXTEEN_BITS:
        return _from_sixteen_bits(np.asarray(picture).astype(np.int64))
    if picture.mode == "F":
        raise BadMask("The mask holds floating-point values: export it as 8-bit grey, 0 and 255.")
    indices = np.asarray(picture) if picture.mode == "P" else None
    notes = []
    if picture.has_transparency_data:
        rgba = np.array(picture.convert("RGBA"), np.uint16)
        colours = (rgba[:, :, :3] * rgba[:, :, 3:] // 255).astype(np.uint8)
        notes.append("transparent counts as background")
    else:
        colours = np.array(picture.convert("RGB"), np.uint8)
    if (colours == colours[:, :, :1]).all():
        return np.ascontiguousarray(colours[:, :, 0]), [*notes, f"{_kind(picture.mode)} mask read as grey"]
    brightest = colours.max(axis=2)
    if indices is not None and int(brightest.max()) <= CUT and int(indices.max()) == 1:
        return indices.astype(np.uint8), notes
    return brightest, [*notes, f"{_kind(picture.mode)} mask: any channel above {CUT} counts as plate"]


def _from_sixteen_bits(values: NDArray[np.int64]) -> tuple[_Levels, list[str]]:
    if int(values.max()) <= 255:
        return np.clip(values, 0, 255).astype(np.uint8), ["16-bit mask with 8-bit values"]
    if int(values.max()) <= CUT << 8:
        # Reduced to 8 bits they would say that there is no plate, or one where there is none.
        count = np.unique(values).size
        raise BadMask(
            f"The 16-bit mask holds {count} values up to {int(values.max())}, class numbers it seems, and nothing says "
            "which is a plate. Export the plate as white (255) on black."
        )
    return np.clip(values >> 8, 0, 255).astype(np.uint8), ["16-bit mask reduced to 8 bits"]


def _kind(mode: str) -> str:
    return {"P": "palette", "PA": "palette", "CMYK": "CMYK"}.get(mode, "RGB")


def _join(notes: list[str]) -> str:
    return "; ".join(notes)
