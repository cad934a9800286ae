"""Masks as polygons: a few points where they say the same, every pixel's edge where they must.

Two kinds, after the two ways to fill (see shapes.py): along pixel edges, and through the centres of the outermost
pixels. Holes are rings of their own in the first, and cut open by a line that runs within the plate in the second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.annotations.shapes import Fill, Points, fill_corners, fill_touched
from plateseg.domain.types import Mask

AGREEMENT = 0.991
"""IoU that a polygon of fewer points must keep with the pixels; else every pixel's edge is written."""
_TOLERANCES = (2.0, 1.5, 1.0, 0.6, 0.4)
_MARGIN = 2
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True, slots=True)
class Component:
    """One connected plate. x, y: of its box's left top pixel; pixels: (h, w) uint8, its box alone."""

    x: int
    y: int
    pixels: Mask

    @property
    def area(self) -> int:
        """In pixels."""
        return int(np.count_nonzero(self.pixels))

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x, y, width, height in pixels."""
        height, width = self.pixels.shape
        return self.x, self.y, width, height

    def on(self, *, width: int, height: int) -> Mask:
        """The component alone on a mask of this size."""
        canvas = np.zeros((height, width), np.uint8)
        canvas[self.y : self.y + self.pixels.shape[0], self.x : self.x + self.pixels.shape[1]] = self.pixels
        return canvas


def components(mask: Mask) -> list[Component]:
    """The connected plates (8 neighbours), from top to bottom."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask != 0).astype(np.uint8), connectivity=8)
    found = []
    for label in range(1, count):
        x, y, width, height = (int(number) for number in stats[label][:4])
        found.append(Component(x, y, (labels[y : y + height, x : x + width] == label).astype(np.uint8)))
    return found


def edge_rings(component: Component) -> tuple[list[Points], list[Points]]:
    """Outlines along pixel edges, in pixels of the photograph: (outer rings, holes).

    Diagonal neighbours part into rings of their own, so that no ring touches itself. With holes, and where fewer
    points would not say the same, the rings are exact.
    """
    outer: list[Points] = []
    holes: list[Points] = []
    for ring in _exact_rings(component.pixels):
        (outer if _area(ring) > 0 else holes).append(ring)
    if not holes:
        outer = _fewer(outer, component.pixels, fill_corners)
    offset = np.array([component.x, component.y], np.float64)
    return [ring + offset for ring in outer], [ring + offset for ring in holes]


def touched_ring(component: Component, fill: Fill = fill_touched) -> Points:
    """One outline through the centres of the outermost pixels, (N, 2); holes are cut open along a row of pixels.

    Pixel 3 has its centre at 3.5. `fill`, one of those that set what they touch, gives the component back.
    """
    ring = _keyhole(component.pixels)
    (short,) = _fewer([ring + 0.5], component.pixels, fill)
    # A single pixel is a point: two of it are a box in YOLO's words and nothing in LabelMe's.
    short = np.concatenate([short, np.repeat(short[-1:], max(0, 3 - len(short)), axis=0)])
    return short + np.array([component.x, component.y], np.float64)


def _fewer(rings: list[Points], pixels: Mask, fill: Fill) -> list[Points]:
    """The rings with as few points as still agree with the pixels."""
    # With a margin, since what is drawn at an image's border may differ from what is drawn inside.
    wanted = np.pad(pixels, _MARGIN)
    for tolerance in _TOLERANCES:
        short = [_thinned(ring, tolerance) for ring in rings]
        if any(len(ring) < 3 for ring in short):
            continue
        canvas = np.zeros_like(wanted)
        for ring in short:
            fill(canvas, ring + _MARGIN)
        union = int(np.count_nonzero(canvas | wanted))
        if int(np.count_nonzero(canvas & wanted)) >= AGREEMENT * union:
            return short
    return rings


def _thinned(ring: Points, tolerance: float) -> Points:
    """Douglas and Peucker's way; tolerance in pixels."""
    return np.asarray(cv2.approxPolyDP(ring.astype(np.float32), tolerance, True).reshape(-1, 2), np.float64)


def _exact_rings(pixels: Mask) -> Iterator[Points]:
    """Closed walks along pixel edges with the plate on the right hand, corners only."""
    leaving = _edges(pixels)
    while leaving:
        start = next(iter(leaving))
        here, direction = start, leaving[start][0]
        corners: list[tuple[int, int]] = []
        came = -1
        while True:
            turns = leaving[here]
            # Two ways on at a diagonal: to the right, so that the ring stays simple.
            direction = turns[0] if len(turns) == 1 or came < 0 else (came + 1) % 4
            turns.remove(direction)
            if not turns:
                del leaving[here]
            if direction != came:
                corners.append(here)
            here = (here[0] + _STEPS[direction][0], here[1] + _STEPS[direction][1])
            came = direction
            if here == start:
                break
        yield np.array(corners, np.float64)


