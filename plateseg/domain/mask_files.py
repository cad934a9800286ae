"""Mask files as people and other tools make them, turned into masks, with a sentence on what was converted."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

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
_FEW = 20
"""Values or colours that a mask of classes may have; soft edges make more."""
_MANY = 1000
_MOST_CLASSES = 40
_LIGHT = 200
"""From here on a level that is no class number: the light side of a soft edge."""
_SHADE = 0.1
"""Colours whose shares of red, green and blue differ by less are shades of one."""
_Levels = NDArray[np.uint8]


class _ClassNumbers(BadMask):
    """A mask of class numbers of which nobody said which is a plate. count: how many there are, background included."""

    def __init__(self, message: str, *, count: int) -> None:
        super().__init__(message)
        self.count = count


def from_png(data: bytes, *, width: int, height: int, plates: Collection[int] = ()) -> tuple[Mask, str]:
    """The mask of a file that came with a photograph of this size, and a note on what was converted.

    Values above 127 are plate; a file that knows only 0 and 1 is read as class indices. plates: the class numbers that
    mean a plate, for files that hold class numbers. Other formats than PNG are read, too. Raises BadMask for another
    size, for what is no image, and for class numbers of which nobody said which is a plate: taken for dark grey they
    would say that there is none.
    """
    try:
        levels, notes = _levels(data, partial(_check_fit, width=width, height=height), plates)
    except BadImage as error:
        raise BadMask(f"The mask cannot be read. {error}") from error
    if int(levels.max()) == 1 and (not plates or 1 in plates):
        return levels, _join([*notes, "values 0 and 1 read as class indices, 1 = plate"])
    if _holds_numbers(levels):
        levels, told = _by_number(levels, plates)
        notes += told
    mask = (levels > CUT).astype(np.uint8)
    return mask, _join([*notes, *_remarks(levels, mask)])


def of_any_size(data: bytes, *, most_width: int, most_height: int) -> Mask:
    """A mask file that is a part of a photograph's mask, at most of this size. Raises BadMask."""

    def check(width: int, height: int) -> None:
        if width > most_width or height > most_height:
            raise BadMask(f"a mask of {width}x{height} pixels does not fit into the photograph")

    try:
        levels, _ = _levels(data, check, ())
    except BadImage as error:
        raise BadMask(f"The mask cannot be read. {error}") from error
    return (levels > (0 if int(levels.max()) <= 1 else CUT)).astype(np.uint8)


def looks_like_mask(data: bytes) -> bool:
    """Whether a file that lies beside a photograph is its mask rather than another photograph, by its contents.

    Nearly all of a mask is black or white, or it knows two levels only. Never raises.
    """
    try:
        levels, _ = _levels(data, _check_pixels, ())
    except _ClassNumbers as error:
        return error.count <= _MOST_CLASSES
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


def _remarks(levels: _Levels, mask: Mask) -> list[str]:
    if mask.all():
        return ["every pixel is plate"]
    return [] if _is_hard(levels) else [f"soft grey mask, cut at {CUT}"]


def _is_hard(levels: _Levels) -> bool:
    # 255 wraps round to 0 and 0 becomes 1: whatever lies above is neither black nor white.
    return int((levels + np.uint8(1)).max()) <= 1


def _holds_numbers(levels: _Levels) -> bool:
    """Whether grey levels are class numbers: none is bright, or a few start low and end below white.

    255 beside them means void. A soft edge has its light levels where it has dark ones.
    """
    if _is_hard(levels):
        return False
    used = [level for level, count in enumerate(cv2.calcHist([levels], [0], None, [256], [0, 256]).ravel()) if count]
    small = [level for level in used if 0 < level <= CUT]
    if used[-1] <= CUT:
        return True
    few = 0 < len(small) <= len(used) <= _FEW
    return few and small[0] <= _MOST_CLASSES and max(level for level in used if level != 255) < _LIGHT


def _by_number(values: NDArray[np.integer[Any]], plates: Collection[int]) -> tuple[_Levels, list[str]]:
    """White where a class number is one of `plates`. Raises BadMask, naming the numbers, when nobody said which are."""
    if plates:
        white = np.isin(values, list(plates)).astype(np.uint8) * np.uint8(255)
        return white, [f"class numbers, {_listed(sorted(plates))} read as plate"]
    used = np.unique(values).tolist()
    if len(used) > _MANY:
        raise BadMask(
            f"The mask holds {len(used)} values up to {used[-1]}, none of them bright, and nothing says which is a "
            "plate. Export the plate as white (255) on black."
        )
    example = next(value for value in used if value)
    raise _ClassNumbers(
        f"The mask holds the values {_listed(used)}, class numbers it seems, and nothing says which is a plate. Say "
        f"which: “Label of the plate” under Options (--label {example}), or export the plate as white (255) on black.",
        count=len(used),
    )


def _listed(values: list[int]) -> str:
    shown = ", ".join(map(str, values[:_FEW]))
    return f"{shown} and {len(values) - _FEW} more" if len(values) > _FEW else shown


def _check_fit(mask_width: int, mask_height: int, *, width: int, height: int) -> None:
    if (mask_width, mask_height) != (width, height):
        raise BadMask(wrong_size(mask_width, mask_height, width=width, height=height))


