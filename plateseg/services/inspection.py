"""inspect and verify: what the dataset holds, and whether all of it is as it should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from plateseg.domain import images, masks
from plateseg.domain.types import ImageItem, ItemStatus, MaskRevision
from plateseg.errors import PlatesegError
from storage import Storage
from storage.items import ItemFilter

PAGE = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an item, in a sentence."""

    item_id: int
    name: str
    problem: str


def inspect(storage: Storage) -> dict[str, Any]:
    """Counts by status and split, photograph sizes, and plates by number and size in pixels and per cent."""
    usable = storage.items.usable()
    plates: list[int] = []
    shares: list[float] = []
    per_image: Counter[int] = Counter()
    for item, revision in usable:
        found = masks.instances(masks.read_png(storage.blobs.get(revision.blob)))
        per_image[len(found)] += 1
        plates += [plate.area for plate in found]
        shares += [100 * plate.area / (item.width * item.height) for plate in found]
    sizes = Counter(f"{item.width}x{item.height}" for item in _all_items(storage))
    return {
        "items": sum(sizes.values()),
        "by_status": {status.value: number for status, number in storage.items.counts().items()},
        "by_split": dict(Counter(item.split.value for item, _ in usable)),
        "image_sizes": dict(sizes.most_common(10)),
        "plates": len(plates),
        "plates_per_image": {str(number): times for number, times in sorted(per_image.items())},
        "plate_pixels": _spread([float(area) for area in plates]),
        "plate_percent": _spread(shares),
        "capture_groups": len({item.capture_group for item, _ in usable}),
    }


def as_table(found: dict[str, Any]) -> str:
    """The same for a person's eyes."""
    lines: list[str] = []
    for key, value in found.items():
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
        lines.append(f"{key.replace('_', ' '):<18}{shown or '-'}")
    return "\n".join(lines)


def verify(storage: Storage) -> Iterator[Fault]:
    """Everything that is wrong: files missing or changed, photographs or masks unreadable, masks of another size.

    Every revision is looked at, the old ones and those of excluded photographs, too: they can be restored.
    """
    for item in _all_items(storage):
        yield from _photograph_faults(storage, item)
        for revision in reversed(storage.revisions.of(item.id)):
            yield from _mask_faults(storage, item, revision)


def _photograph_faults(storage: Storage, item: ImageItem) -> Iterator[Fault]:
    for word, blob in (("photograph", item.image_blob), ("thumbnail", item.thumbnail_blob)):
        problem = _file_problem(storage, blob)
        if problem:
            yield Fault(item.id, item.name, f"the {word}'s file {problem}")
        elif word == "photograph":
            yield from _decoding_faults(storage, item)


def _file_problem(storage: Storage, blob: str) -> str:
    if not storage.blobs.exists(blob):
        return "is missing from the store"
    return "" if storage.blobs.verify(blob) else "was changed or damaged on the disk"


def _decoding_faults(storage: Storage, item: ImageItem) -> Iterator[Fault]:
    try:
        pixels = images.read(storage.blobs.get(item.image_blob))
    except PlatesegError as error:
        yield Fault(item.id, item.name, str(error))
        return
    height, width = pixels.shape[:2]
    if (width, height) != (item.width, item.height):
        yield Fault(item.id, item.name, f"the photograph is {width}x{height}, not {item.width}x{item.height}")


def _mask_faults(storage: Storage, item: ImageItem, revision: MaskRevision) -> Iterator[Fault]:
    problem = _mask_problem(storage, item, revision)
    if problem:
        yield Fault(item.id, item.name, f"mask revision {revision.number}: {problem}")


def _mask_problem(storage: Storage, item: ImageItem, revision: MaskRevision) -> str:
    problem = _file_problem(storage, revision.blob)
    if problem:
        return f"the file {problem}"
    try:
        mask = masks.read_png(storage.blobs.get(revision.blob))
        masks.check(mask, width=item.width, height=item.height)
    except PlatesegError as error:
        return str(error)
    pixels = masks.plate_pixels(mask)
    if pixels != revision.plate_pixels:
        return f"{pixels} plate pixels, not {revision.plate_pixels} as recorded"
    if item.status is ItemStatus.LABELLED and revision.number == item.head and not pixels:
        return 'labelled, but its mask is empty: draw the plate, or say "no plate here"'
    return ""


def _all_items(storage: Storage) -> Iterator[ImageItem]:
    offset = 0
    while page := storage.items.page(ItemFilter(), offset=offset, limit=PAGE).items:
        yield from page
        offset += len(page)


def _spread(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    return {"smallest": round(min(values), 3), "median": round(median(values), 3), "largest": round(max(values), 3)}
