"""Four corners a plate: lists in CSV, the names of CCPD's photographs, and the text files of WPOD-NET.

Corners are pixel centres, clockwise from the left top one, as in domain/quads.py.
CCPD: https://github.com/detectRecog/CCPD, WPOD-NET: https://github.com/sergiomsilva/alpr-unconstrained.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from plateseg.domain import quads
from plateseg.domain.annotations.contours import components
from plateseg.domain.annotations.labels import plates_among
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
from plateseg.domain.annotations.shapes import Box, Quad
from plateseg.domain.naming import split_of
from plateseg.domain.types import Mask, Split
from plateseg.domain.types import Quad as Corners
from plateseg.errors import BadInput, BadMask

_CORNERS = tuple(f"{axis}{number}" for number in range(1, 5) for axis in "xy")
_SIDES = ("xmin", "ymin", "xmax", "ymax")
_FILE = ("filename", "file", "file_name", "image", "image_path", "img", "path", "name")
_SPLIT = ("split", "set", "subset")
_CLASS = ("class", "class_name", "category")
HEAD = (",".join(("filename", "split", "width", "height", *_CORNERS)) + "\r\n").encode()
"""The first line of a list that we write."""
FITTED, EXACT = 2, 4
"""Decimals of corners that were laid around a mask, and of those that are known."""
_CCPD = re.compile(r"-(\d+&\d+(?:_\d+&\d+){3})-\d+(?:_\d+)+-")


def is_list(data: bytes) -> bool:
    """Whether a CSV lists corners or boxes: by its head, or by a first line of a name and eight numbers."""
    first = data[:4096].decode("utf-8-sig", "replace").split("\n", 1)[0]
    words = _row(first, _delimiter(first))
    return _columns(words) is not None or (len(words) >= 9 and all(map(_is_number, words[1:9])))


def is_wpod(data: bytes) -> bool:
    """Whether a text file's first line is `4,` with eight shares behind it."""
    words = data[:2000].split(b"\n", 1)[0].decode("ascii", "replace").split(",")
    return len(words) >= 9 and words[0].strip() == "4" and all(map(_is_number, words[1:9]))


def is_ccpd(name: str) -> bool:
    """Whether a photograph's name holds its plate's corners."""
    return _CCPD.search(name.rsplit("/", 1)[-1]) is not None


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def read_ccpd(_files: Files, names: Sequence[str], _labels: Sequence[str]) -> Reading:
    """The corners in photographs' own names; CCPD writes the right bottom one first and goes on clockwise."""
    reading = Reading()
    for name in names:
        found = _CCPD.search(name.rsplit("/", 1)[-1])
        if found is None:
            continue
        points = np.array([pair.split("&") for pair in found[1].split("_")], np.float64)
        answer = Answer(source=name, where=name, shapes=(Quad(points),), split=split_of(name))
        reading.records.append(Record(photo=name, near=folder_of(name), answer=answer))
    return reading


def read_wpod(files: Files, names: Sequence[str], _labels: Sequence[str]) -> Reading:
    """`4,x1,x2,x3,x4,y1,y2,y3,y4,text,` a plate, as shares of the photograph's sides."""
    reading = Reading(used=set(names))
    for name in names:
        shapes: list[Shape] = []
        places: list[str] = []
        incomplete = False
        for number, line in enumerate(files.read(name).decode("utf-8", "replace").splitlines(), start=1):
            if not line.strip():
                continue
            words = line.split(",")
            if len(words) < 9 or words[0].strip() != "4" or not all(map(_is_number, words[1:9])):
                incomplete = True
                reading.trouble(name, f"Line {number}: a plate is written 4,x1,x2,x3,x4,y1,y2,y3,y4,.")
                continue
            shapes.append(Quad(np.array(words[1:9], np.float64).reshape(2, 4).T, share=True))
            places.append(f"line {number}")
        answer = Answer(
            source=name, where=name, shapes=tuple(shapes), places=tuple(places), split=split_of(name),
            incomplete=incomplete, answered=bool(shapes),
        )  # fmt: skip
        stem = name.rpartition(".")[0]
        reading.records.append(Record(photo=stem, near=folder_of(name), answer=answer, by_stem=True))
    return reading


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row things stand. numbers: of the corners x1, y1, ..., or of a box's sides. kind: what it is."""

    file: int
    numbers: tuple[int, ...]
    split: int | None = None
    kind: int | None = None
    boxes: bool = False

    def kind_in(self, row: Sequence[str]) -> str:
        """What the row says it is, "" where it says nothing."""
        return row[self.kind].strip() if self.kind is not None and self.kind < len(row) else ""