def _check_pixels(width: int, height: int) -> None:
    if width * height > DEFAULT_LIMITS.max_pixels:
        raise BadMask(f"A mask of {width}x{height} pixels is larger than any photograph taken here.")


def _levels(data: bytes, check_size: Callable[[int, int], None], plates: Collection[int]) -> tuple[_Levels, list[str]]:
    """One grey level a pixel, (H, W) uint8, and notes on how it was made of the file's channels.

    check_size(width, height) is asked before any pixel is decoded and raises to refuse. plates: see `from_png`.
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
            return _grey(picture, plates)
    except Pillow.DecompressionBombError as error:
        raise BadMask("The mask is far larger than any photograph: export it at the photograph's size.") from error
    except foreign.PILLOW_FAULTS as error:
        raise BadMask("The mask is damaged or cut off: export it again.") from error


def _quick_grey(data: bytes) -> _Levels:
    levels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if levels is None:
        raise BadMask("The mask is damaged or cut off: export it again.")
    return np.asarray(levels, np.uint8)


def _grey(picture: Pillow.Image, plates: Collection[int]) -> tuple[_Levels, list[str]]:
    if picture.mode in ("L", "1") and not picture.has_transparency_data:
        return np.array(picture.convert("L"), np.uint8), []
    if picture.mode in foreign.SIXTEEN_BITS:
        return _from_sixteen_bits(np.asarray(picture).astype(np.int64), plates)
    if picture.mode == "F":
        raise BadMask("The mask holds floating-point values: export it as 8-bit grey, 0 and 255.")
    indices = np.asarray(picture) if picture.mode == "P" else None
    notes = []
    if picture.has_transparency_data:
        rgba = np.array(picture.convert("RGBA"), np.uint16)
        opaque = rgba[:, :, 3]
        if opaque.any() and not opaque.all() and not rgba[:, :, :3][opaque > 0].any():
            raise _ClassNumbers(
                "The mask is black on transparent, and nothing says which of both is the plate. "
                "Export the plate as white (255) on black.",
                count=2,
            )
        colours = (rgba[:, :, :3] * rgba[:, :, 3:] // 255).astype(np.uint8)
        notes.append("transparent counts as background")
    else:
        colours = np.array(picture.convert("RGB"), np.uint8)
    if (colours == colours[:, :, :1]).all():
        return np.ascontiguousarray(colours[:, :, 0]), [*notes, f"{_kind(picture.mode)} mask read as grey"]
    levels, told = _from_colours(colours, indices, plates)
    return levels, [*notes, *(told or [f"{_kind(picture.mode)} mask: any channel above {CUT} counts as plate"])]


def _from_colours(
    colours: NDArray[np.uint8], indices: NDArray[np.uint8] | None, plates: Collection[int]
) -> tuple[_Levels, list[str]]:
    """By the brightest channel, where one colour stands on black; several are classes. indices: in the palette.

    Raises BadMask for classes of which nobody said which is a plate.
    """
    brightest = colours.max(axis=2)
    dark = int(brightest.max()) <= CUT
    if indices is None:
        if tints := _tints(colours, brightest):
            raise _ClassNumbers(
                f"The mask holds several colours ({', '.join(tints)}), and nothing says which is a plate. "
                "Export the plate as white (255) on black.",
                count=len(tints),
            )
        return brightest, []
    if dark and int(indices.max()) == 1 and not plates:
        return indices.astype(np.uint8) * np.uint8(255), ["palette mask: class indices, 1 = plate"]
    if dark or plates or _tints(colours, brightest):
        return _by_number(indices, plates)
    return brightest, []


def _tints(colours: NDArray[np.uint8], brightest: _Levels) -> list[str]:
    """The colours of a mask that was painted in several, as #rrggbb; empty for one colour, or for shades of many."""
    packed = colours.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    bright = np.unique(packed[brightest > CUT])
    if not 1 < bright.size <= _FEW:
        return []
    shares = np.stack([bright >> 16, bright >> 8 & 255, bright & 255], axis=1) / 255
    shares /= shares.max(axis=1, keepdims=True)
    # Shades of one colour, as along a soft edge, are one class.
    return [] if float(np.ptp(shares, axis=0).max()) < _SHADE else [f"#{value:06x}" for value in bright.tolist()]


def _from_sixteen_bits(values: NDArray[np.int64], plates: Collection[int]) -> tuple[_Levels, list[str]]:
    if int(values.max()) <= 255:
        return np.clip(values, 0, 255).astype(np.uint8), ["16-bit mask with 8-bit values"]
    if int(values.max()) <= CUT << 8:
        # Reduced to 8 bits they would say that there is no plate, or one where there is none.
        return _by_number(values, plates)
    return np.clip(values >> 8, 0, 255).astype(np.uint8), ["16-bit mask reduced to 8 bits"]


def _kind(mode: str) -> str:
    return {"P": "palette", "PA": "palette", "CMYK": "CMYK"}.get(mode, "RGB")


def _join(notes: list[str]) -> str:
    return "; ".join(notes)
