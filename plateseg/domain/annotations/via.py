"""VGG Image Annotator 1 and 2: a project, or its annotations alone. https://www.robots.ox.ac.uk/~vgg/software/via/"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from plateseg.domain.annotations.emptiness import Emptiness
from plateseg.domain.annotations.json_text import JsonText, read_each
from plateseg.domain.annotations.labels import plates_among, states_no_plate
from plateseg.domain.annotations.matching import folder_of
from plateseg.domain.annotations.records import Answer, Files, Reading, Record, Shape
from plateseg.domain.annotations.shapes import Box, Polygon, points_of
from plateseg.domain.naming import split_of
from plateseg.errors import BadInput, BadMask

_PROJECT = "_via_img_metadata"
_ROUND = 64


def is_via(data: bytes) -> bool:
    """By its keys."""
    return b'"regions"' in data and b'"filename"' in data


def read(files: Files, names: Sequence[str], labels: Sequence[str]) -> Reading:
    """Every VIA file among `names`."""
    return read_each(files, names, lambda text: _read(text, labels))


def _read(text: JsonText, labels: Sequence[str]) -> Reading:
    reading = Reading()
    content = text.content
    key = _PROJECT if isinstance(content, dict) and _PROJECT in content else None
    listed = content.get(key) if key else content
    if not isinstance(listed, dict):
        raise BadInput("Line 1: a VIA file holds photographs by key, each with its regions. Export it again.")
    plates = plates_among((_label(region) for entry in listed.values() for region in _regions(entry)), labels)
    for index, (name, entry) in enumerate(listed.items()):
        pointer = "".join(f"/{_escaped(part)}" for part in (key, name) if part is not None)
        if not isinstance(entry, dict) or not isinstance(entry.get("filename"), str) or not entry["filename"]:
            reading.trouble(text.name, f"{text.line(key, index)}an entry without a filename.")
            continue
        shapes: list[Shape] = []
        places: list[str] = []
        incomplete = False
        for number, region in enumerate(_regions(entry)):
            try:
                label = _label(region)
                if label not in plates:
                    if not label:
                        raise BadMask("a region has no label, and nobody knows whether it is a plate; give it one")
                    continue
                shapes.append(_shape(region))
                places.append(f"{pointer}/regions/{number}")
            except BadMask as error:
                incomplete = True
                reading.trouble(text.name, f"{text.line(key, index)}{entry['filename']}: {error}.")
        answer = Answer(
            source=text.name,
            where=f"{text.name}, {pointer}",
            shapes=tuple(shapes),
            places=tuple(places),
            split=split_of(entry["filename"]) or split_of(text.name, of_file=True),
            answered=bool(shapes) or not incomplete,
            incomplete=incomplete,
            emptiness=_emptiness(entry),
        )
        reading.records.append(Record(photo=entry["filename"], near=folder_of(text.name), answer=answer))
    return reading


def _escaped(part: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")


def _emptiness(entry: dict[str, Any]) -> Emptiness:
    """A project lists every photograph that was opened in it."""
    if states_no_plate(entry.get("file_attributes")):
        return Emptiness.STATED
    return Emptiness.LISTED if _regions(entry) else Emptiness.OPEN


def _regions(entry: object) -> list[Any]:
    """VIA 2 writes a list, VIA 1 a table by number."""
    regions = entry.get("regions") if isinstance(entry, dict) else None
    return list(regions.values()) if isinstance(regions, dict) else regions if isinstance(regions, list) else []


def _label(region: object) -> str:
    """The first attribute's value; of a check box the first one that is ticked."""
    attributes = region.get("region_attributes") if isinstance(region, dict) else None
    for value in attributes.values() if isinstance(attributes, dict) else ():
        if isinstance(value, dict):
            return next((str(name) for name, ticked in value.items() if ticked), "")
        return str(value)
    return ""


def _shape(region: object) -> Shape:
    drawn = region.get("shape_attributes") if isinstance(region, dict) else None
    if not isinstance(drawn, dict):
        raise BadMask("a region has no shape_attributes")
    kind = drawn.get("name")
    if kind in ("polygon", "polyline"):
        return _polygon(drawn)
    if kind == "rect":
        x, y, width, height = _numbers(drawn, "x", "y", "width", "height")
        return Box(x, y, x + width, y + height)
    if kind == "circle":
        x, y, radius = _numbers(drawn, "cx", "cy", "r")
        return _ellipse(x, y, radius, radius, 0.0)
    if kind == "ellipse":
        x, y, wide, high = _numbers(drawn, "cx", "cy", "rx", "ry")
        (theta,) = _numbers({"theta": 0.0} | drawn, "theta")
        return _ellipse(x, y, wide, high, theta)
    raise BadMask(f"a {kind} has no inside; draw a polygon around the plate")


def _polygon(drawn: dict[str, Any]) -> Polygon:
    xs, ys = drawn.get("all_points_x"), drawn.get("all_points_y")
    if not isinstance(xs, list) or not isinstance(ys, list) or len(xs) != len(ys):
        raise BadMask("a polygon needs all_points_x and all_points_y of one length")
    return Polygon(points_of([number for pair in zip(xs, ys, strict=True) for number in pair]))


def _numbers(drawn: dict[str, Any], *keys: str) -> list[float]:
    values = [drawn.get(key) for key in keys]
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in values):
        raise BadMask(f"a {drawn.get('name')} needs {', '.join(keys)} as numbers")
    return [float(value) for value in values if value is not None]


def _ellipse(x: float, y: float, wide: float, high: float, theta: float) -> Polygon:
    angles = np.linspace(0, 2 * math.pi, _ROUND, endpoint=False)
    across, along = wide * np.cos(angles), high * np.sin(angles)
    cosine, sine = math.cos(theta), math.sin(theta)
    return Polygon(np.stack([x + across * cosine - along * sine, y + across * sine + along * cosine], axis=1))
