"""YOLO text files, one a photograph: `class x y x y ...` outlines or `class x y width height` boxes, as shares 0..1.

https://docs.ultralytics.com/datasets/segment/ and the layout of `data.yaml` there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
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

_CLASSES = frozenset({"classes.txt", "obj.names"})
_LISTS = frozenset({"train.txt", "val.txt", "valid.txt", "test.txt"})
_SLACK = 0.02
"""How far outside 0..1 a share may lie: rounding, not another unit."""


def is_description(name: str, data: bytes) -> bool:
    """Whether this is a `data.yaml`."""
    return name.lower().endswith((".yaml", ".yml")) and b"names" in data


def is_list(name: str, data: bytes) -> bool:
    """Whether a text file lists classes or photographs: YOLO's own, but no labels, as `test.txt` of `test.jpg` is."""
    return _base(name) in _CLASSES or (_base(name) in _LISTS and not is_label_file(name, data))


def is_label_file(name: str, data: bytes) -> bool:
    """Whether a text file looks like labels: its first line is numbers apart by blanks, or it is empty in `labels`."""
    if not _base(name).endswith(".txt") or _base(name) in _CLASSES:
        return False
    first = data.strip().split(b"\n", 1)[0].split()
    if not first:
        return "labels" in name.lower().split("/")[:-1]
    return len(first) >= 5 and first[0].isdigit() and all(_is_number(word) for word in first[1:])


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1].lower()


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def read(files: Files, names: Sequence[str], labels: Sequence[str]) -> Reading:
    """Label files and their descriptions and lists among `names`."""
    reading = Reading(used=set(names))
    known = _descriptions(files, names, reading)
    lines: dict[tuple[str, ...], dict[str, _Rows]] = {}
    for name in names:
        listed = _base(name) in _CLASSES | _LISTS and is_list(name, files.read(name))
        if not (listed or name.lower().endswith((".yaml", ".yml"))):
            rows = _rows(files, name, reading)
            if rows is not None:
                lines.setdefault(_described_by(name, known), {})[name] = rows
    for places, texts in lines.items():
        about = _Description()
        for place in places:
            about.add(known[place])
        try:
            plates = _plates(about.classes, texts, labels)
        except BadInput as error:
            reading.trouble(next(reversed(places), next(iter(texts))), str(error))
            continue
        for name, rows in texts.items():
            reading.records.append(_record(name, rows, about, plates, reading))
    return reading


_Rows = list[tuple[int, int, list[float]]]
"""(line, class, numbers)"""


@dataclass(slots=True)
class _Description:
    """classes: their names by number. points: numbers behind each box, in a set that marks points, not outlines."""

    classes: dict[int, str] = field(default_factory=dict)
    points: int = 0

    def add(self, other: _Description) -> None:
        self.classes |= other.classes
        self.points = other.points or self.points


def _descriptions(files: Files, names: Sequence[str], reading: Reading) -> dict[str, _Description]:
    """What each list of classes and each `data.yaml` says, the latter last: they go before the lists."""
    found: dict[str, _Description] = {}
    for name in names:
        if _base(name) in _CLASSES:
            listed = files.read(name).decode("utf-8", "replace").split("\n")
            found[name] = _Description({number: line.strip() for number, line in enumerate(listed) if line.strip()})
    for name in names:
        if name.lower().endswith((".yaml", ".yml")):
            try:
                found[name] = _description_of(files.read(name))
            except BadInput as error:
                reading.trouble(name, str(error))
    return found


def _described_by(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The descriptions in the folders a label file lies in: of several sets in one upload its own. All for none."""
    folders = f"{folder_of(name)}/"
    above = tuple(each for each in known if not folder_of(each) or folders.startswith(f"{folder_of(each)}/"))
    return above or tuple(known)


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


def _description_of(data: bytes) -> _Description:
    """What a `data.yaml` says. Raises BadInput."""
    try:
        content = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"Line {mark.line + 1}: t" if mark else "T"
        raise BadInput(f"{line}his is no YAML: export it again.") from error
    names = content.get("names") if isinstance(content, dict) else None
    points = _points_marked(content.get("kpt_shape")) if isinstance(content, dict) else 0
    if isinstance(names, list):
        return _Description({index: str(name) for index, name in enumerate(names)}, points)
    if isinstance(names, dict) and all(isinstance(key, int) for key in names):
        return _Description({key: str(name) for key, name in names.items()}, points)
    raise BadInput("Its `names` is neither a list nor a table of numbers and names.")


def _points_marked(shape: object) -> int:
    """How many numbers of a line are points: `kpt_shape: [4, 3]`, so many points of so many numbers."""
    if not isinstance(shape, list) or len(shape) != 2 or not all(isinstance(side, int) and side > 0 for side in shape):
        return 0
    return int(shape[0] * shape[1])


def _plates(classes: dict[int, str], lines: dict[str, _Rows], labels: Sequence[str]) -> frozenset[int]:
    used = {number for rows in lines.values() for _, number, _ in rows if number >= 0}
    named = classes or {number: str(number) for number in sorted(used)}
    found = plates_among(named.values(), labels)
    return frozenset(number for number, name in named.items() if name in found)


def _record(name: str, rows: _Rows, about: _Description, plates: frozenset[int], reading: Reading) -> Record:
    shapes: list[Shape] = []
    places: list[str] = []
    incomplete = False
    for line, number, values in rows:
        if number not in plates and number in (about.classes or (number,)) and number >= 0:
            continue
        try:
            if number < 0:
                raise BadMask("a label is a class number and numbers from 0 to 1, apart by blanks")
            if number not in plates:
                raise BadMask(f"the class {number} is not among the names, and nobody knows whether it is a plate")
            # Points behind a box would pass for an outline.
            shapes.append(_shape(values[:4] if about.points and len(values) == 4 + about.points else values))
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
