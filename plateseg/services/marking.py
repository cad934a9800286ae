"""The mask that came with a photograph: from its mask file, or from an annotation; a label, or only a proposal."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from plateseg.domain import mask_files, masks
from plateseg.domain.annotations.records import Answer
from plateseg.domain.types import Mask, RevisionSource
from plateseg.errors import BadInput
from storage.revisions import NewRevision

AUTHOR = "import"


@dataclass(frozen=True, slots=True)
class Marked:
    """A mask ready to be written, None for none. Remarks and reasons are (file, sentence)."""

    label: NewRevision | None = None
    proposal: NewRevision | None = None
    remarks: tuple[tuple[str, str], ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()


def from_file(
    name: str,
    path: Path,
    read: Callable[[Path], bytes],
    source: RevisionSource,
    *,
    width: int,
    height: int,
    plates: Collection[int] = (),
) -> Marked:
    """The mask of a mask file that came with a photograph of this size. plates: class numbers that mean a plate."""
    try:
        mask, note = mask_files.from_png(read(path), width=width, height=height, plates=plates)
    except (BadInput, OSError) as error:
        return Marked(rejected=((name, str(error)),))
    return Marked(label=_label(mask, source), remarks=((name, note),) if note else ())


def from_answer(name: str, answer: Answer, source: RevisionSource, *, width: int, height: int) -> Marked:
    """The mask of an annotation about the photograph `name` of this size."""
    if not answer.answered:
        return Marked()
    try:
        drawing = answer.draw(width=width, height=height)
    except BadInput as error:
        return Marked(rejected=((name, f"Imported without its mask: {error}"),))
    remarks = tuple((name, note) for note in drawing.notes)
    if drawing.is_label:
        return Marked(label=_label(drawing.mask, source), remarks=remarks)
    return Marked(proposal=_proposal(drawing.mask, answer), remarks=remarks)


def _label(mask: Mask, source: RevisionSource) -> NewRevision:
    pixels = masks.plate_pixels(mask)
    return NewRevision(source=source, png=masks.to_png(mask), plate_pixels=pixels, author=AUTHOR, no_plate=pixels == 0)


def _proposal(mask: Mask, answer: Answer) -> NewRevision:
    only_boxes = all(shape.is_box for shape in answer.shapes)
    return NewRevision(
        source=RevisionSource.MODEL,
        png=masks.to_png(mask),
        plate_pixels=masks.plate_pixels(mask),
        author=AUTHOR,
        seeded_from=f"{'boxes' if only_boxes else 'shapes'} of {answer.source.rsplit('/', 1)[-1]}",
    )
