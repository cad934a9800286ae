"""LabelMe: one JSON beside each photograph. https://github.com/wkentaro/labelme, versions 3 to 5."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import orjson

from plateseg.domain import mask_files
from plateseg.domain.annotations.contours import components, touched_ring
from plateseg.domain.annotations.emptiness import Emptiness
from plateseg.domain.annotations.json_text import JsonText
from plateseg.domain.annotations.labels import NO_PLATE_NAME, PLATE_NAME, plates_among, states_no_plate
from plateseg.domain.annotations.matching import folder_of
from plateseg.domain.annotations.records import (
    Answer,
    Entries,
    Entry,
    Files,
    Format,
    OutFile,
    Reading,
    Record,
    Shape,
)
from plateseg.domain.annotations.shapes import Bitmap, Box, Points, Polygon, fill_as_pillow, points_of
from plateseg.domain.naming import split_of
from plateseg.domain.types import Mask
from plateseg.errors import BadInput, BadMask

_VERSION = "5.5.0"
_ROUND = 64


def is_labelme(data: bytes) -> bool:
    """By its keys."""
    return b'"shapes"' in data and b'"imagePath"' in data


def read(files: Files, names: Sequence[str], labels: Sequence[str]) -> Reading:
    """Every LabelMe file among `names`."""
    reading = Reading(used=set(names))
    opened: list[tuple[JsonText, dict[str, Any]]] = []
    for name in names:
        try:
            text = JsonText(name, files.read(name))
            opened.append((text, _checked(text.content)))
        except BadInput as error:
            reading.trouble(name, str(error))
    known = [str(shape.get("label")) for _, content in opened for shape in content["shapes"] if isinstance(shape, dict)]
    try:
        plates = plates_among(known, labels)
    except BadInput as error:
        reading.trouble(opened[0][0].name, str(error))
        return reading
    for text, content in opened:
        reading.records.append(_record(text, content, plates, reading))
    return reading


def _checked(content: Any) -> dict[str, Any]:
    """The few fields that are needed; the photograph that may lie within is let go. Raises BadInput."""
    if not isinstance(content, dict) or not isinstance(content.get("shapes"), list):
        raise BadInput("Line 1: a LabelMe file holds the list shapes. Export it again.")
    if not isinstance(content.get("imagePath"), str) or not content["imagePath"]:
        raise BadInput("Line 1: its imagePath names no photograph.")
    content.pop("imageData", None)
    return content


def _record(text: JsonText, content: dict[str, Any], plates: frozenset[str], reading: Reading) -> Record:
    shapes: list[Shape] = []
    places: list[str] = []
    incomplete = False
    for index, shape in enumerate(content["shapes"]):
        try:
            if not isinstance(shape, dict):
                raise BadMask("a shape is no JSON object")
            if str(shape.get("label")) in plates:
                shapes.append(_shape(shape))
                places.append(f"/shapes/{index}")
        except BadMask as error:
            incomplete = True
            reading.trouble(text.name, f"{text.line('shapes', index)}{error}.")
    answer = Answer(
        source=text.name,
        where=text.name,
        shapes=tuple(shapes),
        places=tuple(places),
        width=_side(content.get("imageWidth")),
        height=_side(content.get("imageHeight")),
        split=split_of(text.name),
        answered=bool(shapes) or not incomplete,
        incomplete=incomplete,
        emptiness=_emptiness(content),
    )
    return Record(photo=content["imagePath"], near=folder_of(text.name), answer=answer)


def _emptiness(content: dict[str, Any]) -> Emptiness:
    """Tools around LabelMe write an empty file for every photograph; a flag or a shape of any label shows a person."""
    if states_no_plate(content.get("flags")):
        return Emptiness.STATED
    return Emptiness.LISTED if content["shapes"] else Emptiness.OPEN


def _side(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < 10**6 else 0


def _shape(shape: dict[str, Any]) -> Shape:
    kind = shape.get("shape_type") or "polygon"
    if kind == "polygon":
        return Polygon(_points(shape, 3), fill=fill_as_pillow)
    if kind == "rectangle":
        # Two opposite corners, or all four, as X-AnyLabeling writes them.
        corners = _points(shape, 2)
        return Box(*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist())
    if kind == "circle":
        centre, rim = _points(shape, 2)[:2]
        angles = np.linspace(0, 2 * math.pi, _ROUND, endpoint=False)
        circle = centre + math.dist(centre, rim) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return Polygon(circle, fill=fill_as_pillow)
    if kind == "mask":
        x, y = _points(shape, 1)[0]
        if abs(x) > 1e6 or abs(y) > 1e6:
            raise BadMask("a mask lies far outside the photograph")
        return Bitmap(partial(_bitmap, shape.get("mask")), x=int(x), y=int(y))
    raise BadMask(f"a {kind} has no inside; draw a polygon around the plate")


def _points(shape: dict[str, Any], least: int) -> Points:
    points = shape.get("points")
    if not isinstance(points, list) or not all(isinstance(point, list) and len(point) == 2 for point in points):
        raise BadMask("its points are no list of pairs of numbers")
    return points_of([number for point in points for number in point], least=least)


def _bitmap(text: object, width: int, height: int) -> Mask:
    """The PNG within a shape; 1 is plate."""
    try:
        data = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadMask("a mask within it is damaged") from error
    return mask_files.of_any_size(data, most_width=width, most_height=height)


def _each(entry: Entry, mask: Mask) -> Iterator[OutFile]:
    shapes = [
        {
            "label": PLATE_NAME,
            "points": touched_ring(component, fill_as_pillow).tolist(),
            "group_id": None,
            "description": "",
            "shape_type": "polygon",
            "flags": {},
        }
        for component in components(mask)
    ]
    content: dict[str, Any] = {
        "version": _VERSION,
        "flags": {} if shapes else {NO_PLATE_NAME: True},
        "shapes": shapes,
        "imagePath": entry.file,
        "imageData": None,
        "imageHeight": entry.height,
        "imageWidth": entry.width,
    }
    yield f"{entry.part}/{entry.stem}.json", [orjson.dumps(content, option=orjson.OPT_INDENT_2)]


def _ending(_entries: Entries) -> tuple[OutFile, ...]:
    return ()


FORMAT = Format(
    name="labelme",
    title="LabelMe",
    place=lambda entry: f"{entry.part}/{entry.file}",
    each=_each,
    ending=_ending,
    lossy="Holes stay, cut open by a line of no width.",
)
