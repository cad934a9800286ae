"""Drawn photographs with exact masks: a small set for newcomers, and as many as one likes to train on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from plateseg.domain import drawn, images, masks, naming, splits
from plateseg.domain.types import Image, ItemStatus, Mask, Quad, RevisionSource
from plateseg.errors import BadInput, NotFound
from plateseg.services import dataset
from plateseg.services.corner_list import Cornered
from plateseg.services.dataset import Progress
from plateseg.services.import_report import ImportReport, Remark
from storage import Storage
from storage.filters import ItemFilter
from storage.revisions import NewRevision

SEED = 20261122
MAX_DRAWN = 500
MAX_SYNTHESIZED = 100_000
SIDE = 640
_PASTED_SIDE = 2048


@dataclass(frozen=True, slots=True)
class Ground:
    """A person's photograph without plates, to paste onto. read: its pixels; raises BadInput when it cannot be read.

    group: its capture group, empty for the one its own name and look give.
    """

    name: str
    read: Callable[[], images.DecodedImage]
    group: str = ""


@dataclass(frozen=True, slots=True)
class _Scene:
    """One finished drawing, packed. group: empty for its own."""

    name: str
    photo: images.DecodedImage
    sha256: str
    answer: NewRevision | None
    quads: tuple[Quad, ...]
    group: str = ""


def add(
    storage: Storage,
    *,
    count: int,
    labelled: int,
    seed: int = SEED,
    progress: Progress = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Draw `count` scenes and import them, the first `labelled` with their exact masks.

    The same seed draws the same scenes: asking twice adds nothing. Raises BadInput for an impossible number.
    """
    check(count=count, labelled=labelled)

    def scene(number: int) -> _Scene:
        image, mask, quads = drawn.draw(np.random.default_rng([seed, number]), plates=1 + (number % 7 == 3))
        return _packed(f"drawn_{number + 1:03d}.jpg", image, mask if number < labelled else None, quads)

    return _import(storage, scene, count=count, corners=_forget, progress=progress, cancelled=cancelled)


