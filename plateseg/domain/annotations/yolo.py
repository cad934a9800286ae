"""YOLO text files, one a photograph: `class x y x y ...` outlines or `class x y width height` boxes, as shares 0..1.

https://docs.ultralytics.com/datasets/segment/ and the layout of `data.yaml` there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import yaml

from plateseg.domain.annotations.contours import components, touched_ring
from plateseg.domain.annotations.labels import PLATE_NAME, plates_among
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
    parts_of,
)
from plateseg.domain.annotations.shapes import Box, Polygon, fill_touched, points_of
from plateseg.domain.naming import split_of
from plateseg.domain.types import Mask
from plateseg.errors import BadInput, BadMask

_LISTS = frozenset({"classes.txt", "obj.names", "train.txt", "val.txt", "valid.txt", "test.txt"})
_SLACK = 0.02
"""How far outside 0..1 a share may lie: rounding, not another unit."""


def is_description(name: str, data: bytes) -> bool:
    """Whether this is a `data.yaml`."""
    return name.lower().endswith((".yaml", ".yml")) and b"names" in data


def is_list(name: str) -> bool:
    """Whether a text file, by its name, lists classes or photographs: YOLO's own, but no labels."""
    return name.rsplit("/", 1)[-1].lower() in _LISTS


def is_label_file(name: str, data: bytes) -> bool:
    """Whether a text file looks like labels: its first line is numbers apart by blanks, or it is empty in `labels`."""
    base = name.rsplit("/", 1)[-1].lower()
    if not base.endswith(".txt") or is_list(name):
        return False
    first = data.strip().split(b"\n", 1)[0].split()
    if not first:
        return "labels" in name.lower().split("/")[:-1]
    return len(first) >= 5 and first[0].isdigit() and all(_is_number(word) for word in first[1:])


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def read(files: Files, names: Sequence[str], labels: Sequence[str]) -> Reading:
    """Label files and their descriptions and lists among `names`."""
    reading = Reading(used=set(names))
    descriptions = [name for name in names if name.lower().endswith((".yaml", ".yml"))]
    classes: dict[int, str] = {}
    for name in names:
        if name.rsplit("/", 1)[-1].lower() in ("classes.txt", "obj.names"):
            listed = files.read(name).decode("utf-8", "replace").split("\n")
            classes |= {number: line.strip() for number, line in enumerate(listed) if line.strip()}
    for name in descriptions:
        try:
            classes |= _classes(files.read(name))
        except BadInput as error:
            reading.trouble(name, str(error))
    texts = [name for name in names if name not in descriptions and not is_list(name)]
    lines = {name: _rows(files, name, reading) for name in texts}
    try:
        plates = _plates(classes, lines, labels)
    except BadInput as error:
        reading.trouble(next(iter(descriptions or texts)), str(error))
        return reading
    for name, rows in lines.items():
        if rows is not None:
            reading.records.append(_record(name, rows, plates, reading))
    return reading


_Rows = list[tuple[int, int, list[float]]]
"""(line, class, numbers)"""


def _rows(files: Files, name: str, reading: Reading) -> _Rows | None:
    try:
        text = files.read(name).decode("utf-8-sig")
    except (BadInput, UnicodeDecodeError) as error:
        reading.trouble(name, str(error) if isinstance(error, BadInput) else "This is no UTF-8 text: export it again.")
        return None
    rows: _Rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        try:
            rows.append((number, int(words[0]), [float(word) for word in words[1:]]))
        except ValueError:
            rows.append((number, -1, []))
    return rows


def _classes(data: bytes) -> dict[int, str]:
    try:
        content = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"Line {mark.line + 1}: t" if mark else "T"
        raise BadInput(f"{line}his is no YAML: export it again.") from error
    names = content.get("names") if isinstance(content, dict) else None
    if isinstance(names, list):
        return {index: str(name) for index, name in enumerate(names)}
    if isinstance(names, dict) and all(isinstance(key, int) for key in names):
        return {key: str(name) for key, name in names.items()}
    raise BadInput("Its `names` is neither a list nor a table of numbers and names.")


