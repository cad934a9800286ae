"""Polygons, boxes and bitmaps, drawn as the tools that wrote them draw them.

Two ways to fill a polygon are in use, half a pixel apart:
corners    a pixel belongs to it when its centre lies inside; pixel 3 reaches from 3.0 to 4.0. COCO's own way.
touched    every pixel that the outline touches belongs to it, too. OpenCV's and Pillow's way, so LabelMe's and YOLO's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw
from pycocotools import mask as coco_mask

from plateseg.domain import quads
from plateseg.domain.annotations import runs
from plateseg.domain.types import Mask
from plateseg.errors import BadMask

Points = NDArray[np.float64]
"""(N, 2) float64, x and y."""
Fill = Callable[[Mask, Points], None]
"""Sets the pixels of a polygon that lies within the canvas to 1."""
_MOST_POINTS = 100_000
_FAR = 1e9
"""Pixels from the photograph beyond which a corner may lie as well here: float32 and products stay finite."""
_CHECKED_FOR_CROSSINGS = 200


def points_of(numbers: Sequence[object], *, least: int = 3) -> Points:
    """Points of a flat list x, y, x, y, ... Raises BadMask with what is wrong, as the rest of a sentence."""
    if len(numbers) % 2 or len(numbers) < 2 * least:
        raise BadMask(f"a polygon needs at least {least} points, x and y each; this one has {len(numbers)} numbers")
    if len(numbers) > 2 * _MOST_POINTS:
        raise BadMask(f"a polygon of more than {_MOST_POINTS:,} points is not read")
    try:
        points = np.array(numbers, np.float64).reshape(-1, 2)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadMask("a polygon holds something else than numbers") from error
    if not np.isfinite(points).all():
        raise BadMask("a polygon holds something else than finite numbers")
    return points


@dataclass(frozen=True, slots=True)
class Polygon:
    """One closed outline. share: coordinates are shares of the photograph's sides, 0..1, not pixels.

    fill: the way its format fills it, by corners unless said otherwise.
    """

    points: Points
    share: bool = False
    fill: Fill | None = None
    is_box: bool = False

    def paint(self, canvas: Mask) -> str:
        """Fill it; what crosses itself is filled by the even-odd rule."""
        height, width = canvas.shape
        points = np.clip(self.points * (width, height) if self.share else self.points, -_FAR, _FAR)
        crossed = _crosses_itself(points)
        if crossed and len(points) == 4:
            points = quads.ordered(points.astype(np.float32)).astype(np.float64)
        outside = bool((points < -1).any() or (points > (width + 1, height + 1)).any())
        inside = clipped(points, width=width, height=height)
        if len(inside) >= 3:
            (self.fill or fill_corners)(canvas, inside)
        notes = ["a polygon reaches outside the photograph and was cut at its border"] if outside else []
        if crossed:
            how = "its four corners were put in order" if len(points) == 4 else "filled by the even-odd rule"
            notes.append(f"a polygon crosses itself: {how}")
        return "; ".join(notes)


@dataclass(frozen=True, slots=True)
class Quad:
    """Four corners as this program counts them: pixel centres, the outline belongs to the plate."""

    points: Points
    share: bool = False

    @property
    def is_box(self) -> bool:
        """Four corners follow a tilted plate."""
        return False

    def paint(self, canvas: Mask) -> str:
        """Fill it."""
        height, width = canvas.shape
        points = np.clip(self.points * (width - 1, height - 1) if self.share else self.points, -_FAR, _FAR)
        np.maximum(
            canvas, quads.rasterise(quads.ordered(points.astype(np.float32)), width=width, height=height), canvas
        )
        outside = bool((points < -1).any() or (points > (width, height)).any())
        return "corners outside the photograph were cut at its border" if outside else ""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle: two opposite corners, pixel 3 reaching from 3.0 to 4.0. It is never a label."""

    x0: float
    y0: float
    x1: float
    y1: float
    share: bool = False

    def __post_init__(self) -> None:
        if not np.isfinite([self.x0, self.y0, self.x1, self.y1]).all():
            raise BadMask("a box holds something else than finite numbers")
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise BadMask("a box has no width or no height")

    @property
    def is_box(self) -> bool:
        """A box says where a plate is, and nothing of its outline."""
        return True

    def paint(self, canvas: Mask) -> str:
        """Fill it, to the nearest pixels."""
        height, width = canvas.shape
        sides = np.array([self.x0, self.y0, self.x1, self.y1])
        sides = sides * (width, height, width, height) if self.share else sides
        left, top, right, bottom = np.clip(np.rint(sides), 0, [width, height, width, height]).astype(int)
        canvas[top:bottom, left:right] = 1
        return ""


