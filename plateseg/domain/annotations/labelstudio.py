"""Label Studio's own JSON: polygons, brushes and rectangles in per cent. https://labelstud.io/guide/export"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plateseg.domain.annotations.emptiness import Emptiness
from plateseg.domain.annotations.json_text import JsonText, read_each
from plateseg.domain.annotations.labels import plates_among
from plateseg.domain.annotations.matching import folder_of
from plateseg.domain.annotations.records import Answer, Files, Reading, Record, Shape
from plateseg.domain.annotations.shapes import Bitmap, Box, Polygon, points_of
from plateseg.domain.naming import split_of
from plateseg.domain.types import Mask
from plateseg.errors import BadInput, BadMask

_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_KINDS = {
    "polygonlabels": "polygon", "brushlabels": "brush", "rectanglelabels": "rectangle", "ellipselabels": "ellipse",
    "polygon": "polygon", "brush": "brush", "rectangle": "rectangle", "ellipse": "ellipse",
}  # fmt: skip
_ROUND = 64


def is_label_studio(data: bytes) -> bool:
    """By its keys."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"[") and b'"data"' in data and (b'"annotations"' in data or b'"completions"' in data)


def read(files: Files, names: Sequence[str], labels: Sequence[str]) -> Reading:
    """Every Label Studio file among `names`."""
    return read_each(files, names, lambda text: _read(text, labels))


def _read(text: JsonText, labels: Sequence[str]) -> Reading:
    reading = Reading()
    tasks = text.content
    if not isinstance(tasks, list):
        raise BadInput("Line 1: a Label Studio file is a list of tasks. Export it as JSON.")
    known = (label for task in tasks for labels in _labelled(_results(task) or ()) for label in labels)
    plates = plates_among(known, labels)
    for index, task in enumerate(tasks):
        photo = _photo(task)
        if not photo:
            reading.trouble(text.name, f"{text.line(None, index)}a task whose data names no image.")
            continue
        reading.records.append(_record(text, index, photo, task, plates, reading))
    return reading


def _record(
    text: JsonText, index: int, photo: str, task: dict[str, Any], plates: frozenset[str], reading: Reading
) -> Record:
    results = _results(task)
    here = f"task {_id(task, index)}"
    shapes: list[Shape] = []
    places: list[str] = []
    incomplete = False
    width = height = 0
    for number, (item, found) in enumerate(zip(results or (), _labelled(results or ()), strict=True)):
        try:
            if not plates.intersection(found):
                if "" in found:
                    raise BadMask("a shape has no label, and nobody knows whether it is a plate; give it one")
                continue
            width, height = _side(item, "original_width"), _side(item, "original_height")
            shapes.append(_shape(item, width, height))
            places.append(f"{here}, result {_id(item, number)}")
        except BadMask as error:
            incomplete = True
            reading.trouble(text.name, f"{text.line(None, index)}{photo.rsplit('/', 1)[-1]}: {error}.")
    answer = Answer(
        source=text.name,
        where=text.where(None, index) if incomplete else f"{text.name}, {here}",
        shapes=tuple(shapes),
        places=tuple(places),
        width=width,
        height=height,
        split=split_of(photo) or split_of(text.name, of_file=True),
        answered=results is not None and (bool(shapes) or not incomplete),
        incomplete=incomplete,
        emptiness=Emptiness.STATED,
    )
    return Record(photo=photo, near=folder_of(text.name), answer=answer)


def _id(entry: dict[str, Any], index: int) -> str:
    """How Label Studio names it, or which one it is, counted from 1."""
    key = entry.get("id")
    return str(key) if isinstance(key, int | str) else f"number {index + 1}"


def _photo(task: object) -> str:
    """The photograph's name: the last part of its address, as it was before it became one."""
    data = task.get("data") if isinstance(task, dict) else None
    values = [data.get("image"), *data.values()] if isinstance(data, dict) else []
    address = next((value for value in values if isinstance(value, str) and value), "")
    path = address.rsplit("?d=", 1)[-1].split("?", 1)[0]
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), path.encode()).decode("utf-8", "replace")


def _results(task: object) -> list[Any] | None:
    """What the newest annotation that was not cancelled drew; None when nobody has answered."""
    if not isinstance(task, dict):
        return None
    done = task.get("annotations") or task.get("completions") or []
    for annotation in reversed(done if isinstance(done, list) else []):
        if isinstance(annotation, dict) and not annotation.get("was_cancelled"):
            result = annotation.get("result")
            return [item for item in result if isinstance(item, dict)] if isinstance(result, list) else []
    return None


