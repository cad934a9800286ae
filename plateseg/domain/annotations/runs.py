"""COCO's run lengths: pixels column by column, background first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from plateseg.domain.types import Mask
from plateseg.errors import BadMask

_MOST_RUNS = 20_000_000


def encode(mask: Mask) -> dict[str, Any]:
    """The compressed form that pycocotools reads: {"size": [H, W], "counts": text}."""
    found = coco_mask.encode(np.asfortranarray(mask))
    return {"size": [int(side) for side in found["size"]], "counts": found["counts"].decode("ascii")}


def decode(counts: object, *, width: int, height: int) -> Mask:
    """(H, W) uint8 mask of compressed text or a list of lengths. Raises BadMask when they do not fit the size."""
    lengths = _from_text(counts) if isinstance(counts, str) else _from_list(counts)
    if lengths.size and int(lengths.min()) < 0:
        raise BadMask("its run lengths hold a negative number")
    # Each is bounded first, so that the sum cannot overflow.
    if (lengths > width * height).any() or int(lengths.sum()) != width * height:
        raise BadMask(f"its run lengths do not add up to {width}x{height} pixels")
    values = (np.arange(lengths.size) % 2).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(values, lengths).reshape(width, height).T)


def _from_list(counts: object) -> NDArray[np.int64]:
    if not isinstance(counts, list) or len(counts) > _MOST_RUNS or not set(map(type, counts)) <= {int}:
        raise BadMask("its run lengths are no list of whole numbers")
    try:
        return np.array(counts, np.int64)
    except OverflowError as error:
        raise BadMask("its run lengths hold a number that is far too large") from error


def _from_text(text: str) -> NDArray[np.int64]:
    """Six bits a character: five of the number, one that says whether more follow; from the third on differences.

    As in pycocotools' rleFrString; decoded here because its own decoder believes whatever it is told.
    """
    lengths: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 48
        if not 0 <= bits < 64 or shift > 60:
            raise BadMask("its compressed run lengths are damaged")
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & 0x20:
            continue
        if bits & 0x10:
            value -= 1 << shift
        lengths.append(value + (lengths[-2] if len(lengths) > 2 else 0))
        value = shift = 0
    if shift:
        raise BadMask("its compressed run lengths are cut off")
    return _from_list(lengths)
