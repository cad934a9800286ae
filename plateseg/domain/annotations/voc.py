"""Pascal VOC: `JPEGImages`, `Annotations` (boxes), `SegmentationClass` (palette PNGs), `ImageSets` (splits).

http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/ ; `labelmap.txt` as CVAT and Datumaro write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from plateseg.domain.annotations.contours import components
from plateseg.domain.annotations.labels import PLATE_NAME, plates_among
from plateseg.domain.annotations.markup import Element, parse
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
    parts_of,
)
from plateseg.domain.annotations.shapes import Box
from plateseg.domain.annotations.voc_palette import Colour, PalettePicture, colours_named, palette_colour, palette_png
from plateseg.domain.naming import split_of
from plateseg.domain.types import Mask, Split
from plateseg.errors import BadInput, BadMask

_FOLDERS = frozenset({"annotations", "segmentationclass", "segmentationobject", "imagesets", "jpegimages"})
_SECOND_WORD = re.compile(r"\s+(-1|0|1)$")
_BACKGROUND = frozenset({"background", "_background_", "__ignore__", "ignore", "void"})


def is_voc(root: Element) -> bool:
    """By its root."""
    return root.tag == "annotation"


def is_part(name: str) -> bool:
    """Whether a file belongs to the layout by its folder or name alone."""
    folders = name.casefold().split("/")[:-1]
    lower = name.casefold()
    if lower.endswith(".png"):
        return "segmentationclass" in folders or "segmentationobject" in folders
    return lower.endswith(".txt") and ("imagesets" in folders or lower.rsplit("/", 1)[-1] == "labelmap.txt")


@dataclass(slots=True)
class _Photo:
    """What the files of the layout say of one photograph."""

    xml: tuple[str, Element] | None = None
    mask: str = ""
    split: Split | None = None
    source: str = ""


@dataclass(slots=True)
class _Set:
    """One VOC folder. colours: names by colour, in the order of labelmap.txt."""

    photos: dict[str, _Photo] = field(default_factory=dict)
    colours: dict[Colour, str] = field(default_factory=dict)

    def of(self, stem: str) -> _Photo:
        return self.photos.setdefault(stem, _Photo())


def read(files: Files, names: Sequence[str], labels: Sequence[str]) -> Reading:
    """Everything of the layout among `names`, whole folders at a time."""
    reading = Reading(used=set(names))
    sets: dict[str, _Set] = {}
    stems = frozenset(_stem(name) for name in files.names if name not in reading.used)
    for name in names:
        try:
            _take(files, name, sets.setdefault(_root(name), _Set()), stems)
        except BadInput as error:
            reading.trouble(name, str(error))
    for root, found in sets.items():
        try:
            plates = _plates(found, labels)
        except BadInput as error:
            reading.trouble(f"{root}/Annotations".lstrip("/"), str(error))
            continue
        for stem, photo in found.photos.items():
            reading.records.append(_record(files, root, stem, photo, found.colours, plates, reading))
    return reading


def _root(name: str) -> str:
    """The folder that the layout's folders lie in; of a file elsewhere its own."""
    parts = name.split("/")[:-1]
    for index, part in enumerate(parts):
        if part.casefold() in _FOLDERS:
            return "/".join(parts[:index])
    return "/".join(parts)


def _stem(name: str) -> str:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return base.rpartition(".")[0] or base


def _take(files: Files, name: str, found: _Set, stems: frozenset[str]) -> None:
    """stems: of the photographs, and of whatever else lies beside the layout. Raises BadInput."""
    stem = _stem(name)
    lower = name.casefold()
    if lower.endswith(".xml"):
        root = parse(files.read(name))
        # Renamed together with its photograph, a file still says the old name, which may be another's by now.
        photo = found.of(stem if stem in stems else _stem(root.says("filename")) or stem)
        if photo.xml:
            raise BadInput(f"It is about the same photograph as {photo.xml[0]}, which was taken.")
        photo.xml = (name, root)
    elif lower.endswith(".png"):
        if "segmentationclass" in lower.split("/"):
            found.of(stem).mask = name
    elif lower.endswith("labelmap.txt"):
        found.colours |= colours_named(files.read(name))
    else:
        split = split_of(name, of_file=True)
        for line in files.read(name).decode("utf-8", "replace").splitlines():
            listed = line.strip().rsplit("/", 1)[-1]
            # `ImageSets/Main/car_train.txt` has a second word, 1, 0 or -1; a name may end so itself: `car 1`.
            if listed not in stems:
                listed = _SECOND_WORD.sub("", listed)
            if listed and split:
                found.of(listed).split = split
                found.of(listed).source = name


