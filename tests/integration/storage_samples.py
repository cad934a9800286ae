"""Small true-to-life things to put into a storage: photographs, masks, snapshots, runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from plateseg.domain.runs import Run
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import ImageItem, RevisionSource, Snapshot, SnapshotEntry, Split
from storage import Storage
from storage.items import NewItem
from storage.revisions import NewRevision

Result = TypeVar("Result")


def photo(storage: Storage, name: str = "car.jpg", *, source: bytes = b"", split: Split = Split.UNASSIGNED) -> NewItem:
    """A photograph ready to be added. `source`: the bytes it came from; its name by default."""
    source = source or name.encode()
    return NewItem(
        sha256=hashlib.sha256(source).hexdigest(),
        name=name,
        width=640,
        height=480,
        capture_group=name.split(".")[0],
        image_blob=storage.blobs.put(b"pixels of " + source, "jpg"),
        thumbnail_blob=storage.blobs.put(b"thumbnail of " + source, "jpg"),
        media_type="image/jpeg",
        split=split,
    )


def mask(text: str = "a mask", *, source: RevisionSource = RevisionSource.MANUAL, **values: object) -> NewRevision:
    """A mask whose bytes are `text`."""
    return NewRevision(**{"source": source, "png": text.encode(), "plate_pixels": 1200} | values)  # type: ignore[arg-type]


def proposal(text: str = "a guess", *, model: str = "run 1", score: float = 0.9) -> NewRevision:
    """A mask that a model drew."""
    return mask(text, source=RevisionSource.MODEL, author=model, seeded_from=model, score=score)


def add(storage: Storage, name: str = "car.jpg", drawn: NewRevision | None = None, **values: object) -> ImageItem:
    """An item in storage, with a mask or without."""
    return storage.items.add(photo(storage, name, **values), drawn)[0]  # type: ignore[arg-type]


def frozen(storage: Storage) -> Snapshot:
    """A snapshot of everything usable."""
    return storage.snapshots.freeze(
        [SnapshotEntry(i.id, m.number, i.split, i.sha256, m.blob) for i, m in storage.items.usable()]
    )


def queued(storage: Storage, name: str = "first", **config: object) -> Run:
    """A run that waits, on a snapshot of one labelled photograph."""
    if not storage.items.usable():
        add(storage, "trained-on.jpg", mask("trained-on"), split=Split.TRAIN)
    return storage.runs.create(name=name, config=TrainConfig(**config), snapshot_id=frozen(storage).id)  # type: ignore[arg-type]


def race(workers: int, work: Callable[[int], Result]) -> list[Result | Exception]:
    """Do `work(0)`, `work(1)`, ... at the same moment in as many threads; what each returned or raised."""
    start = Barrier(workers)

    def one(number: int) -> Result | Exception:
        start.wait()
        try:
            return work(number)
        except Exception as error:  # handed to the test, which says what it expected
            return error

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(workers)))