def _labelled(results: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The labels of each result: none of what is no shape, "" of a shape without one.

    With a tag `<Labels>` of its own beside `<Polygon>`, a shape is two results of one id, the second with its labels.
    """
    apart: dict[object, list[str]] = {}
    for item in results:
        if item.get("type") == "labels" and isinstance(item.get("id"), str | int):
            apart.setdefault(item["id"], []).extend(_named(item, "labels"))
    found: list[list[str]] = []
    for item in results:
        kind = item.get("type")
        if not isinstance(item.get("value"), dict) or not isinstance(kind, str) or kind not in _KINDS:
            found.append([])
            continue
        key = item.get("id")
        beside = apart.get(key, []) if isinstance(key, str | int) else []
        found.append(_named(item, kind) or beside or [""])
    return found


def _named(item: dict[str, Any], kind: str) -> list[str]:
    value = item.get("value")
    found = value.get(kind) if isinstance(value, dict) else None
    return [str(label) for label in found] if isinstance(found, list) else []


def _side(item: dict[str, Any], key: str) -> int:
    value = item.get(key)
    return value if isinstance(value, int) and 0 < value < 10**6 else 0


def _shape(item: dict[str, Any], width: int, height: int) -> Shape:
    if item.get("image_rotation"):
        raise BadMask("the photograph was turned in Label Studio, which its file was not; turn it back there")
    value, kind = item["value"], _KINDS[item["type"]]
    if kind == "polygon":
        points = value.get("points")
        if not isinstance(points, list) or not all(isinstance(point, list) and len(point) == 2 for point in points):
            raise BadMask("a polygon's points are no list of pairs")
        return Polygon(points_of([number for point in points for number in point]) / 100, share=True)
    if kind == "brush":
        if value.get("format") != "rle" or not isinstance(value.get("rle"), list):
            raise BadMask("a brush stroke is not in the format rle")
        return Bitmap(partial(_brush, value["rle"]))
    if not width or not height:
        raise BadMask("it does not say original_width and original_height")
    if kind == "rectangle":
        return _rectangle(value, width, height)
    return _ellipse(value, width, height)


def _numbers(value: dict[str, Any], *keys: str) -> list[float]:
    found = [value.get(key) for key in keys]
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in found):
        raise BadMask(f"it needs {', '.join(keys)} as numbers")
    return [float(number) for number in found if number is not None]


def _rectangle(value: dict[str, Any], width: int, height: int) -> Shape:
    x, y, wide, high = np.array(_numbers(value, "x", "y", "width", "height")) / 100 * (width, height, width, height)
    (turn,) = _numbers({"rotation": 0} | value, "rotation")
    if not turn:
        return Box(x, y, x + wide, y + high)
    # Turned about its left top corner, clockwise.
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]]) @ _spin(turn)
    return Polygon(corners + (x, y), is_box=True)  # noqa: RUF005  (a sum, not a join)


def _ellipse(value: dict[str, Any], width: int, height: int) -> Shape:
    x, y, wide, high = np.array(_numbers(value, "x", "y", "radiusX", "radiusY")) / 100 * (width, height, width, height)
    angles = np.linspace(0, 2 * math.pi, _ROUND, endpoint=False)
    rim = np.stack([wide * np.cos(angles), high * np.sin(angles)], axis=1)
    (turn,) = _numbers({"rotation": 0} | value, "rotation")
    return Polygon(rim @ _spin(turn) + (x, y))


def _spin(degrees: float) -> NDArray[np.float64]:
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


def _brush(numbers: list[Any], width: int, height: int) -> Mask:
    """Label Studio's run lengths of RGBA pixels; where alpha is not 0 it was painted. Raises BadMask."""
    try:
        packed = np.array(numbers, np.int64)
        if packed.ndim != 1 or packed.size < 7 or packed.min() < 0 or packed.max() > 255:
            raise BadMask("a brush stroke's run lengths are no bytes")
        values = _unpacked(packed.astype(np.uint8), most=4 * width * height)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadMask("a brush stroke's run lengths are damaged") from error
    if values.size != 4 * width * height:
        raise BadMask(f"a brush stroke was not painted on {width}x{height} pixels")
    return (values.reshape(height, width, 4)[:, :, 3] > 0).astype(np.uint8)


def _unpacked(data: NDArray[np.uint8], *, most: int) -> NDArray[np.uint8]:
    """As label-studio-sdk's brush.decode_rle: a head of sizes, then runs of one value or of single ones."""
    bits = np.unpackbits(data)
    at = 0

    def take(count: int) -> int:
        nonlocal at
        if at + count > bits.size:
            raise BadMask("a brush stroke's run lengths are cut off")
        value = int.from_bytes(np.packbits(bits[at : at + count]).tobytes(), "big") >> (-count % 8)
        at += count
        return value

    total, size = take(32), take(5) + 1
    lengths = [take(4) + 1 for _ in range(4)]
    if total > most or size != 8:
        raise BadMask("a brush stroke was painted on a larger picture, or its run lengths are damaged")
    values = np.zeros(total, np.uint8)
    done = 0
    while done < total:
        repeats = take(1)
        end = min(total, done + 1 + take(lengths[take(2)]))
        if repeats:
            values[done:end] = take(size)
        else:
            count = (end - done) * size
            if at + count > bits.size:
                raise BadMask("a brush stroke's run lengths are cut off")
            values[done:end] = np.packbits(bits[at : at + count])
            at += count
        done = end
    return values
