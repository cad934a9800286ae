"""VOC's palette PNGs: a plate is told by its place in the palette, or by its colour where a labelmap.txt names it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pillow

from plateseg.domain import foreign
from plateseg.domain.annotations.shapes import Bitmap
from plateseg.domain.mask_files import wrong_size
from plateseg.domain.types import Mask
from plateseg.errors import BadInput, BadMask

Colour = tuple[int, int, int]
"""Red, green and blue in 0..255."""
_VOID = (224, 224, 192)


def colours_named(data: bytes) -> dict[Colour, str]:
    """Names by colour of a labelmap.txt: `name:r,g,b:parts:actions`, a line each. Raises BadInput."""
    found: dict[Colour, str] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.partition(":")
        words = rest.split(":", 1)[0].split(",")
        if len(words) != 3 or not all(word.strip().isdigit() for word in words):
            raise BadInput(f"Line {number}: a label is written name:red,green,blue:: and not {line[:40]!r}.")
        red, green, blue = (int(word) for word in words)
        found[red, green, blue] = name.strip()
    return found


@dataclass(frozen=True, slots=True)
class PalettePicture:
    """A palette PNG, read when it is drawn. colours: names by colour, empty where no labelmap.txt came along.

    others: what else than plates is known to be on the photograph.
    """

    load: Callable[[], bytes]
    colours: dict[Colour, str]
    plates: frozenset[str]
    others: Sequence[str] = ()

    def as_shape(self) -> Bitmap:
        """The same as a shape; the file is not read before it is drawn."""
        return Bitmap(self._pixels)

    def _pixels(self, width: int, height: int) -> Mask:
        """Raises BadMask when the size is another, or what a colour means is not known."""
        try:
            with Pillow.open(io.BytesIO(self.load()), formats=["PNG"]) as picture:
                if picture.size != (width, height):
                    raise BadMask(wrong_size(*picture.size, width=width, height=height))
                return self._by_index(picture) if not self.colours else self._by_colour(picture)
        except (*foreign.PILLOW_FAULTS, Pillow.DecompressionBombError) as error:
            raise BadMask("it is damaged or no PNG: export it again") from error

    def _by_index(self, picture: Pillow.Image) -> Mask:
        """Without a labelmap: everything that is neither background nor the void around it, if it is one class."""
        values = np.asarray(picture.convert("RGB") if picture.mode not in ("P", "L", "1", "I;16", "I") else picture)
        if values.ndim == 3:
            values = values.astype(np.int64) @ np.array([65536, 256, 1])
            values[values == int(np.dot(_VOID, [65536, 256, 1]))] = 255
        classes = [int(value) for value in np.unique(values) if value not in (0, 255)]
        if 255 in values and not classes and picture.mode in ("L", "1"):
            classes = [255]
        if len(classes) > 1:
            raise BadMask(
                f"it holds {len(classes)} classes, and no labelmap.txt says which is a plate. "
                "Export it with one, as CVAT does."
            )
        if classes and self.others:
            raise BadMask(
                f"its XML lists {', '.join(self.others[:3])}, and no labelmap.txt says whether that is drawn here or a "
                "plate. Export it with one, as CVAT does."
            )
        return np.isin(values, classes).astype(np.uint8)

    def _by_colour(self, picture: Pillow.Image) -> Mask:
        if picture.mode == "L":
            names = list(self.colours.values())
            wanted = [index for index, name in enumerate(names) if name in self.plates]
            return np.isin(np.asarray(picture), wanted).astype(np.uint8)
        packed = np.asarray(picture.convert("RGB")).astype(np.int64) @ np.array([65536, 256, 1])
        known = {(red << 16) + (green << 8) + blue: name for (red, green, blue), name in self.colours.items()}
        known.setdefault((_VOID[0] << 16) + (_VOID[1] << 8) + _VOID[2], "void")
        known.setdefault(0, "background")
        strange = [int(value) for value in np.unique(packed) if int(value) not in known]
        if strange:
            raise BadMask(f"it holds {len(strange)} colours that its labelmap.txt does not name")
        wanted_colours = [value for value, name in known.items() if name in self.plates]
        return np.isin(packed, wanted_colours).astype(np.uint8)


def palette_png(indices: Mask) -> bytes:
    """A PNG in VOC's palette. indices: (H, W) uint8, places in the palette."""
    picture = Pillow.fromarray(indices)
    picture.putpalette([part for index in range(256) for part in palette_colour(index)])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def palette_colour(index: int) -> Colour:
    """VOC's palette: the bits of the index dealt out to red, green and blue, highest first."""
    colour = [0, 0, 0]
    for step in range(8):
        for part in range(3):
            colour[part] |= ((index >> (3 * step + part)) & 1) << (7 - step)
    return colour[0], colour[1], colour[2]
