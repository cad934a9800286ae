"""What a mask looks like in numbers, and what of it a person should see.

Measured once for each mask and kept; judged again at every look, for what is far from the rest depends on the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from plateseg.domain import masks
from plateseg.domain.quads import rasterise
from plateseg.domain.tilt import tilt_of
from plateseg.domain.types import Image, Mask, PlateInstance

RULES = 1
"""Counts up when `measure` changes, so that masks are measured again."""
SPECK_SHARE = 0.01
SPECK_PIXELS = 12
CORNER_PIXELS = 200
"""A plate of fewer pixels shows no corners to speak of."""
BOX_FILL = 0.99
POOR_FIT = 0.85
TILTED = 6.0
FAR = 5.0
ENOUGH = 20
_MOST_AREAS = 64
Box = tuple[int, int, int, int]
"""x, y, width and height in pixels."""
_SMALLEST_SPREAD = 0.15


@dataclass(frozen=True, slots=True)
class MaskFacts:
    """A mask in numbers.

    areas: pixels of each plate, largest first. specks: components far smaller than the largest, with their pixels.
    holes: enclosed background, in regions and pixels. touches: whether a plate reaches the photograph's border.
    fit: IoU of the worst plate with its four corners. boxes: plates that fill their upright box. tilt: degrees by which
    the photograph hangs in the most tilted of those boxes. widths: pixels across each plate's box, like `areas`.
    levels: pixels of the stored file by grey level, as text.
    """

    areas: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    specks: int = 0
    speck_pixels: int = 0
    holes: int = 0
    hole_pixels: int = 0
    touches: bool = False
    fit: float = 1.0
    boxes: int = 0
    tilt: float = 0.0
    levels: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should see. kind: one of `KINDS`; sentence: what it is and what to do."""

    kind: str
    sentence: str


KINDS = {
    "box": "Upright boxes on tilted plates",
    "fit": "Not four corners",
    "area": "Far from the usual size",
    "specks": "Specks",
    "holes": "Holes",
    "border": "Touching the border",
}
"""Kinds of problems as a person reads them, the most telling first."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How large plates usually are: median and spread (1.4826 MAD) of the natural logarithm of their share."""

    centre: float
    spread: float

    def distance(self, share: float) -> float:
        """How many spreads a share of the photograph (0..1] is from the usual; negative: smaller."""
        return (float(np.log(share)) - self.centre) / self.spread


def measure(mask: Mask, image: Image | None = None) -> MaskFacts:
    """Look at a mask. mask: (H, W) of class indices. image: (H, W, 3), needed to tell tilted plates in boxes."""
    found = masks.instances(mask)
    if not found:
        return MaskFacts()
    plates, specks = _parted(found)
    boxes = [plate for plate in plates if _is_box(plate)]
    holes, hole_pixels = _holes(mask)
    return MaskFacts(
        areas=tuple(plate.area for plate in plates[:_MOST_AREAS]),
        widths=tuple(plate.bbox[2] for plate in plates[:_MOST_AREAS]),
        specks=len(specks),
        speck_pixels=sum(speck.area for speck in specks),
        holes=holes,
        hole_pixels=hole_pixels,
        touches=any(_touches(plate, mask.shape[1], mask.shape[0]) for plate in plates),
        fit=round(min((_fit(mask, plate) for plate in plates if plate.area >= CORNER_PIXELS), default=1.0), 4),
        boxes=len(boxes),
        tilt=max((tilt_of(image, plate.bbox) for plate in boxes), key=abs, default=0.0) if image is not None else 0.0,
    )


def has_boxes(mask: Mask) -> bool:
    """Whether any plate of the mask is an upright box, so that the photograph is worth a look."""
    return any(_is_box(plate) for plate in masks.instances(mask))


def lean_of_boxes(mask: Mask, image: Image) -> float:
    """Degrees by which the photograph hangs in the most tilted of the mask's upright boxes; 0.0 without one."""
    boxes = [plate for plate in masks.instances(mask) if _is_box(plate)]
    return max((tilt_of(image, plate.bbox) for plate in boxes), key=abs, default=0.0)


def usual(facts: Sequence[MaskFacts], pixels: Sequence[int]) -> Usual | None:
    """How large plates are in a dataset; None when there are too few to say. pixels: of each photograph."""
    shares = [area / size for each, size in zip(facts, pixels, strict=True) for area in each.areas]
    if len(shares) < ENOUGH:
        return None
    logs = np.log(shares)
    centre = float(np.median(logs))
    spread = 1.4826 * float(np.median(np.abs(logs - centre)))
    return Usual(centre, max(spread, _SMALLEST_SPREAD))


def problems(facts: MaskFacts, *, pixels: int, normal: Usual | None) -> list[Problem]:
    """What a person should see of a mask. pixels: of the photograph; normal: what is usual, None to leave that out."""
    found: list[Problem] = []
    if facts.boxes and abs(facts.tilt) >= TILTED:
        sentence = f"an upright box on a plate that hangs by {abs(facts.tilt):.0f} degrees: draw its four corners"
        found.append(Problem("box", sentence))
    if facts.areas and facts.fit < POOR_FIT:
        found.append(Problem("fit", f"no four corners fit it well (IoU {facts.fit:.2f}): a plate has straight edges"))
    strange = _strangest(facts, pixels, normal)
    if strange is not None:
        share, word = strange
        found.append(Problem("area", f"a plate of {100 * share:.3g} % of the photograph, far {word} than the others"))
    if facts.specks:
        found.append(Problem("specks", f"{_plural(facts.specks, 'speck')} of {facts.speck_pixels} pixels in all"))
    if facts.holes:
        found.append(Problem("holes", f"{_plural(facts.holes, 'hole')} of {facts.hole_pixels} pixels in all"))
    if facts.touches:
        found.append(Problem("border", "touches the border: cut off by the photograph, or drawn too far"))
    return found


