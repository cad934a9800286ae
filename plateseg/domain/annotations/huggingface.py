"""Hugging Face `datasets` image folder: `load_dataset("imagefolder", data_dir=...)` gives image, mask and boxes.

https://huggingface.co/docs/datasets/image_dataset#imagefolder . A column named `..._file_name` is loaded as an image.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from plateseg.domain import masks
from plateseg.domain.annotations.contours import components
from plateseg.domain.annotations.records import Entries, Entry, Files, Format, OutFile, Reading, answered_of, parts_of
from plateseg.domain.types import Mask

_FOLDERS = {"val": "validation", "all": "unassigned"}


def is_metadata(name: str) -> bool:
    """Whether a file describes an image folder."""
    return name.rsplit("/", 1)[-1].casefold() == "metadata.jsonl"


def read(_files: Files, names: Sequence[str], _labels: Sequence[str]) -> Reading:
    """What we write is read by the names of its masks; its metadata says nothing besides."""
    return Reading(used=set(names))


def _folder(entry: Entry) -> str:
    return _FOLDERS.get(entry.part, entry.part)


def _place(entry: Entry) -> str:
    # What no metadata names may not lie in a split's folder: the loader would refuse the folder.
    return f"{_folder(entry)}/images/{entry.file}" if entry.answered else f"unanswered/{entry.part}/{entry.file}"


def _each(entry: Entry, mask: Mask) -> Iterator[OutFile]:
    yield f"{_folder(entry)}/masks/{entry.stem}.png", [masks.to_png(mask)]


def _ending(entries: Entries) -> Iterator[OutFile]:
    for part in parts_of(entries):
        yield f"{_FOLDERS.get(part, part)}/metadata.jsonl", _metadata(entries, part)


def _metadata(entries: Entries, part: str) -> Iterator[bytes]:
    for entry in answered_of(entries, part):
        plates = components(entry.mask())
        row = {
            "file_name": f"images/{entry.file}",
            "mask_file_name": f"masks/{entry.stem}.png",
            "width": entry.width,
            "height": entry.height,
            "no_plate": not plates,
            "objects": {"bbox": [list(plate.box) for plate in plates], "area": [plate.area for plate in plates]},
        }
        yield orjson.dumps(row) + b"\n"


FORMAT = Format(
    name="huggingface",
    title="Hugging Face image folder",
    place=_place,
    each=_each,
    ending=_ending,
    lossy="Photographs without a split lie in `unassigned`; beside splits the loader passes it over.",
)
