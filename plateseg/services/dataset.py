"""Files to items, one bad file never stopping the rest: what the Upload tab and `import` do with photographs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from plateseg.domain import images, mask_files, naming, splits
from plateseg.domain.annotations.records import Answer
from plateseg.domain.types import ImageItem, RevisionSource, Split
from plateseg.errors import BadImage, BadInput
from plateseg.services import marking
from plateseg.services.import_report import ImportReport, Ledger, Remark
from plateseg.services.marking import Marked
from storage import Storage
from storage.items import Addition, NewItem

THUMBNAIL_SIDE = 320
WORKERS = min(4, os.cpu_count() or 1)
BATCH, BATCH_BYTES = 32, 64 * 2**20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was handed in: its path as the person knows it, and where its bytes lie."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class _Ready:
    """A photograph whose pictures lie in the blobs already, with its mask, waiting for its row."""

    path: str
    new: NewItem
    pictures: tuple[tuple[bytes, str], ...]
    marked: Marked
    remarks: tuple[Remark, ...]

    @property
    def size(self) -> int:
        """Bytes held in memory, about."""
        return sum(len(data) for data, _ in self.pictures)


@dataclass(frozen=True, slots=True)
class _Job:
    """A photograph to be read, with where its bytes and those of its mask lie, and what an annotation says of it."""

    pair: naming.PlannedPair
    image: Path
    mask: Path | None
    answer: Answer | None
    source: RevisionSource
    plates: Collection[int]


Progress = Callable[[int, int, str], None]


def import_files(
    storage: Storage,
    files: Sequence[SourceFile],
    *,
    answers: Mapping[str, Answer] = {},
    plates: Collection[int] = (),
    progress: Progress = lambda done, total, name: None,
    source: RevisionSource = RevisionSource.IMPORTED,
    cancelled: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Import photographs, with masks where the names pair up (seed naming, `images/` beside `masks/`).

    answers: what annotation files say, by the name of the photograph; a mask file goes before them. plates: what means
    a plate in mask files of class numbers.
    Decoding and writing pictures run on a few threads, rows are written on this one, a batch at a time; memory holds
    a handful of photographs. Raises StorageUnavailable when the store fails; what was imported until then stays, and
    importing the same files again, after a kill as well, adds the rest and nothing twice.
    """
    by_name: dict[str, Path] = {}
    for file in files:
        by_name.setdefault(file.name, file.path)
    plan = naming.plan([file.name for file in files])
    ledger = Ledger(rejected=[Remark(name, reason) for name, reason in (*plan.ignored, *plan.orphan_masks)])
    pairs = list(_settled(plan.pairs, by_name))
    jobs = [
        _Job(
            pair,
            by_name[pair.image],
            by_name[pair.mask] if pair.mask else None,
            answers.get(pair.image),
            source,
            plates,
        )
        for pair in pairs
    ]
    with ThreadPoolExecutor(WORKERS) as pool:
        done = 0
        for batch in _batches(_in_order(pool, storage, jobs)):
            _remember(storage, ledger, batch)
            done += len(batch)
            progress(done, len(jobs), jobs[done - 1].pair.image)
            if cancelled():
                pool.shutdown(cancel_futures=True)
                break
    return ledger.report()