def is_plate_like(mask: Mask, plate: PlateInstance) -> bool:
    """Whether four corners fit one plate of a mask well, as they fit a real plate. mask: (H, W) of class indices."""
    return _fit(mask, plate) >= POOR_FIT


def drop_specks(mask: Mask) -> Mask:
    """The mask without components that are far smaller than the largest."""
    found = masks.instances(mask)
    if not found:
        return mask
    smallest = max(SPECK_PIXELS, SPECK_SHARE * found[0].area)
    number, labels, stats, _ = cv2.connectedComponentsWithStats((mask != 0).astype(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= min(smallest, found[0].area)
    keep[0] = False
    assert number == len(keep)
    return np.asarray(keep[labels] * np.uint8(masks.PLATE), np.uint8)


def straighten(mask: Mask) -> Mask:
    """Every plate redrawn from the four corners that fit it best; specks stay as they are."""
    height, width = mask.shape
    labels, stats = cv2.connectedComponentsWithStats((mask == masks.PLATE).astype(np.uint8), connectivity=8)[1:3]
    small = stats[:, cv2.CC_STAT_AREA] < SPECK_PIXELS
    small[0] = False
    drawn = np.asarray(small[labels], np.uint8)
    for plate in masks.instances(mask, min_area=SPECK_PIXELS):
        drawn |= rasterise(plate.quad, width=width, height=height)
    return drawn


REPAIRS = {"holes": masks.fill_holes, "specks": drop_specks, "fit": straighten}
"""What one click can mend, by the problem's kind."""


def grey_levels(png: bytes) -> dict[int, int]:
    """How many pixels of a stored mask have which grey level, before anything is made of it; empty if unreadable."""
    grey = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        return {}
    counts = np.bincount(grey.ravel(), minlength=256)
    return {int(level): int(counts[level]) for level in np.flatnonzero(counts)}


def places(mask: Mask, kind: str) -> tuple[Box, ...]:
    """Where a person should look for a problem of this kind; empty where no part of the mask stands out.

    mask: (H, W) of class indices. kind: one of `KINDS`.
    """
    found = masks.instances(mask)
    if kind == "holes":
        inside = (masks.fill_holes(mask) != mask).astype(np.uint8)
        return tuple(hole.bbox for hole in masks.instances(inside))
    plates, specks = _parted(found) if found else ([], [])
    chosen = {
        "box": [plate for plate in plates if _is_box(plate)],
        "fit": [plate for plate in plates if plate.area >= CORNER_PIXELS and _fit(mask, plate) < POOR_FIT],
        "specks": specks,
        "border": [plate for plate in plates if _touches(plate, mask.shape[1], mask.shape[0])],
    }
    return tuple(plate.bbox for plate in chosen.get(kind, ()))


def _parted(found: Sequence[PlateInstance]) -> tuple[list[PlateInstance], list[PlateInstance]]:
    """Plates, and specks far smaller than the largest of them. found: not empty, largest first."""
    smallest = max(SPECK_PIXELS, SPECK_SHARE * found[0].area)
    plates = [plate for plate in found if plate.area >= smallest] or [found[0]]
    return plates, [plate for plate in found if plate not in plates]


def _is_box(plate: PlateInstance) -> bool:
    return plate.area >= BOX_FILL * plate.bbox[2] * plate.bbox[3]


def _touches(plate: PlateInstance, width: int, height: int) -> bool:
    x, y, across, down = plate.bbox
    return x == 0 or y == 0 or x + across == width or y + down == height


def _fit(mask: Mask, plate: PlateInstance) -> float:
    """IoU of a plate with its four corners, its holes filled: they are told apart."""
    x, y, width, height = plate.bbox
    labels = cv2.connectedComponents((mask[y : y + height, x : x + width] != 0).astype(np.uint8), connectivity=8)[1]
    largest = np.bincount(labels[labels > 0]).argmax()
    component = masks.fill_holes((labels == largest).astype(np.uint8))
    margin = 2 + max(width, height) // 8
    corner = np.array([x - margin, y - margin], np.float32)
    drawn = rasterise(plate.quad - corner, width=width + 2 * margin, height=height + 2 * margin)
    shared = np.count_nonzero(drawn[margin : margin + height, margin : margin + width] & component)
    return float(shared / (np.count_nonzero(drawn) + np.count_nonzero(component) - shared))


def _holes(mask: Mask) -> tuple[int, int]:
    x, y, width, height = cv2.boundingRect(mask)
    window = (mask[y : y + height, x : x + width] != 0).astype(np.uint8)
    inside = masks.fill_holes(window) - window
    pixels = int(np.count_nonzero(inside))
    return (cv2.connectedComponents(inside, connectivity=4)[0] - 1, pixels) if pixels else (0, 0)


def _strangest(facts: MaskFacts, pixels: int, normal: Usual | None) -> tuple[float, str] | None:
    """The share of the plate farthest from the usual, and the word for it; None while all are usual."""
    if normal is None or not facts.areas:
        return None
    share = max((area / pixels for area in facts.areas), key=lambda each: abs(normal.distance(each)))
    away = normal.distance(share)
    if abs(away) < FAR:
        return None
    return share, "larger" if away > 0 else "smaller"


def _plural(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
