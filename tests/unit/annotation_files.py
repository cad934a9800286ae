"""Annotation files in memory, and what a reader makes of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from plateseg.domain.annotations import readers
from plateseg.domain.annotations.records import Answer, Drawing, Files, Reading


def read(files: Mapping[str, bytes], **how: Any) -> tuple[Reading, dict[str, Answer]]:
    """The reading of an upload of these files."""
    return readers.read(Files(tuple(files), files.__getitem__), **how)


def answers(files: Mapping[str, bytes], **how: Any) -> dict[str, Answer]:
    """The answers alone; nothing may be wrong with the files."""
    reading, found = read(files, **how)
    assert [(t.name, t.text) for t in reading.troubles] == []
    return found


def troubles(files: Mapping[str, bytes], **how: Any) -> list[str]:
    """What was left out, "file: sentence"."""
    return [f"{trouble.name}: {trouble.text}" for trouble in read(files, **how)[0].troubles]


def drawn(answer: Answer, *, width: int = 40, height: int = 30) -> Drawing:
    """The answer on a photograph of this size."""
    return answer.draw(width=width, height=height)


def extent(drawing: Drawing) -> tuple[int, int, int, int]:
    """x, y, width, height of the box around the plate."""
    rows, columns = np.nonzero(drawing.mask)
    x, y = int(columns.min()), int(rows.min())
    return x, y, int(columns.max()) + 1 - x, int(rows.max()) + 1 - y


def as_json(content: Any) -> bytes:
    """A line an element, as people's editors write it."""
    return json.dumps(content, indent=1).encode()
