"""What it means when an annotation file names a photograph and draws nothing on it: no plate, or nobody looked yet.

Sets made to train on (COCO, YOLO, VOC, lists of corners) list what was looked at. A tool's own project lists every
photograph it was given: https://github.com/cvat-ai/cvat/issues/4937, "image is annotated isn't equal to image has
annotations".
"""

from __future__ import annotations

from enum import StrEnum


class Emptiness(StrEnum):
    """What is known of a photograph without a shape."""

    STATED = "stated"
    """Somebody said that there is no plate: a tag, a flag, an answer handed in empty."""
    LISTED = "listed"
    """The format lists what was looked at, or there are shapes of other labels."""
    OPEN = "open"
    """The format lists untouched photographs as well."""


class WithoutShape(StrEnum):
    """How a person wants photographs without a shape to be taken. What is stated is never asked about."""

    AUTO = "auto"
    """As the format has it."""
    NO_PLATE = "no-plate"
    UNLABELLED = "unlabelled"


def means_no_plate(known: Emptiness, wanted: WithoutShape) -> bool:
    """Whether a photograph without a shape is one without a plate; else nobody has answered yet."""
    if known is Emptiness.STATED:
        return True
    if wanted is WithoutShape.AUTO:
        return known is Emptiness.LISTED
    return wanted is WithoutShape.NO_PLATE
