"""What an annotation file says of photographs, whatever its format.

Nothing here reads a file: a reader is handed the names of an upload and a way to their bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from plateseg.domain import masks
from plateseg.domain.annotations.emptiness import Emptiness
from plateseg.domain.types import Mask, Split
from plateseg.errors import BadMask


class Shape(Protocol):
    """One plate, or a part of one, as a format says it."""

    @property
    def is_box(self) -> bool:
        """Whether it only says where the plate is, and not its outline."""

    def paint(self, canvas: Mask) -> str:
        """Set the shape's pixels to 1; returns a note, empty for nothing worth telling. Raises BadMask.

        canvas: (H, W) uint8 of the photograph's size.
        """


@dataclass(frozen=True, slots=True)
class Trouble:
    """What could not be used: the file, with its line where that is known, and a sentence."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """An answer as pixels. is_label: a person's answer; else it is worth no more than a proposal.

    notes: what was done, each with the place it is about.
    """

    mask: Mask
    is_label: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said of one photograph. No shapes and `answered`: there is no plate.

    source: the annotation file, for the record. where: the same with the entry, by its line, its id or a JSON pointer.
    places: the same of each shape, without the file; empty where `where` says it. width, height: in pixels as the file
    says them, 0 where it does not. incomplete: shapes of it could not be read, so the rest is only a proposal.
    may_be_empty: what it draws is a whole picture, which may be black. emptiness: what no shapes at all mean.
    """

    source: str
    where: str
    shapes: tuple[Shape, ...] = ()
    places: tuple[str, ...] = ()
    width: int = 0
    height: int = 0
    split: Split | None = None
    answered: bool = True
    incomplete: bool = False
    may_be_empty: bool = False
    emptiness: Emptiness = Emptiness.LISTED

    def draw(self, *, width: int, height: int) -> Drawing:
        """The mask for a photograph of this size. Raises BadMask when it does not fit or nothing of it is inside.

        Every sentence names the annotation file and the entry.
        """
        if (self.width or width, self.height or height) != (width, height):
            raise BadMask(
                f"{self.where} says {self.width}x{self.height}, the photograph is {width}x{height}: "
                "export the annotations for this very file."
            )
        canvas = np.zeros((height, width), np.uint8)
        notes = [note for number in range(len(self.shapes)) if (note := self._paint(number, canvas))]
        if self.shapes and not canvas.any() and not self.may_be_empty:
            raise BadMask(f"{self.where}: no pixel of the photograph lies within what is drawn there.")
        if self.incomplete:
            notes.append(f"{self.where}: a part of it could not be read, so the rest is kept as a proposal")
        is_label = not self.incomplete and not any(shape.is_box for shape in self.shapes)
        return Drawing(canvas, is_label, tuple(dict.fromkeys(notes)))

    def _paint(self, number: int, canvas: Mask) -> str:
        place = f"{self.source}, {self.places[number]}" if self.places else self.where
        try:
            note = self.shapes[number].paint(canvas)
        except BadMask as error:
            raise BadMask(f"{place}: {error}") from error
        return f"{place}: {note}" if note else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An answer and the photograph it names. by_stem: the name's ending says nothing.

    near: folder of the annotation file within the upload.
    """

    photo: str
    near: str
    answer: Answer
    by_stem: bool = False


@dataclass(slots=True)
class Reading:
    """What the annotation files of an upload hold. used: the files that were understood."""

    records: list[Record] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[Trouble] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def trouble(self, name: str, text: str) -> None:
        """Count something that was left out."""
        self.troubles.append(Trouble(name, text))

    def note(self, name: str, text: str) -> None:
        """Tell of something that was done."""
        self.notes.append(Trouble(name, text))

    def add(self, other: Reading) -> None:
        """Take in what another reader found."""
        self.records += other.records
        self.troubles += other.troubles
        self.notes += other.notes
        self.used |= other.used


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an upload: their paths, `/` between folders, and a way to the bytes of one.

    read raises BadInput when a file cannot be had or is too large to be an annotation.
    """

    names: tuple[str, ...]
    read: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Entry:
    """One photograph on its way out. stem: its name without the ending, unique whatever the case of letters.

    ending: of `image()`, "jpg" or "png". answered: whether `mask()` is a person's word; an empty mask then says that
    there is no plate. Unanswered photographs are exported as files that no annotation names.
    """

    stem: str
    ending: str
    width: int
    height: int
    split: Split
    answered: bool
    image: Callable[[], bytes]
    mask: Callable[[], Mask]

    @property
    def file(self) -> str:
        """The photograph's file name."""
        return f"{self.stem}.{self.ending}"

    @property
    def part(self) -> str:
        """The folder of its split; photographs without one lie in `all`."""
        return "all" if self.split is Split.UNASSIGNED else self.split.value


class Entries(Protocol):
    """Photographs that can be walked through more than once."""

    def __iter__(self) -> Iterator[Entry]:
        """From the first to the last, always in the same order."""


OutFile = tuple[str, Iterable[bytes]]
"""A path within the export, `/` between folders, and its bytes in pieces."""


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a dataset. each: the files of one photograph besides itself, from its mask; ending: what comes
    after the last photograph; place: where the photograph's own file goes. lossy: what is lost, in a sentence.
    """

    name: str
    title: str
    place: Callable[[Entry], str]
    each: Callable[[Entry, Mask], Iterable[OutFile]]
    ending: Callable[[Entries], Iterable[OutFile]]
    lossy: str = ""


def parts_of(entries: Entries) -> Sequence[str]:
    """The folders of splits that hold an answered photograph, in the order train, val, test, all."""
    found = {entry.part for entry in entries if entry.answered}
    return [part for part in ("train", "val", "test", "all") if part in found]


def answered_of(entries: Entries, part: str | None = None) -> Iterator[Entry]:
    """The answered photographs, of one part or of all."""
    return (entry for entry in entries if entry.answered and part in (None, entry.part))


def pixels(mask: Mask) -> int:
    """How many pixels are plate."""
    return masks.plate_pixels(mask)
