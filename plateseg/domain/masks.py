"""Masks: checked, encoded, cleaned, taken apart. (H, W) uint8 of class indices, 0 = background, 1 = plate."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.mask_files import wrong_size
from plateseg.domain.quads import quad_of
from plateseg.domain.types import Image, Mask, PlateInstance, Probability
from plateseg.errors import BadMask

CLASSES = (0, 1)
PLATE = 1
_MOST_PIXELS = 2**28
# Flat areas need no filter, and run lengths are all there is to compress: five times faster, and smaller.
_FAST_FLAT_PNG = [
    cv2.IMWRITE_PNG_COMPRESSION, 1,
    cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE,
    cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE,
]  # fmt: skip
_LEVELS = np.array([0, *(256 - index for index in range(1, 128)), *[255] * 128], np.uint8)
_INDICES = np.array([*[0] * 128, *(256 - level for level in range(128, 256))], np.uint8)
_WAY_OUT = "Reload the page and save again."


def check(mask: NDArray[Any], *, width: int, height: int) -> Mask:
    """The mask itself when it fits an image of this size. Raises BadMask when its shape or values do not."""
    if mask.ndim != 2:
        raise BadMask(f"A mask has one number per pixel; this one has the shape {mask.shape}. Export it as grey.")
    if mask.dtype != np.uint8:
        raise BadMask(f"A mask holds 8-bit class indices, not {mask.dtype}. Convert it to uint8.")
    if mask.shape != (height, width):
        raise BadMask(wrong_size(mask.shape[1], mask.shape[0], width=width, height=height))
    if mask.size and int(mask.max()) > max(CLASSES):
        raise BadMask(f"The mask holds the class {int(mask.max())}; known are {_known()}. Use 1 for plate.")
    return mask


def to_png(mask: Mask) -> bytes:
    """8-bit grey PNG. mask: (H, W) uint8 of class indices, or a picture of 0 and 255.

    Background is 0 and plate is 255, the seed project's convention; a further class c is 256 - c, so that all of them
    stay bright.
    """
    done, encoded = cv2.imencode(".png", cv2.LUT(mask.view(np.uint8), _LEVELS), _FAST_FLAT_PNG)
    if not done:
        raise BadMask("The mask could not be written as PNG: save it again.")
    return bytes(encoded.tobytes())


def read_png(data: bytes) -> Mask:
    """Decode a stored mask. data: what `to_png` made. Raises BadMask when it is damaged."""
    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise BadMask("A stored mask cannot be read: restore an earlier revision.") from error
    if grey is None:
        raise BadMask("A stored mask cannot be read: restore an earlier revision.")
    return np.asarray(cv2.LUT(grey, _INDICES), np.uint8)


def to_runs(mask: Mask) -> list[int]:
    """Run lengths, row by row: [value, length, value, length, ...]; lengths > 0 add up to H * W."""
    flat = mask.ravel()
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    runs = np.empty(2 * starts.size, np.int64)
    runs[0::2] = flat[starts]
    runs[1::2] = np.diff(starts, append=flat.size)
    return runs.tolist()


def from_runs(runs: object, *, width: int, height: int) -> Mask:
    """The mask of run lengths that came from outside. Raises BadMask whatever is wrong with them."""
    if width <= 0 or height <= 0 or width * height > _MOST_PIXELS:
        raise BadMask(f"A mask cannot be {width}x{height} pixels. {_WAY_OUT}")
    if not isinstance(runs, list) or not runs or len(runs) % 2 or len(runs) > 2 * width * height:
        raise BadMask(f"The mask's runs are no list of value and length pairs. {_WAY_OUT}")
    if set(map(type, runs)) != {int}:
        raise BadMask(f"The mask's runs hold something else than whole numbers. {_WAY_OUT}")
    try:
        pairs = np.array(runs, np.int64)
    except OverflowError as error:
        raise BadMask(f"The mask's runs hold a number that is far too large. {_WAY_OUT}") from error
    values, lengths = pairs[0::2], pairs[1::2]
    if not np.isin(values, CLASSES).all():
        raise BadMask(f"The mask's runs hold an unknown class; known are {_known()}. {_WAY_OUT}")
    # Each length is bounded first, so that their sum cannot overflow.
    if lengths.min() <= 0 or lengths.max() > width * height or int(lengths.sum()) != width * height:
        raise BadMask(f"The mask's runs do not add up to {width}x{height} pixels. {_WAY_OUT}")
    return np.repeat(values.astype(np.uint8), lengths).reshape(height, width)


def plate_pixels(mask: Mask) -> int:
    """How many pixels are plate."""
    return int(np.count_nonzero(mask == PLATE))


def union(first: Mask, second: Mask) -> Mask:
    """What either of two masks of one size holds. Raises BadMask when their sizes differ."""
    if first.shape != second.shape:
        raise BadMask(wrong_size(first.shape[1], first.shape[0], width=second.shape[1], height=second.shape[0]))
    return np.maximum(first, second)


def fill_holes(mask: Mask) -> Mask:
    """The mask with every background region that does not reach the border filled with plate."""
    height, width = mask.shape
    # A ring of background around the image joins everything that reaches the border.
    open_ground = np.ones((height + 2, width + 2), np.uint8)
    open_ground[1:-1, 1:-1] = mask == 0
    cv2.floodFill(open_ground, None, (0, 0), 2)
    filled = mask.copy()
    filled[open_ground[1:-1, 1:-1] == 1] = PLATE
    return filled


def outline(mask: Mask, *, thickness: int = 1) -> Mask:
    """The inner rim of the mask, `thickness` pixels wide: (H, W) uint8 of 0 and 1."""
    inside = (mask != 0).astype(np.uint8)
    kernel = np.ones((3, 3), np.uint8)
    core = cv2.erode(inside, kernel, iterations=thickness, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(inside - core, np.uint8)


def overlay(image: Image, mask: Mask, *, colour: tuple[int, int, int] = (0, 220, 190), opacity: float = 0.45) -> Image:
    """The photograph with the mask tinted over it. image: (H, W, 3) uint8; opacity: 0..1. A new array."""
    if image.shape[:2] != mask.shape:
        raise BadMask(wrong_size(mask.shape[1], mask.shape[0], width=image.shape[1], height=image.shape[0]))
    tinted, inside = image.copy(), mask != 0
    shade = np.array(colour, np.float32) * opacity
    tinted[inside] = np.round(image[inside].astype(np.float32) * (1 - opacity) + shade).astype(np.uint8)
    return tinted


def instances(mask: Mask, probability: Probability | None = None, *, min_area: int = 1) -> tuple[PlateInstance, ...]:
    """The connected plates of a mask, largest first. A score is the mean probability, 1.0 without one.

    probability: (H, W) float32 in 0..1. min_area: in pixels; smaller ones are left out.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((mask == PLATE).astype(np.uint8), connectivity=8)
    found = []
    for label in range(1, len(stats)):
        x, y, width, height, area = (int(number) for number in stats[label])
        if area < min_area:
            continue
        window = (slice(y, y + height), slice(x, x + width))
        component = labels[window] == label
        score = 1.0 if probability is None else float(probability[window][component].mean())
        quad = quad_of(component.astype(np.uint8)) + np.array([x, y], np.float32)
        found.append(PlateInstance((x, y, width, height), area, score, quad))
    return tuple(sorted(found, key=lambda plate: (-plate.area, plate.bbox)))


def _known() -> str:
    return ", ".join(map(str, CLASSES))
