"""The formats that a dataset can be written in, by name."""

from __future__ import annotations

from plateseg.domain.annotations import coco, corners, cvat, huggingface, labelme, seed, voc, yolo
from plateseg.domain.annotations.records import Format
from plateseg.errors import BadInput

FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        seed.FORMAT,
        seed.FLAT,
        coco.FORMAT,
        yolo.FORMAT,
        yolo.BOXES,
        labelme.FORMAT,
        cvat.FORMAT,
        voc.FORMAT,
        corners.FORMAT,
        huggingface.FORMAT,
    )
}


def format_named(name: str) -> Format:
    """Raises BadInput with the names there are."""
    if name not in FORMATS:
        raise BadInput(f"There is no format {name!r} to export. Choose one of {', '.join(FORMATS)}.")
    return FORMATS[name]
