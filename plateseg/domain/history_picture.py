"""The curves of a run as one picture: loss at the left, IoU at the right, drawn without a plotting library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from plateseg.domain.types import Image

Series = Sequence[tuple[float, float]]
"""(epoch, value), in order."""

PANELS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Loss", (("train/loss", "training"), ("val/loss", "validation"))),
    ("IoU", (("train/iou", "training"), ("val/iou", "validation, pooled"), ("val/mean_iou", "validation, mean"))),
)
WIDTH, HEIGHT = 640, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 20, 66, 46
_COLOURS = ((37, 99, 235), (217, 72, 15), (15, 138, 95))
_INK, _GREY, _LINE = (39, 39, 42), (113, 113, 122), (228, 228, 231)


def draw_history(curves: Mapping[str, Series]) -> Image:
    """(HEIGHT, 2 * WIDTH, 3) uint8 RGB. curves: by the names of metrics; those that are missing are left out."""
    panels = [_panel(title, {label: curves.get(name, ()) for name, label in lines}) for title, lines in PANELS]
    return np.concatenate(panels, axis=1)


def _panel(title: str, lines: Mapping[str, Series]) -> Image:
    canvas = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    points = [point for series in lines.values() for point in series if np.isfinite(point[1])]
    _write(canvas, title, (_LEFT, 26), _INK, 0.62)
    if not points:
        _write(canvas, "No points.", (_LEFT, HEIGHT // 2), _GREY)
        return canvas
    right = max(x for x, _ in points) or 1.0
    top = 1.0 if title == "IoU" else _ceiling([y for _, y in points])
    _axes(canvas, right, top)
    across = _LEFT
    for colour, (label, series) in zip(_COLOURS, lines.items(), strict=False):
        if not series:
            continue
        across = _legend(canvas, label, colour, across)
        placed = np.array([_place(x, y, right, top) for x, y in series if np.isfinite(y)], np.int32)
        cv2.polylines(canvas, [placed * 16], False, colour, 2, cv2.LINE_AA, 4)
        if len(placed) <= 40:
            for x, y in placed:
                cv2.circle(canvas, (int(x), int(y)), 3, colour, -1, cv2.LINE_AA)
    return canvas


def _ceiling(values: Sequence[float]) -> float:
    """A top that a few wild first steps do not decide."""
    return max(float(np.quantile(values, 0.98)) * 1.1, 1e-6)


def _place(x: float, y: float, right: float, top: float) -> tuple[int, int]:
    inner_width, inner_height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    return _LEFT + round(x / right * inner_width), _TOP + round((1 - min(max(y / top, 0.0), 1.0)) * inner_height)


def _axes(canvas: Image, right: float, top: float) -> None:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _place(share * right, share * top, right, top)
        cv2.line(canvas, (_LEFT, y), (WIDTH - _RIGHT, y), _LINE, 1)
        _write(canvas, f"{share * top:.3g}", (8, y + 4), _GREY)
        _write(canvas, f"{share * right:.3g}", (x - 10, HEIGHT - _BOTTOM + 20), _GREY)
    _write(canvas, "epoch", (WIDTH // 2, HEIGHT - 8), _GREY)


def _legend(canvas: Image, label: str, colour: tuple[int, int, int], across: int) -> int:
    cv2.line(canvas, (across, 46), (across + 18, 46), colour, 3, cv2.LINE_AA)
    _write(canvas, label, (across + 24, 50), _INK)
    return across + 24 + 9 * len(label) + 14


def _write(canvas: Image, text: str, place: tuple[int, int], colour: tuple[int, int, int], size: float = 0.42) -> None:
    cv2.putText(canvas, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)