def _plates(found: _Set, labels: Sequence[str]) -> frozenset[str]:
    names = [name for name in found.colours.values() if name.casefold() not in _BACKGROUND]
    names += [item.says("name") for photo in found.photos.values() if photo.xml for item in photo.xml[1].all("object")]
    return plates_among(names, labels)


def _record(
    files: Files,
    root: str,
    stem: str,
    photo: _Photo,
    colours: dict[Colour, str],
    plates: frozenset[str],
    reading: Reading,
) -> Record:
    source = photo.mask or (photo.xml[0] if photo.xml else photo.source)
    width = height = 0
    shapes: list[Shape] = []
    places: list[str] = []
    incomplete = False
    if photo.xml:
        name, element = photo.xml
        width, height = (_side(element.says(f"size/{key}")) for key in ("width", "height"))
        for item in element.all("object") if not photo.mask else ():
            try:
                if item.says("name") in plates:
                    shapes.append(_box(item))
                    places.append(f"line {item.line}")
            except BadMask as error:
                incomplete = True
                reading.trouble(name, f"Line {item.line}: {error}.")
    if photo.mask:
        listed = [item.says("name") for item in photo.xml[1].all("object")] if photo.xml else []
        others = [name for name in dict.fromkeys(listed) if name not in plates]
        shapes.append(PalettePicture(partial(files.read, photo.mask), colours, plates, others).as_shape())
    answer = Answer(
        source=source,
        where=source,
        shapes=tuple(shapes),
        places=tuple(places),
        width=width,
        height=height,
        split=photo.split or split_of(source),
        answered=bool(photo.mask or (photo.xml and (shapes or not incomplete))),
        incomplete=incomplete,
        may_be_empty=bool(photo.mask),
    )
    return Record(photo=f"{root}/JPEGImages/{stem}", near=root, answer=answer, by_stem=True)


def _side(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _box(item: Element) -> Box:
    """VOC counts pixels from 1, and the last one belongs to the box."""
    try:
        x0, y0, x1, y1 = (float(item.says(f"bndbox/{key}")) for key in ("xmin", "ymin", "xmax", "ymax"))
    except ValueError as error:
        raise BadMask("its bndbox does not hold xmin, ymin, xmax and ymax as numbers") from error
    return Box(x0 - 1, y0 - 1, x1, y1)


def _each(entry: Entry, mask: Mask) -> Iterator[OutFile]:
    plates = components(mask)
    objects: NDArray[np.uint8] = np.zeros_like(mask)
    for number, plate in enumerate(plates):
        x, y, width, height = plate.box
        window = objects[y : y + height, x : x + width]
        window[plate.pixels != 0] = 1 + number % 254
    yield f"SegmentationClass/{entry.stem}.png", [palette_png(mask)]
    yield f"SegmentationObject/{entry.stem}.png", [palette_png(objects)]
    boxes = "".join(_object(*plate.box) for plate in plates)
    yield f"Annotations/{entry.stem}.xml", [_annotation(entry, boxes).encode()]


def _annotation(entry: Entry, objects: str) -> str:
    size = f"<width>{entry.width}</width><height>{entry.height}</height><depth>3</depth>"
    return (
        f"<annotation>\n  <folder>JPEGImages</folder>\n  <filename>{escape(entry.file)}</filename>\n"
        f"  <size>{size}</size>\n  <segmented>1</segmented>\n{objects}</annotation>\n"
    )


def _object(x: int, y: int, width: int, height: int) -> str:
    box = f"<xmin>{x + 1}</xmin><ymin>{y + 1}</ymin><xmax>{x + width}</xmax><ymax>{y + height}</ymax>"
    rest = "<pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>"
    return f"  <object><name>{PLATE_NAME}</name>{rest}<bndbox>{box}</bndbox></object>\n"


def _ending(entries: Entries) -> Iterator[OutFile]:
    red, green, blue = palette_colour(1)
    labels = f"background:0,0,0::\n{PLATE_NAME}:{red},{green},{blue}::\n"
    yield "labelmap.txt", [f"# label:color_rgb:parts:actions\n{labels}".encode()]
    for part in parts_of(entries):
        for task in ("Segmentation", "Main"):
            yield f"ImageSets/{task}/{part}.txt", (f"{entry.stem}\n".encode() for entry in answered_of(entries, part))


FORMAT = Format(
    name="voc",
    title="Pascal VOC",
    place=lambda entry: f"JPEGImages/{entry.file}",
    each=_each,
    ending=_ending,
)
