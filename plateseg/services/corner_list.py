"""The exact corners of drawn plates, written beside the import: masks alone would give them back only to a pixel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from plateseg.domain.annotations import corners
from plateseg.domain.types import Quad, Split
from plateseg.errors import BadInput
from storage.blobs import translated_access


@dataclass(frozen=True, slots=True)
class Cornered:
    """A drawn photograph's name and size in pixels, and the corners of its plates, none for no plate."""

    name: str
    width: int
    height: int
    quads: tuple[Quad, ...]


@contextmanager
def writing(path: Path) -> Iterator[Callable[[Cornered], None]]:
    """A new CSV file in the format `corners`, to be filled photograph by photograph.

    Should the work within fail, no file is left. Raises BadInput when there is a file already, StorageUnavailable when
    it cannot be written.
    """
    if path.exists():
        raise BadInput(f"{path} is there already, and nothing was drawn. Name a new file for the corners.")
    with translated_access(), path.open("xb") as file:
        file.write(corners.HEAD)

        def write(one: Cornered) -> None:
            file.write(corners.rows(one.name, Split.UNASSIGNED, one.width, one.height, one.quads, digits=corners.EXACT))

        try:
            yield write
        except BaseException:
            path.unlink(missing_ok=True)
            raise