def synthesize(
    storage: Storage,
    *,
    count: int,
    seed: int,
    side: int = SIDE,
    grounds: Sequence[Ground] = (),
    corners: Callable[[Cornered], None] = lambda one: None,
    progress: Progress = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Draw `count` labelled photographs, or with `grounds` paste drawn plates into these, and import them.

    side: the longer side of a drawn one in pixels. The same seed and grounds give the same photographs: asking twice
    adds nothing. What was pasted onto one photograph stays in that photograph's capture group, so that it never
    stands in train and validation at once. corners: told the exact corners of each, also of those that were there
    already. Raises BadInput for an impossible number.
    """
    if not 0 < count <= MAX_SYNTHESIZED:
        raise BadInput(f"Between 1 and {MAX_SYNTHESIZED} photographs can be drawn at once, not {count}.")
    if not 128 <= side <= 4096:
        raise BadInput(f"The longer side of a drawn photograph has 128 to 4096 pixels, not {side}.")

    def scene(number: int) -> _Scene | Remark:
        rng = np.random.default_rng([seed, number])
        name = f"synthetic_{seed}_{number + 1:05d}.jpg"
        if grounds:
            return _pasted(rng, name, grounds[number % len(grounds)])
        image, mask, quads = drawn.draw_any(rng, side=side)
        return _packed(name, image, mask, quads)

    return _import(storage, scene, count=count, corners=corners, progress=progress, cancelled=cancelled)


def grounds_of_folder(folder: Path) -> list[Ground]:
    """The photographs below a folder, none of which may show a plate. Raises NotFound when there is none."""
    paths = {file.name: file.path for file in dataset.files_under(folder)}
    found = [Ground(pair.image, partial(_read, paths[pair.image])) for pair in naming.plan(list(paths)).pairs]
    if not found:
        raise NotFound(f"There is no photograph in {folder} to paste plates onto.")
    return found


def grounds_of_items(storage: Storage) -> list[Ground]:
    """The dataset's own photographs of which a person said "no plate here". Raises NotFound when there is none."""
    found = [
        Ground(item.name, partial(_read_blob, storage, item.image_blob), item.capture_group)
        for item in storage.items.walk(ItemFilter(status=ItemStatus.NO_PLATE))
    ]
    if not found:
        raise NotFound('No photograph is marked "no plate here" yet, so there is nothing to paste onto.')
    return found


def _read(path: Path) -> images.DecodedImage:
    images.check_file_size(path.stat().st_size)
    return images.decode(path.read_bytes())


def _read_blob(storage: Storage, blob: str) -> images.DecodedImage:
    return images.decode(storage.blobs.get(blob))


def check(*, count: int, labelled: int) -> None:
    """Raise BadInput when that many cannot be drawn."""
    if not 0 < labelled <= count <= MAX_DRAWN:
        raise BadInput(f"Between 1 and {MAX_DRAWN} drawn photographs can be made, some or all of them labelled.")


def _pasted(rng: np.random.Generator, name: str, ground: Ground) -> _Scene | Remark:
    try:
        photo = ground.read()
    except (BadInput, OSError) as error:
        return Remark(ground.name, str(error))
    look = splits.fingerprint(photo.pixels)
    group = ground.group or splits.capture_group(ground.name, photo.captured_at, look, photo.camera)
    pixels = images.shrink(photo.pixels, side=_PASTED_SIDE)
    image, mask, quads = drawn.paste(rng, pixels, plates=int(rng.choice([1, 2], p=[0.85, 0.15])))
    return replace(_packed(name, image, mask, quads), group=group)


def _forget(_: Cornered) -> None:
    """Nobody asked for corners."""


def _packed(name: str, image: Image, mask: Mask | None, quads: tuple[Quad, ...]) -> _Scene:
    jpeg = images.encode_jpeg(image)
    answer = None
    if mask is not None:
        pixels = masks.plate_pixels(mask)
        answer = NewRevision(
            source=RevisionSource.SYNTHETIC,
            png=masks.to_png(mask),
            plate_pixels=pixels,
            author="drawn",
            no_plate=pixels == 0,
        )
    return _Scene(name, images.decode(jpeg), hashlib.sha256(jpeg).hexdigest(), answer, quads)


def _import(
    storage: Storage,
    scene: Callable[[int], _Scene | Remark],
    *,
    count: int,
    corners: Callable[[Cornered], None],
    progress: Progress,
    cancelled: Callable[[], bool],
) -> ImportReport:
    """Draw on a few threads, write on this one, in order."""
    added = attached = duplicates = 0
    rejected: list[Remark] = []
    with ThreadPoolExecutor(dataset.WORKERS) as pool:
        for done, drawing in enumerate(_in_order(pool, scene, count), start=1):
            if cancelled():
                pool.shutdown(cancel_futures=True)
                break
            if isinstance(drawing, Remark):
                rejected.append(drawing)
                continue
            created = _remember(storage, drawing)
            corners(Cornered(drawing.name, drawing.photo.width, drawing.photo.height, drawing.quads))
            added += created
            duplicates += not created
            attached += created and drawing.answer is not None
            progress(done, count, drawing.name)
    return ImportReport(added=added, duplicates=duplicates, masks_attached=attached, rejected=tuple(rejected))


def _in_order(
    pool: ThreadPoolExecutor, scene: Callable[[int], _Scene | Remark], count: int
) -> Iterator[_Scene | Remark]:
    numbers = iter(range(count))
    waiting: list[Future[_Scene | Remark]] = [pool.submit(scene, n) for n in islice(numbers, 2 * dataset.WORKERS)]
    while waiting:
        yield waiting.pop(0).result()
        waiting.extend(pool.submit(scene, n) for n in islice(numbers, 1))


def _remember(storage: Storage, drawing: _Scene) -> bool:
    """Import one; whether it was new."""
    pixels = drawing.photo.pixels
    thumbnail = images.thumbnail(pixels, side=dataset.THUMBNAIL_SIDE)
    item = dataset.new_item(
        storage,
        drawing.photo,
        path=drawing.name,
        sha256=drawing.sha256,
        thumbnail=thumbnail,
        fingerprint=splits.fingerprint(pixels),
    )
    item = replace(item, capture_group=drawing.group or item.capture_group)
    pictures = dataset.pictures_of(drawing.photo, thumbnail)
    _, created = storage.items.add(item, drawing.answer, pictures=pictures)
    return created
