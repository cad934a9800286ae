"""A small dataset with everything in it that exports lose: holes, several plates, no plate, splits, odd names."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from plateseg.domain import masks
from plateseg.domain.types import ImageItem, Mask, RevisionSource, Split
from plateseg.services import dataset
from plateseg.services.dataset import SourceFile
from storage import Storage, open_storage
from storage.revisions import NewRevision
from tests.integration.uploads import jpeg

WIDTH, HEIGHT = 160, 120


def plate(*, x: int = 30, y: int = 30, holes: int = 0, slant: int = 8) -> Mask:
    """A tilted plate of 90x34 pixels with round holes in it."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    corners = [[x, y], [x + 90, y + slant], [x + 88, y + slant + 34], [x - 2, y + 34]]
    cv2.fillPoly(mask, [np.array(corners, np.int32)], 1)
    for number in range(holes):
        cv2.circle(mask, (x + 20 + 25 * number, y + 20), 6, 0, -1)
    return mask


ALBUM: dict[str, tuple[Split, Mask]] = {
    "plain.jpg": (Split.TRAIN, plate()),
    "holes.jpg": (Split.TRAIN, plate(holes=3)),
    "two plates.jpg": (Split.VAL, plate(y=10) | plate(x=50, y=66, slant=-6)),
    "border.jpg": (Split.TEST, plate(x=-20, y=-6)),
    "none.jpg": (Split.TRAIN, np.zeros((HEIGHT, WIDTH), np.uint8)),
    "粤B·12345 (1).jpg": (Split.VAL, plate(x=40, y=50)),
    "Case.jpg": (Split.UNASSIGNED, plate(x=22)),
    "case.jpg": (Split.UNASSIGNED, plate(x=44, holes=1)),
}


def make_album(storage: Storage, scratch: Path) -> None:
    """The album, and one photograph each that nobody has drawn on and that only a model has."""
    files = []
    for number, name in enumerate([*ALBUM, "waiting.jpg", "proposed.jpg"]):
        path = scratch / str(number)
        path.write_bytes(jpeg(number + 1, width=WIDTH, height=HEIGHT))
        files.append(SourceFile(name, path))
    report = dataset.import_files(storage, files)
    assert report.added == len(files), report
    items = {item.name: item for item in storage.items.walk()}
    for name, (split, mask) in ALBUM.items():
        storage.revisions.append(items[name].id, revision(mask), after=0)
        storage.splits.assign({items[name].id: split})
    storage.revisions.append_proposal(items["proposed.jpg"].id, revision(plate(), RevisionSource.MODEL))


def revision(mask: Mask, source: RevisionSource = RevisionSource.MANUAL) -> NewRevision:
    """A mask ready to be appended; an empty one says that there is no plate."""
    pixels = masks.plate_pixels(mask)
    return NewRevision(source=source, png=masks.to_png(mask), plate_pixels=pixels, no_plate=pixels == 0)


def storage_in(folder: Path) -> Storage:
    """A storage of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return open_storage(f"sqlite:///{folder / 'plateseg.db'}", str(folder / "blobs"))


def head_mask(storage: Storage, item: ImageItem) -> Mask | None:
    """The person's mask of an item, None for none."""
    if not item.head:
        return None
    return masks.read_png(storage.blobs.get(storage.revisions.get(item.id, item.head).blob))


def by_pixels(storage: Storage) -> dict[str, ImageItem]:
    """Items by their photograph's bytes, which no export changes."""
    return {item.image_blob: item for item in storage.items.walk()}


def iou(one: Mask, other: Mask) -> float:
    """Intersection over union; 1 for two empty masks."""
    union = int(np.count_nonzero(one | other))
    return np.count_nonzero(one & other) / union if union else 1.0