def _edges(pixels: Mask) -> dict[tuple[int, int], list[int]]:
    """Directed edges between plate and background by where they start; directions as in `_STEPS`."""
    padded = np.pad(pixels != 0, 1)
    inner = padded[1:-1, 1:-1]
    leaving: dict[tuple[int, int], list[int]] = {}
    neighbours = (padded[:-2, 1:-1], padded[1:-1, 2:], padded[2:, 1:-1], padded[1:-1, :-2])
    starts = ((0, 0), (1, 0), (1, 1), (0, 1))
    for direction, (neighbour, (right, down)) in enumerate(zip(neighbours, starts, strict=True)):
        rows, columns = np.nonzero(inner & ~neighbour)
        for x, y in zip((columns + right).tolist(), (rows + down).tolist(), strict=True):
            leaving.setdefault((x, y), []).append(direction)
    return leaving


def _area(ring: Points) -> float:
    """Twice the area, positive when clockwise on the screen."""
    after = np.roll(ring, -1, axis=0)
    return float((ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]).sum())


def _keyhole(pixels: Mask) -> Points:
    """The outline of one component with each hole reached by a walk to the left, as one ring of pixel numbers."""
    found, hierarchy = cv2.findContours(pixels, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    rings = [np.asarray(ring.reshape(-1, 2), np.int32) for ring in found]
    outer = next(index for index, parent in enumerate(hierarchy[0][:, 3]) if parent < 0)
    at = {(int(x), int(y)): (number, place) for number, ring in enumerate(rings) for place, (x, y) in enumerate(ring)}
    # A pixel may lie on several rings; the walk must end on the one whose background it met.
    inserted: dict[int, dict[int, list[tuple[int, int]]]] = {number: {} for number in range(len(rings))}
    for number, ring in enumerate(rings):
        if number == outer:
            continue
        start = int(np.lexsort((ring[:, 1], ring[:, 0]))[0])
        target = _reached(pixels, rings, at, number, ring[start])
        inserted[target[0]].setdefault(target[1], []).append((number, start))
    return np.array(_walk(rings, inserted, outer, 0), np.float64)


def _reached(
    pixels: Mask,
    rings: list[NDArray[np.int32]],
    at: dict[tuple[int, int], tuple[int, int]],
    number: int,
    start: NDArray[np.int32],
) -> tuple[int, int]:
    """Ring and place where a walk to the left from the leftmost pixel beside a hole meets background again."""
    x, y = int(start[0]), int(start[1])
    row = pixels[y, : x + 1]
    gaps = np.flatnonzero(row == 0)
    left = int(gaps[-1]) + 1 if gaps.size else 0
    ring, place = at[left, y]
    if ring != number:
        return ring, place
    # The pixel lies on both rings, and the table knows the later one: look for the other.
    for other, points in enumerate(rings):
        places = np.flatnonzero((points[:, 0] == left) & (points[:, 1] == y))
        if other != number and places.size:
            return other, int(places[0])
    raise AssertionError("a plate's leftmost pixel of a row lies on some outline")


def _walk(
    rings: list[NDArray[np.int32]], inserted: dict[int, dict[int, list[tuple[int, int]]]], ring: int, start: int
) -> list[tuple[int, int]]:
    """The ring's pixels from `start` round to it again, every ring that hangs on it walked on the way."""
    walked: list[tuple[int, int]] = []
    stack: list[tuple[int, int, int]] = [(ring, start, 0)]
    # (ring, first place, steps done); a loop instead of recursion, since holes may hang on holes without end.
    entered: set[tuple[int, int]] = set()
    while stack:
        number, first, step = stack.pop()
        points = rings[number]
        if step > len(points):
            continue
        place = (first + step) % len(points)
        walked.append((int(points[place][0]), int(points[place][1])))
        waiting = [hole for hole in inserted[number].get(place, []) if hole not in entered]
        if not waiting:
            stack.append((number, first, step + 1))
            continue
        entered.add(waiting[0])
        # Back on this pixel once the hole has been walked round.
        stack += [(number, first, step), (*waiting[0], 0)]
    return walked
