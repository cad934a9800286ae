"""COCO instance segmentation: https://cocodataset.org/#format-data. Polygons and run lengths, in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from plateseg.domain.annotations import runs
from plateseg.domain.annotations.contours import Component, components, edge_rings
from plateseg.domain.annotations.json_text import JsonText, read_each
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
    answered_of,
    parts_of,
)
from plateseg.domain.annotations.shapes import Box, Polygon, Runs, points_of
from plateseg.domain.naming import split_of
from plateseg.domain.types import Mask
from plateseg.errors import BadInput, BadMask

_CATEGORY = {"id": 1, "name": PLATE_NAME, "supercategory": ""}


def is_coco(data: bytes) -> bool:
    """By its keys."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"images"' in data and b'"annotations"' in data


def read(files: Files, names: Sequence[str], labels: Sequence[str]) -> Reading:
    """Every COCO file among `names`; one that does not fit is told of with its line, and the others are read."""
    return read_each(files, names, lambda text: _File(text, labels).read())


class _File:
    """One JSON file on its way to records."""

    def __init__(self, text: JsonText, labels: Sequence[str]) -> None:
        self.text = text
        self.labels = labels
        self.reading = Reading()
        self.photos: dict[int | str, dict[str, Any]] = {}
        self.shapes: dict[int | str, list[tuple[Shape, str]]] = {}
        self.incomplete: set[int | str] = set()

    def read(self) -> Reading:
        """Raises BadInput when the whole does not fit."""
        content = self.text.content
        if not isinstance(content, dict) or not all(
            isinstance(content.get(k), list) for k in ("images", "annotations")
        ):
            raise BadInput("Line 1: a COCO file holds the lists images, annotations and categories. Export it again.")
        self._take_photos(content["images"])
        plates = self._categories(content.get("categories"))
        self._take_shapes(content["annotations"], plates)
        for key, photo in self.photos.items():
            shapes = self.shapes.get(key, [])
            name = self.text.name
            answer = Answer(
                source=name,
                # Finding lines takes as long as reading the file: only where something is wrong already.
                where=self.text.where("images", photo["index"]) if key in self.incomplete else f"{name}, image {key}",
                shapes=tuple(shape for shape, _ in shapes),
                places=tuple(place for _, place in shapes),
                width=photo["width"],
                height=photo["height"],
                split=split_of(photo["file_name"]) or split_of(self.text.name, of_file=True),
                incomplete=key in self.incomplete,
                answered=key not in self.incomplete or key in self.shapes,
            )
            self.reading.records.append(Record(photo=photo["file_name"], near=folder_of(self.text.name), answer=answer))
        return self.reading

    def _take_photos(self, images: list[Any]) -> None:
        for index, image in enumerate(images):
            reason = _why_no_photo(image)
            if not reason and image["id"] in self.photos:
                first = self.photos[image["id"]]["file_name"]
                reason = f"the image id {image['id']} stands twice, the first one counts: {first}"
            if reason:
                self.reading.trouble(self.text.name, f"{self.text.line('images', index)}{reason}.")
                continue
            self.photos[image["id"]] = {
                "index": index,
                "file_name": image["file_name"],
                "width": _size(image.get("width")),
                "height": _size(image.get("height")),
            }

    def _categories(self, categories: object) -> set[Any]:
        """The ids that mean a plate."""
        found = [c for c in categories if isinstance(c, dict) and "id" in c] if isinstance(categories, list) else []
        names = {c["id"]: str(c.get("name", c["id"])) for c in found if isinstance(c["id"], int | str)}
        if not names:
            raise BadInput("Line 1: it holds no categories, so nothing says what is a plate. Export them as well.")
        self.names = names
        plates = plates_among(names.values(), self.labels)
        return {key for key, name in names.items() if name in plates}

    def _take_shapes(self, annotations: list[Any], plates: set[Any]) -> None:
        seen: dict[Any, Any] = {}
        others: dict[str, int] = {}
        for index, annotation in enumerate(annotations):
            try:
                key = self._photo_of(annotation)
                category = annotation.get("category_id")
                if _hashable(category) in self.names and _hashable(category) not in plates:
                    others[self.names[category]] = others.get(self.names[category], 0) + 1
                    continue
                if _is_repeated(annotation, seen):
                    raise BadMask(f"the annotation id {annotation['id']} stands twice alike, taken once")
                if _hashable(category) not in plates:
                    self.incomplete.add(key)
                    raise BadMask(f"category {category!r} is not among the file's categories")
            except BadMask as error:
                self.reading.trouble(self.text.name, f"{self.text.line('annotations', index)}{error}.")
                continue
            try:
                found = _shapes(annotation)
            except BadMask as error:
                self.incomplete.add(key)
                self.reading.trouble(self.text.name, f"{self.text.line('annotations', index)}{error}.")
                continue
            place = _place(annotation, index)
            self.shapes.setdefault(key, []).extend((shape, place) for shape in found)
        for name, count in others.items():
            self.reading.note(self.text.name, f"{count} shapes labelled {name} were left out: only plates are kept.")

    def _photo_of(self, annotation: object) -> int | str:
        if not isinstance(annotation, dict):
            raise BadMask("an annotation is no JSON object")
        key = annotation.get("image_id")
        if not isinstance(key, int | str) or key not in self.photos:
            raise BadMask(f"annotation {annotation.get('id')!r} names image {key!r}, which the file does not list")
        return key


