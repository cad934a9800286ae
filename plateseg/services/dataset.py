"""The Upload tab and `import`: files to items, one bad file never stopping the rest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from plateseg.domain import images, mask_files, naming, splits
from plateseg.domain.annotations.records import Answer
from plateseg.domain.types import ImageItem, RevisionSource, Split
from plateseg.errors import BadImage, BadInput
from plateseg.services import marking
from plateseg.services.marking import Marked
from storage import Storage
from storage.items import NewItem

THUMBNAIL_SIDE = 320
WORKERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Remark:
    """A file's name and one sentence about it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the files that were handed in."""

    added: int = 0
    duplicates: int = 0
    masks_attached: int = 0
    proposals: int = 0
    rejected: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    item_ids: tuple[int, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Plain JSON for the page and the record."""
        plain = asdict(self)
        plain["rejected"] = [{"name": r.name, "reason": r.text} for r in self.rejected]
        plain["notes"] = [{"name": r.name, "note": r.text} for r in self.notes]
        del plain["item_ids"]
        return plain


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was handed in: its path as the person knows it, and where its bytes lie."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class _Ready:
    """A decoded photograph with its mask, waiting to be written."""

    path: str
    sha256: str
    photo: images.DecodedImage
    thumbnail: bytes
    fingerprint: str
    marked: Marked
    remarks: tuple[Remark, ...]
    split: Split


@dataclass(frozen=True, slots=True)
class _Job:
    """A photograph to be read, with where its bytes and those of its mask lie, and what an annotation says of it."""

    pair: naming.PlannedPair
    image: Path
    mask: Path | None
    answer: Answer | None
    source: RevisionSource


Progress = Callable[[int, int, str], None]


def import_files(
    storage: Storage,
    files: Sequence[SourceFile],
    *,
    answers: Mapping[str, Answer] = {},
    progress: Progress = lambda done, total, name: None,
    source: RevisionSource = RevisionSource.IMPORTED,
    cancelled: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Import photographs, with masks where the names pair up (seed naming, `images/` beside `masks/`).

    answers: what annotation files say, by the name of the photograph; a mask file goes before them.
    Decoding runs on a few threads, writing on this one; memory holds a handful of photographs at a time.
    Raises StorageUnavailable when the store fails; what was imported until then stays.
    """
    by_name = {file.name: file.path for file in files}
    plan = naming.plan(list(by_name))
    report = ImportReport(rejected=tuple(Remark(name, reason) for name, reason in (*plan.ignored, *plan.orphan_masks)))
    pairs = list(_settled(plan.pairs, by_name))
    jobs = [
        _Job(pair, by_name[pair.image], by_name[pair.mask] if pair.mask else None, answers.get(pair.image), source)
        for pair in pairs
    ]
    with ThreadPoolExecutor(WORKERS) as pool:
        for done, result in enumerate(_in_order(pool, jobs), start=1):
            if cancelled():
                pool.shutdown(cancel_futures=True)
                break
            report = _remember(storage, report, result)
            progress(done, len(jobs), jobs[done - 1].pair.image)
    return report


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


def _in_order(pool: ThreadPoolExecutor, jobs: Sequence[_Job]) -> Iterator[_Ready | Remark]:
    """Results in the order of the jobs, with only a few decoded at a time."""
    waiting: list[Future[_Ready | Remark]] = []
    rest = iter(jobs)
    waiting.extend(pool.submit(_prepare, job) for job in islice(rest, 2 * WORKERS))
    while waiting:
        yield waiting.pop(0).result()
        waiting.extend(pool.submit(_prepare, job) for job in islice(rest, 1))


def _prepare(job: _Job) -> _Ready | Remark:
    pair = job.pair
    try:
        data = _read(job.image)
        photo = images.decode(data)
    except (BadInput, OSError) as error:
        return Remark(pair.image, str(error))
    small = images.shrink(photo.pixels, side=THUMBNAIL_SIDE)
    hinted = job.answer.split if job.answer else None
    return _Ready(
        path=pair.image.replace("\\", "/"),
        sha256=hashlib.sha256(data).hexdigest(),
        photo=photo,
        thumbnail=images.thumbnail(small, side=THUMBNAIL_SIDE),
        fingerprint=splits.fingerprint(small),
        marked=_marked(job, photo),
        remarks=(Remark(pair.image, photo.note),) if photo.note else (),
        split=hinted or pair.split or Split.UNASSIGNED,
    )


def _marked(job: _Job, photo: images.DecodedImage) -> Marked:
    if job.pair.mask and job.mask:
        return marking.from_file(job.pair.mask, job.mask, _read, job.source, width=photo.width, height=photo.height)
    if job.answer:
        return marking.from_answer(job.pair.image, job.answer, job.source, width=photo.width, height=photo.height)
    return Marked()


def _remember(storage: Storage, report: ImportReport, ready: _Ready | Remark) -> ImportReport:
    if isinstance(ready, Remark):
        return replace(report, rejected=(*report.rejected, ready))
    known = storage.items.find(ready.sha256)
    mask = ready.marked.label
    new = new_item(
        storage,
        ready.photo,
        path=ready.path,
        sha256=ready.sha256,
        thumbnail=ready.thumbnail,
        fingerprint=ready.fingerprint,
        split=ready.split,
    )
    item, created = storage.items.add(new, mask)
    attached = mask is not None and (created if known is None else known.head == 0 and item.head > 0)
    proposed = _propose(storage, item, ready.marked)
    notes = (*ready.remarks, *(Remark(*remark) for remark in ready.marked.remarks))
    if mask is not None and not attached:
        notes = (*notes, Remark(ready.path, "Has a mask already, which was kept; the new one was left aside."))
    return replace(
        report,
        added=report.added + created,
        duplicates=report.duplicates + (not created),
        masks_attached=report.masks_attached + attached,
        proposals=report.proposals + proposed,
        rejected=(*report.rejected, *(Remark(*reason) for reason in ready.marked.rejected)),
        notes=(*report.notes, *notes),
        item_ids=(*report.item_ids, item.id),
    )


def _propose(storage: Storage, item: ImageItem, marked: Marked) -> bool:
    """Keep what came as a proposal, once, and only where nobody has answered; whether it was kept."""
    new = marked.proposal
    if new is None or item.head:
        return False
    known = [r for r in storage.revisions.of(item.id) if r.source is RevisionSource.MODEL]
    if any((old.seeded_from, old.plate_pixels) == (new.seeded_from, new.plate_pixels) for old in known):
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
        capture_group=splits.capture_group(path, photo.captured_at, fingerprint),
        image_blob=storage.blobs.put(photo.served, "jpg" if photo.media_type == "image/jpeg" else "png"),
        thumbnail_blob=storage.blobs.put(thumbnail, "jpg"),
        media_type=photo.media_type,
        split=split,
        fingerprint=fingerprint,
        mode=photo.mode,
    )


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