@dataclass(frozen=True, slots=True)
class Runs:
    """COCO's run lengths of a whole photograph. counts: compressed text or a list of lengths."""

    counts: object
    width: int
    height: int

    @property
    def is_box(self) -> bool:
        """Pixels are pixels."""
        return False

    def paint(self, canvas: Mask) -> str:
        """Add its pixels. Raises BadMask when they are not of the photograph's size."""
        height, width = canvas.shape
        if (self.width, self.height) != (width, height):
            raise BadMask(f"a run-length mask is {self.width}x{self.height}, the photograph {width}x{height}")
        np.maximum(canvas, runs.decode(self.counts, width=width, height=height), canvas)
        return ""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Pixels that are made when they are asked for. load(width, height): a mask of at most the rest of the
    photograph from the left top pixel (x, y) on. Raises BadMask.
    """

    load: Callable[[int, int], Mask]
    x: int = 0
    y: int = 0

    @property
    def is_box(self) -> bool:
        """Pixels are pixels."""
        return False

    def paint(self, canvas: Mask) -> str:
        """Add its pixels; what sticks out is cut off."""
        height, width = canvas.shape
        patch = self.load(width, height)
        top, left = max(0, self.y), max(0, self.x)
        patch = patch[top - self.y : height - self.y, left - self.x : width - self.x] if patch.size else patch
        window = canvas[top : top + patch.shape[0], left : left + patch.shape[1]]
        np.maximum(window, patch[: window.shape[0], : window.shape[1]], window)
        return ""


def fill_corners(canvas: Mask, points: Points) -> None:
    """Set every pixel whose centre lies inside, as pycocotools does. points: within the image, see `clipped`."""
    height, width = canvas.shape
    coded = coco_mask.frPyObjects([points.ravel().tolist()], height, width)
    np.maximum(canvas, coco_mask.decode(coded)[:, :, 0], canvas)


def fill_touched(canvas: Mask, points: Points) -> None:
    """Set every pixel inside and every one the outline touches, as OpenCV and Pillow do."""
    cv2.fillPoly(canvas, [np.floor(points).astype(np.int32).reshape(-1, 1, 2)], 1)


def fill_as_pillow(canvas: Mask, points: Points) -> None:
    """The same by Pillow, as LabelMe does; along slanted edges it differs from OpenCV by a pixel here and there."""
    if len(points) < 2:
        return fill_touched(canvas, points)
    picture = Pillow.new("L", canvas.shape[::-1])
    ImageDraw.Draw(picture).polygon([(x, y) for x, y in np.floor(points).tolist()], outline=1, fill=1)
    np.maximum(canvas, np.asarray(picture), canvas)
    return None


def clipped(points: Points, *, width: int, height: int) -> Points:
    """The polygon's part within the image (Sutherland and Hodgman 1974); (0, 2) when nothing is left.

    Without it a corner a million pixels away would cost as much as drawing there.
    """
    for axis, limit, sign in ((0, 0.0, 1.0), (0, float(width), -1.0), (1, 0.0, 1.0), (1, float(height), -1.0)):
        if len(points) == 0:
            break
        points = _cut(points, axis, limit, sign)
    return np.clip(points, 0.0, (width, height))


def _cut(points: Points, axis: int, limit: float, sign: float) -> Points:
    depth = sign * (points[:, axis] - limit)
    if (depth >= 0).all():
        return points
    kept: list[Points] = []
    for here in range(len(points)):
        before = here - 1
        if (depth[here] >= 0) != (depth[before] >= 0):
            share = depth[before] / (depth[before] - depth[here])
            kept.append(points[before] + share * (points[here] - points[before]))
        if depth[here] >= 0:
            kept.append(points[here])
    return np.array(kept, np.float64).reshape(-1, 2)


def _crosses_itself(points: Points) -> bool:
    """Whether two edges of a short polygon cross properly; long ones come from masks and are not looked at."""
    count = len(points)
    if not 4 <= count <= _CHECKED_FOR_CROSSINGS:
        return False
    start, end = points, np.roll(points, -1, axis=0)

    def side(of: Points) -> NDArray[np.float64]:
        """Sign of every edge's left side for every point: (edges, points)."""
        edge = (end - start)[:, None]
        gap = of[None] - start[:, None]
        return np.asarray(np.sign(edge[..., 0] * gap[..., 1] - edge[..., 1] * gap[..., 0]))

    parted = side(start) * side(end) < 0
    return bool((parted & parted.T).any())