def _place(annotation: dict[str, Any], index: int) -> str:
    """Of an annotation in its file: by its id, or a JSON pointer where it has none."""
    key = _hashable(annotation.get("id"))
    return f"/annotations/{index}" if key is None else f"annotation {key}"


def _hashable(value: object) -> Any:
    return value if isinstance(value, int | str) else None


def _why_no_photo(image: object) -> str:
    if not isinstance(image, dict) or not isinstance(image.get("id"), int | str):
        return "an image without an id"
    if not isinstance(image.get("file_name"), str) or not image["file_name"]:
        return f"image {image['id']} has no file_name"
    return ""


def _size(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < 10**6 else 0


def _is_repeated(annotation: dict[str, Any], seen: dict[Any, Any]) -> bool:
    """Whether an annotation of this id and content came before. With other content it is a shape of its own."""
    key = _hashable(annotation.get("id"))
    if key is None:
        return False
    if key in seen:
        return bool(seen[key] == annotation)
    seen[key] = annotation
    return False


def _shapes(annotation: dict[str, Any]) -> list[Shape]:
    """The plate of one annotation. Raises BadMask with what is wrong."""
    drawn = annotation.get("segmentation")
    if isinstance(drawn, dict):
        size = drawn.get("size")
        if not isinstance(size, list) or len(size) != 2 or not all(isinstance(side, int) for side in size):
            raise BadMask("a run-length mask needs its size, [height, width]")
        return [Runs(drawn.get("counts"), width=size[1], height=size[0])]
    if isinstance(drawn, list) and drawn:
        rings = drawn if isinstance(drawn[0], list) else [drawn]
        if not all(isinstance(ring, list) for ring in rings):
            raise BadMask("segmentation is neither a list of polygons nor a run-length mask")
        return [Polygon(points_of(ring)) for ring in rings]
    box = annotation.get("bbox")
    if isinstance(box, list) and len(box) == 4 and all(isinstance(side, int | float) for side in box):
        return [Box(box[0], box[1], box[0] + box[2], box[1] + box[3])]
    raise BadMask("it has neither a segmentation nor a bbox of four numbers")


def _each(_entry: Entry, _mask: Mask) -> Iterable[OutFile]:
    return ()


def _ending(entries: Entries) -> Iterator[OutFile]:
    for part in parts_of(entries):
        yield f"annotations/instances_{part}.json", _json(entries, part)


def _json(entries: Entries, part: str) -> Iterator[bytes]:
    """The file piece by piece: first all photographs, then all plates, so that none of it need be in memory."""
    yield (
        b'{"info":{"description":"plateseg"},"licenses":[],"categories":' + orjson.dumps([_CATEGORY]) + b',\n"images":['
    )
    for number, entry in enumerate(answered_of(entries, part), start=1):
        image = {"id": number, "file_name": entry.file, "width": entry.width, "height": entry.height}
        yield (b",\n" if number > 1 else b"\n") + orjson.dumps(image)
    yield b'\n],\n"annotations":['
    plates = 0
    for number, entry in enumerate(answered_of(entries, part), start=1):
        for component in components(entry.mask()):
            plates += 1
            lead = b",\n" if plates > 1 else b"\n"
            yield lead + orjson.dumps({"id": plates, "image_id": number} | _annotation(component, entry))
    yield b"\n]}\n"


def _annotation(component: Component, entry: Entry) -> dict[str, Any]:
    outer, holes = edge_rings(component)
    drawn: Any = [ring.ravel().tolist() for ring in outer]
    if holes:
        drawn = runs.encode(component.on(width=entry.width, height=entry.height))
    return {
        "category_id": _CATEGORY["id"],
        "segmentation": drawn,
        "area": component.area,
        "bbox": list(component.box),
        "iscrowd": 0,
    }


FORMAT = Format(
    name="coco",
    title="COCO instance segmentation",
    place=lambda entry: f"images/{entry.part}/{entry.file}",
    each=_each,
    ending=_ending,
)
