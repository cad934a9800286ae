"""verify: whether everything is there and as it was, and what of the labels a person should see.

Faults are errors: bytes that are missing or changed, sizes and values that do not fit. Label problems (measuring.py)
are warnings: masks that are possible, yet look wrong.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from plateseg.domain import images, mask_health, masks
from plateseg.domain.types import ImageItem, ItemStatus, MaskRevision
from plateseg.errors import PlatesegError
from storage import Storage

PAGE = 200
_WRITTEN = {0, 255}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an item, in a sentence."""

    item_id: int
    name: str
    problem: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A stretch of the dataset: the faults in it, the last item looked at, and whether that was the end."""

    faults: tuple[Fault, ...]
    last: int
    ended: bool


def faults(storage: Storage) -> Iterator[Fault]:
    """Everything that is wrong: files missing or changed, photographs or masks unreadable, masks of another size.

    Every revision is looked at, the old ones and those of excluded photographs, too: they can be restored.
    """
    for item in every_item(storage):
        yield from faults_of(storage, item)


def check_some(storage: Storage, *, after: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> Checked:
    """Check photographs from the one after item `after` on, until the time is over."""
    begin = clock()
    found: list[Fault] = []
    for item in every_item(storage, after=after):
        found += faults_of(storage, item)
        after = item.id
        if clock() - begin > seconds:
            return Checked(tuple(found), after, ended=False)
    return Checked(tuple(found), after, ended=True)


def every_item(storage: Storage, *, after: int = 0) -> Iterator[ImageItem]:
    """All photographs in order of id, a page in memory at a time."""
    while page := storage.facts.after(after, limit=PAGE):
        yield from page
        after = page[-1].id


def faults_of(storage: Storage, item: ImageItem) -> Iterable[Fault]:
    """What is wrong with one photograph, its thumbnail and its masks."""
    problems = [*_photograph_problems(storage, item)]
    for revision in reversed(storage.revisions.of(item.id)):
        problem = _mask_problem(storage, item, revision)
        problems += [f"mask revision {revision.number}: {problem}"] if problem else []
    return [Fault(item.id, item.name, problem) for problem in problems]


def _photograph_problems(storage: Storage, item: ImageItem) -> Iterator[str]:
    for word, blob in (("photograph", item.image_blob), ("thumbnail", item.thumbnail_blob)):
        problem = _file_problem(storage, blob)
        if problem:
            yield f"the {word}'s file {problem}"
        elif word == "photograph":
            yield from _decoding_problems(storage, item)


def _file_problem(storage: Storage, blob: str) -> str:
    if not storage.blobs.exists(blob):
        return "is missing from the store"
    return "" if storage.blobs.verify(blob) else "was changed or damaged on the disk"


def _decoding_problems(storage: Storage, item: ImageItem) -> Iterator[str]:
    try:
        pixels = images.read(storage.blobs.get(item.image_blob))
    except PlatesegError as error:
        yield str(error)
        return
    height, width = pixels.shape[:2]
    if (width, height) != (item.width, item.height):
        yield f"the photograph is {width}x{height}, not {item.width}x{item.height}"


def _mask_problem(storage: Storage, item: ImageItem, revision: MaskRevision) -> str:
    problem = _file_problem(storage, revision.blob)
    if problem:
        return f"the file {problem}"
    try:
        png = storage.blobs.get(revision.blob)
        mask = masks.read_png(png)
        # Told before the mask is checked: a level in between would be read as a class that nobody named.
        strange = sorted(set(mask_health.grey_levels(png)) - _WRITTEN)
        if strange:
            return f"holds the grey levels {', '.join(map(str, strange[:5]))}: masks are written as 0 and 255"
        masks.check(mask, width=item.width, height=item.height)
    except PlatesegError as error:
        return str(error)
    pixels = masks.plate_pixels(mask)
    if pixels != revision.plate_pixels:
        return f"{pixels} plate pixels, not {revision.plate_pixels} as recorded"
    if item.status is ItemStatus.LABELLED and revision.number == item.head and not pixels:
        return 'labelled, but its mask is empty: draw the plate, or say "no plate here"'
    return ""
