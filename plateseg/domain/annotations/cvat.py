"""CVAT for images 1.1: one XML for all photographs. https://docs.cvat.ai/docs/manual/advanced/formats/format-cvat/"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from xml.sax.saxutils import quoteattr

import numpy as np

from plateseg.domain import masks
from plateseg.domain.annotations.contours import Component, components, edge_rings
from plateseg.domain.annotations.emptiness import Emptiness
from plateseg.domain.annotations.labels import NO_PLATE_NAME, PLATE_NAME, plates_among, says_no_plate, states_no_plate
from plateseg.domain.annotations.markup import Element, parse
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
    answered_of,
)
from plateseg.domain.annotations.shapes import Bitmap, Box, Polygon, points_of
from plateseg.domain.naming import split_of
from plateseg.domain.types import Mask
from plateseg.errors import BadInput, BadMask

_SHAPES = ("polygon", "box", "mask", "polyline", "points", "ellipse", "cuboid", "skeleton")


def is_cvat(root: Element) -> bool:
    """By its root."""
    return root.tag == "annotations"


def read(files: Files, names: Sequence[str], labels: Sequence[str]) -> Reading:
    """Every CVAT file among `names`."""
    reading = Reading(used=set(names))
    for name in names:
        try:
            reading.add(_read(name, parse(files.read(name)), labels))
        except BadInput as error:
            reading.trouble(name, str(error))
    return reading


def _read(name: str, root: Element, labels: Sequence[str]) -> Reading:
    reading = Reading()
    images = list(root.all("image"))
    if not images and any(root.all("track")):
        raise BadInput(f"Line {root.line}: this is CVAT for video. Export the job as CVAT for images.")
    used = [shape.attributes.get("label", "") for image in images for shape in image.children if shape.tag in _SHAPES]
    plates = plates_among([*_declared(root), *used], labels)
    for image in images:
        if not image.attributes.get("name"):
            reading.trouble(name, f"Line {image.line}: an image without a name.")
            continue
        reading.records.append(_record(name, image, plates, reading))
    return reading


def _declared(root: Element) -> list[str]:
    """The labels of the task, project or job that the file came from."""
    meta = root.find("meta")
    places = meta.children if meta else []
    found = (label.says("name") for place in places for holder in place.all("labels") for label in holder.all("label"))
    return [name for name in found if name]


def _record(name: str, image: Element, plates: frozenset[str], reading: Reading) -> Record:
    shapes: list[Shape] = []
    places: list[str] = []
    incomplete = False
    for element in image.children:
        if element.tag not in _SHAPES or element.attributes.get("label") not in plates:
            continue
        try:
            shapes.append(_shape(element))
            places.append(f"line {element.line}")
        except BadMask as error:
            incomplete = True
            reading.trouble(name, f"Line {element.line}: {error}.")
    photo = image.attributes["name"]
    answer = Answer(
        source=name,
        where=f"{name}, line {image.line}",
        shapes=tuple(shapes),
        places=tuple(places),
        width=_side(image, "width"),
        height=_side(image, "height"),
        split=split_of(f"{image.attributes.get('subset', '')}/{photo}") or split_of(name),
        answered=bool(shapes) or not incomplete,
        incomplete=incomplete,
        emptiness=_emptiness(image),
    )
    return Record(photo=photo, near=folder_of(name), answer=answer)


def _emptiness(image: Element) -> Emptiness:
    """CVAT lists every frame of a task and does not say which were looked at; a tag or a shape of any label does."""
    tags = [child.attributes.get("label", "") for child in image.children if child.tag == "tag"]
    stated = {NO_PLATE_NAME: image.attributes.get(NO_PLATE_NAME, "")}
    if states_no_plate(stated) or any(map(says_no_plate, tags)):
        return Emptiness.STATED
    touched = tags or any(child.tag in _SHAPES for child in image.children)
    return Emptiness.LISTED if touched else Emptiness.OPEN


def _side(image: Element, key: str) -> int:
    text = image.attributes.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _shape(element: Element) -> Shape:
    if element.tag == "polygon":
        numbers = element.attributes.get("points", "").replace(";", ",").split(",")
        return Polygon(points_of(numbers))
    if element.tag == "box":
        return _box(element)
    if element.tag == "mask":
        left, top, width, height = (_whole(element, key) for key in ("left", "top", "width", "height"))
        return Bitmap(partial(_bitmap, element.attributes.get("rle", ""), width, height), x=left, y=top)
    raise BadMask(f"a {element.tag} has no outline of a plate; draw a polygon around it")


def _box(element: Element) -> Shape:
    x0, y0, x1, y1, turn = (_number(element, key) for key in ("xtl", "ytl", "xbr", "ybr", "rotation"))
    if not turn:
        return Box(x0, y0, x1, y1)
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    centre, angle = corners.mean(axis=0), math.radians(turn)
    spin = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return Polygon((corners - centre) @ spin + centre, is_box=True)


def _number(element: Element, key: str) -> float:
    try:
        value = float(element.attributes.get(key, "0" if key == "rotation" else ""))
    except ValueError as error:
        raise BadMask(f"its {key} is no number") from error
    if not math.isfinite(value):
        raise BadMask(f"its {key} is no finite number")
    return value


def _whole(element: Element, key: str) -> int:
    value = _number(element, key)
    if abs(value) > 10**6:
        raise BadMask(f"its {key} lies far outside the photograph")
    return int(value)


def _bitmap(text: str, width: int, height: int, most_width: int, most_height: int) -> Mask:
    """Run lengths row by row, background first, of a box within the photograph."""
    if not (0 < width <= most_width and 0 < height <= most_height):
        raise BadMask(f"a mask of {width}x{height} pixels does not fit into the photograph")
    try:
        lengths = [int(word) for word in text.split(",")]
    except ValueError as error:
        raise BadMask("a mask's run lengths are no numbers") from error
    runs = [number for index, length in enumerate(lengths) if length for number in (index % 2, length)]
    try:
        return masks.from_runs(runs, width=width, height=height)
    except BadMask as error:
        raise BadMask(f"a mask's run lengths do not add up to {width}x{height} pixels") from error


def _each(_entry: Entry, _mask: Mask) -> Iterable[OutFile]:
    return ()


def _ending(entries: Entries) -> Iterator[OutFile]:
    yield "annotations.xml", _xml(entries)


def _xml(entries: Entries) -> Iterator[bytes]:
    """The file piece by piece, a photograph each."""
    label = f"<label><name>{PLATE_NAME}</name><color>#06b6a4</color><type>any</type><attributes></attributes></label>"
    yield (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n'
        f"  <meta>\n    <task>\n      <labels>{label}</labels>\n    </task>\n  </meta>\n"
    ).encode()
    for number, entry in enumerate(answered_of(entries)):
        yield f"  <image id={_quoted(number)} name={_quoted(_name(entry))}{_subset(entry)}".encode()
        plates = components(entry.mask())
        yield f" width={_quoted(entry.width)} height={_quoted(entry.height)}{_stated(plates)}>\n".encode()
        for component in plates:
            yield "".join(_elements(component)).encode()
        yield b"  </image>\n"
    yield b"</annotations>\n"


def _stated(plates: Sequence[Component]) -> str:
    """An attribute of our own, which CVAT passes over: a tag would need its label declared in the task."""
    return "" if plates else f' {NO_PLATE_NAME}="1"'


def _quoted(value: object) -> str:
    return quoteattr(str(value))


def _name(entry: Entry) -> str:
    return f"{entry.part}/{entry.file}"


def _subset(entry: Entry) -> str:
    subset = {"train": "Train", "val": "Validation", "test": "Test"}.get(entry.part)
    return f" subset={_quoted(subset)}" if subset else ""


def _elements(component: Component) -> Iterator[str]:
    """Polygons, or pixels where there are holes, which CVAT's polygons cannot have."""
    outer, holes = edge_rings(component)
    common = f'label="{PLATE_NAME}" source="file" occluded="0"'
    if not holes:
        for ring in outer:
            points = ";".join(f"{x:.2f},{y:.2f}" for x, y in ring.tolist())
            yield f'    <polygon {common} points="{points}" z_order="0">\n    </polygon>\n'
        return
    x, y, width, height = component.box
    runs = masks.to_runs(component.pixels)
    lengths = ([0] if runs[0] else []) + runs[1::2]
    rle = ", ".join(map(str, lengths))
    box = f'left="{x}" top="{y}" width="{width}" height="{height}"'
    yield f'    <mask {common} rle="{rle}" {box} z_order="0">\n    </mask>\n'


FORMAT = Format(
    name="cvat",
    title="CVAT for images 1.1",
    place=lambda entry: f"images/{_name(entry)}",
    each=_each,
    ending=_ending,
)