def _columns(head: Sequence[str]) -> _Columns | None:
    at = {word.strip().casefold(): index for index, word in enumerate(head)}
    file = next((at[name] for name in _FILE if name in at), None)
    split, kind = (next((at[name] for name in names if name in at), None) for names in (_SPLIT, _CLASS))
    for wanted in (_CORNERS, _SIDES):
        if file is not None and all(name in at for name in wanted):
            return _Columns(file, tuple(at[name] for name in wanted), split, kind, boxes=wanted is _SIDES)
    return None


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _row(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def read_csv(files: Files, names: Sequence[str], labels: Sequence[str]) -> Reading:
    """Lists of corners or boxes, a plate a row; a photograph whose row has no numbers has no plate.

    Where a column says what each is, only plates are taken.
    """
    reading = Reading(used=set(names))
    for name in names:
        try:
            reading.add(_read_csv(name, files.read(name), labels))
        except (BadInput, csv.Error) as error:
            reading.trouble(name, str(error))
    return reading


@dataclass(slots=True)
class _Listed:
    """What the rows of one photograph say. line: of the first of them; lines: of each of the quads."""

    line: int
    quads: list[list[float]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    split: str = ""
    incomplete: bool = False


def _read_csv(name: str, data: bytes, labels: Sequence[str]) -> Reading:
    reading = Reading()
    text = data.decode("utf-8-sig", "replace")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.split("\n", 1)[0]))
    rows = [(lines.line_num, row) for row in lines if any(word.strip() for word in row)]
    columns = _columns(rows[0][1]) if rows else None
    rows = rows if columns is None else rows[1:]
    columns = columns or _Columns(0, tuple(range(1, 9)))
    plates = plates_among((kind for _, row in rows if (kind := columns.kind_in(row))), labels)
    found: dict[str, _Listed] = {}
    for line, row in rows:
        try:
            _take(row, line, columns, plates, found)
        except BadMask as error:
            reading.trouble(name, f"Line {line}: {error}.")
    values = [value for one in found.values() for quad in one.quads for value in quad]
    share = bool(values) and min(values) >= 0 and max(values) <= 1
    for photo, one in found.items():
        reading.records.append(_listed(name, photo, one, columns.boxes, share))
    return reading


def _take(row: list[str], line: int, columns: _Columns, plates: frozenset[str], found: dict[str, _Listed]) -> None:
    if len(row) <= columns.file or not row[columns.file].strip():
        raise BadMask("a row without a file name")
    one = found.setdefault(row[columns.file].strip(), _Listed(line))
    if columns.split is not None and columns.split < len(row):
        one.split = row[columns.split].strip()
    words = [row[index].strip() if index < len(row) else "" for index in columns.numbers]
    kind = columns.kind_in(row)
    if not any(words) or (kind and kind not in plates):
        return
    if not all(map(_is_number, words)):
        one.incomplete = True
        raise BadMask(f"{len(words)} numbers are needed, or none where there is no plate")
    one.quads.append([float(word) for word in words])
    one.lines.append(line)


def _listed(name: str, photo: str, one: _Listed, boxes: bool, share: bool) -> Record:
    shapes: list[Shape] = []
    for values in one.quads:
        if boxes:
            left, top, right, bottom = values
            shapes.append(Box(left, top, right, bottom, share=share))
        else:
            shapes.append(Quad(np.array(values).reshape(4, 2), share=share))
    answer = Answer(
        source=name,
        where=f"{name}, line {one.line}",
        shapes=tuple(shapes),
        places=tuple(f"line {line}" for line in one.lines),
        split=split_of(f"{one.split}/") or split_of(photo) or split_of(name, of_file=True),
        answered=bool(shapes) or not one.incomplete,
        incomplete=one.incomplete,
    )
    return Record(photo=photo, near=folder_of(name), answer=answer)


def _each(_entry: Entry, _mask: Mask) -> Iterable[OutFile]:
    return ()


def _ending(entries: Entries) -> Iterator[OutFile]:
    yield "corners.csv", _csv(entries)


def _csv(entries: Entries) -> Iterator[bytes]:
    yield HEAD
    for entry in answered_of(entries):
        fitted = [
            quads.quad_of(plate.pixels) + np.array([plate.x, plate.y], np.float32) for plate in components(entry.mask())
        ]
        yield rows(entry.file, entry.split, entry.width, entry.height, fitted)


def rows(file: str, split: Split, width: int, height: int, plates: Sequence[Corners], *, digits: int = FITTED) -> bytes:
    """The lines of one photograph: one a plate, or one without numbers where there is none."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    start = [file, "" if split is Split.UNASSIGNED else split.value, width, height]
    for quad in plates:
        writer.writerow([*start, *(f"{value:.{digits}f}" for value in quad.ravel().tolist())])
    if not plates:
        writer.writerow([*start, *[""] * len(_CORNERS)])
    return buffer.getvalue().encode("utf-8", "replace")


FORMAT = Format(
    name="corners",
    title="CSV of four corners",
    place=lambda entry: f"images/{entry.file}",
    each=_each,
    ending=_ending,
    lossy="Each plate becomes the four corners that fit it best: holes and bent edges are lost.",
)
