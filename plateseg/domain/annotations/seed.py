"""The seed project's own layout: a PNG of 0 and 255 beside each photograph. Reading it is naming.py's work."""

from __future__ import annotations

from collections.abc import Iterator

from plateseg.domain import masks
from plateseg.domain.annotations.records import Entry, Format, OutFile
from plateseg.domain.types import Mask, Split


def _root(entry: Entry) -> str:
    return "" if entry.split is Split.UNASSIGNED else f"dataset/{entry.part}/"


def _split_mask(entry: Entry, mask: Mask) -> Iterator[OutFile]:
    yield f"{_root(entry)}masks/{entry.stem}.png", [masks.to_png(mask)]


def _flat_mask(entry: Entry, mask: Mask) -> Iterator[OutFile]:
    yield f"masks/{entry.stem}.png", [masks.to_png(mask)]


FORMAT = Format(
    name="masks",
    title="Masks by split: dataset/train/images and masks",
    place=lambda entry: f"{_root(entry)}images/{entry.file}",
    each=_split_mask,
    ending=lambda _entries: (),
)
FLAT = Format(
    name="masks-flat",
    title="Masks: images and masks",
    place=lambda entry: f"images/{entry.file}",
    each=_flat_mask,
    ending=lambda _entries: (),
    lossy="The splits are not kept: all photographs lie in one folder.",
)