def _batches(results: Iterable[_Ready | Remark]) -> Iterator[list[_Ready | Remark]]:
    """One by one at first, so that a small import is seen to move; then as many as are worth a transaction."""
    batch: list[_Ready | Remark] = []
    size = 0
    for seen, result in enumerate(results, start=1):
        batch.append(result)
        size += result.size if isinstance(result, _Ready) else 0
        if len(batch) >= min(BATCH, 1 + seen // 8) or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _settled(pairs: Iterable[naming.PlannedPair], by_name: dict[str, Path]) -> Iterator[naming.PlannedPair]:
    """Look into the files that may be a mask or another photograph of the same name: the contents decide."""
    for pair in pairs:
        if pair.mask_is_guess and pair.mask and not _looks_like_mask(by_name[pair.mask]):
            yield replace(pair, mask=None)
            yield naming.PlannedPair(image=pair.mask, split=pair.split)
            continue
        yield pair


def _looks_like_mask(path: Path) -> bool:
    try:
        return mask_files.looks_like_mask(_read(path))
    except (BadImage, OSError):
        return False


def _read(path: Path) -> bytes:
    """A file's bytes. Raises BadImage, before reading it, when it is larger than any photograph."""
    images.check_file_size(path.stat().st_size)
    return path.read_bytes()


def _in_order(pool: ThreadPoolExecutor, storage: Storage, jobs: Sequence[_Job]) -> Iterator[_Ready | Remark]:
    """Results in the order of the jobs, with only a few decoded at a time."""
    waiting: list[Future[_Ready | Remark]] = []
    rest = iter(jobs)
    waiting.extend(pool.submit(_prepare, storage, job) for job in islice(rest, 2 * WORKERS))
    while waiting:
        yield waiting.pop(0).result()
        waiting.extend(pool.submit(_prepare, storage, job) for job in islice(rest, 1))


def _prepare(storage: Storage, job: _Job) -> _Ready | Remark:
    pair = job.pair
    try:
        data = _read(job.image)
        photo = images.decode(data)
    except (BadInput, OSError) as error:
        return Remark(pair.image, str(error))
    small = images.shrink(photo.pixels, side=THUMBNAIL_SIDE)
    thumbnail = images.thumbnail(small, side=THUMBNAIL_SIDE)
    hinted = job.answer.split if job.answer else None
    path = pair.image.replace("\\", "/")
    new = new_item(
        storage,
        photo,
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        thumbnail=thumbnail,
        fingerprint=splits.fingerprint(small),
        split=hinted or pair.split or Split.UNASSIGNED,
    )
    marked = _marked(job, photo)
    if marked.label is not None:
        storage.blobs.put(marked.label.png, "png")
    return _Ready(
        path=path,
        new=new,
        pictures=pictures_of(photo, thumbnail),
        marked=marked,
        remarks=(Remark(pair.image, photo.note),) if photo.note else (),
    )


def _marked(job: _Job, photo: images.DecodedImage) -> Marked:
    if job.pair.mask and job.mask:
        return marking.from_file(
            job.pair.mask,
            job.mask,
            _read,
            job.source,
            width=photo.width,
            height=photo.height,
            plates=job.plates,
        )
    if job.answer:
        return marking.from_answer(job.pair.image, job.answer, job.source, width=photo.width, height=photo.height)
    return Marked()


def _remember(storage: Storage, ledger: Ledger, batch: Sequence[_Ready | Remark]) -> None:
    """Write the rows of a batch in one transaction, and count what became of each."""
    ready = [result for result in batch if isinstance(result, _Ready)]
    ledger.rejected += [result for result in batch if isinstance(result, Remark)]
    added = storage.items.add_many([Addition(one.new, one.marked.label, one.pictures) for one in ready])
    for one, answer in zip(ready, added, strict=True):
        ledger.added += answer.created
        ledger.duplicates += not answer.created
        ledger.masks += answer.attached
        ledger.proposals += _propose(storage, answer.item, one.marked)
        ledger.rejected += [Remark(*reason) for reason in one.marked.rejected]
        ledger.notes += [*one.remarks, *(Remark(*remark) for remark in one.marked.remarks)]
        if one.marked.label is not None and not answer.attached:
            ledger.notes.append(Remark(one.path, "Has a mask already, which was kept; the new one was left aside."))
        ledger.item_ids.append(answer.item.id)


def _propose(storage: Storage, item: ImageItem, marked: Marked) -> bool:
    """Keep what came as a proposal, once, and only where nobody has answered; whether it was kept."""
    new = marked.proposal
    if new is None or item.head:
        return False
    blob = storage.blobs.put(new.png, "png")
    known = [r for r in storage.revisions.of(item.id) if r.source is RevisionSource.MODEL]
    if any((old.seeded_from, old.blob) == (new.seeded_from, blob) for old in known):
        return False
    storage.revisions.append_proposal(item.id, new)
    return True


def new_item(
    storage: Storage,
    photo: images.DecodedImage,
    *,
    path: str,
    sha256: str,
    thumbnail: bytes,
    fingerprint: str,
    split: Split = Split.UNASSIGNED,
) -> NewItem:
    """A decoded photograph as an item to add; its bytes and its thumbnail are put into the blobs.

    path: as the person knows it, `/` between folders; frames of one video are told by their folder, too.
    """
    return NewItem(
        sha256=sha256,
        name=path.rsplit("/", 1)[-1],
        width=photo.width,
        height=photo.height,
        capture_group=splits.capture_group(path, photo.captured_at, fingerprint, photo.camera),
        image_blob=storage.blobs.put(photo.served, _ending(photo)),
        thumbnail_blob=storage.blobs.put(thumbnail, "jpg"),
        media_type=photo.media_type,
        split=split,
        fingerprint=fingerprint,
        mode=photo.mode,
    )


def pictures_of(photo: images.DecodedImage, thumbnail: bytes) -> tuple[tuple[bytes, str], ...]:
    """The files of a photograph, for its addition to make sure of: gc or a deletion may come in between."""
    return (photo.served, _ending(photo)), (thumbnail, "jpg")


def _ending(photo: images.DecodedImage) -> str:
    return "jpg" if photo.media_type == "image/jpeg" else "png"


def files_under(folder: Path, *, prefix: str = "") -> Iterable[SourceFile]:
    """Every file below a folder, named by its path relative to it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield SourceFile(prefix + "/".join(map(_as_text, path.relative_to(folder).parts)), path)


def _as_text(name: str) -> str:
    """A file's name as text. One written by a system of another age is no UTF-8: Latin-1 is what it mostly is."""
    try:
        name.encode()
        return name
    except UnicodeEncodeError:
        return os.fsencode(name).decode("latin-1")