def _plates(classes: dict[int, str], lines: dict[str, _Rows | None], labels: Sequence[str]) -> frozenset[int]:
    used = {number for rows in lines.values() for _, number, _ in rows or () if number >= 0}
    named = classes or {number: str(number) for number in sorted(used)}
    found = plates_among(named.values(), labels)
    return frozenset(number for number, name in named.items() if name in found)


def _record(name: str, rows: _Rows, plates: frozenset[int], reading: Reading) -> Record:
    shapes: list[Shape] = []
    places: list[str] = []
    incomplete = False
    for line, number, values in rows:
        if number >= 0 and number not in plates:
            continue
        try:
            if number < 0:
                raise BadMask("a label is a class number and numbers from 0 to 1, apart by blanks")
            shapes.append(_shape(values))
            places.append(f"line {line}")
        except BadMask as error:
            incomplete = True
            reading.trouble(name, f"Line {line}: {error}.")
    answer = Answer(
        source=name,
        where=name,
        shapes=tuple(shapes),
        places=tuple(places),
        split=split_of(name),
        incomplete=incomplete,
        answered=bool(shapes) or not incomplete,
    )
    parts = ["images" if part.lower() == "labels" else part for part in name[: -len(".txt")].split("/")]
    return Record(photo="/".join(parts), near=folder_of(name), answer=answer, by_stem=True)


def _shape(values: list[float]) -> Shape:
    if len(values) < 4 or not all(math.isfinite(value) for value in values):
        raise BadMask(f"a box has 4 numbers and an outline at least 6; here are {len(values)}")
    box = len(values) in (4, 5)
    for value in values[:4] if box else values:
        if not -_SLACK <= value <= 1 + _SLACK:
            raise BadMask(f"{value:g} is no share from 0 to 1 of the photograph's side")
    if box:
        x, y, width, height = values[:4]
        return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2, share=True)
    return Polygon(points_of(values), share=True, fill=fill_touched)


def _outlines(entry: Entry, mask: Mask) -> Iterator[OutFile]:
    lines = [_line((touched_ring(c) / (entry.width, entry.height)).ravel().tolist()) for c in components(mask)]
    yield f"labels/{entry.part}/{entry.stem}.txt", ["".join(lines).encode()]


def _boxes(entry: Entry, mask: Mask) -> Iterator[OutFile]:
    lines = []
    for component in components(mask):
        x, y, width, height = component.box
        sides = [(x + width / 2) / entry.width, (y + height / 2) / entry.height]
        lines.append(_line([*sides, width / entry.width, height / entry.height]))
    yield f"labels/{entry.part}/{entry.stem}.txt", ["".join(lines).encode()]


def _line(numbers: Iterable[float]) -> str:
    return " ".join(["0", *(f"{number:.7g}" for number in numbers)]) + "\n"


def _description(entries: Entries) -> Iterator[OutFile]:
    content: dict[str, Any] = {"path": "."}
    parts = parts_of(entries)
    # YOLO's trainers insist on both; what has no split yet is offered for training.
    content["train"] = "images/train" if "train" in parts or "all" not in parts else "images/all"
    content["val"] = "images/val" if "val" in parts else content["train"]
    if "test" in parts:
        content["test"] = "images/test"
    content["names"] = {0: PLATE_NAME}
    yield "data.yaml", [yaml.safe_dump(content, sort_keys=False).encode()]


def _place(entry: Entry) -> str:
    # A photograph without a label file counts as "no plate" in YOLO's trainers: the unanswered lie elsewhere.
    return f"images/{entry.part}/{entry.file}" if entry.answered else f"unanswered/{entry.part}/{entry.file}"


FORMAT = Format(
    name="yolo",
    title="YOLO segmentation",
    place=_place,
    each=_outlines,
    ending=_description,
    lossy="Holes stay, cut open by a line of no width; YOLO has no other way to say them.",
)
BOXES = Format(
    name="yolo-boxes",
    title="YOLO boxes",
    place=_place,
    each=_boxes,
    ending=_description,
    lossy="Only upright boxes are kept, not the outline; read back they are proposals.",
)
