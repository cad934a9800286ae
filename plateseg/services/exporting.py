"""The dataset on its way out: which photographs go and which stay, and the files of those that go."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from plateseg.domain import masks, naming
from plateseg.domain.annotations.records import Entry, Format, OutFile
from plateseg.domain.annotations.writers import format_named
from plateseg.domain.types import ImageItem, ItemStatus, Mask, Snapshot, SnapshotEntry, Split
from plateseg.errors import BadInput, PlatesegError
from plateseg.services import versions
from storage import Storage

DEFAULT_STATUSES = (ItemStatus.LABELLED, ItemStatus.NO_PLATE)
STATUSES = (*DEFAULT_STATUSES, ItemStatus.PROPOSED, ItemStatus.UNLABELLED)
SKIPPED_FILE = "skipped.txt"
_ANSWERED = frozenset(DEFAULT_STATUSES)
# The last two are no characters in XML, and one of them would make a whole export of CVAT or VOC unreadable.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff\ufffe\uffff]')
# Windows' own, and the text file that lists YOLO's classes.
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9]|classes)$", re.IGNORECASE)
_MOST_STEM = 120
_MOST_STEM_BYTES = 200
"""Of a name's 255, in UTF-8: what tells it from another of the same name and its ending need room as well."""
_WHY = {
    ItemStatus.UNLABELLED: "nobody has drawn a mask yet",
    ItemStatus.PROPOSED: "only a model has drawn a mask, and nobody has accepted it",
    ItemStatus.EXCLUDED: "excluded from the dataset",
    ItemStatus.LABELLED: "labelled photographs were not asked for",
    ItemStatus.NO_PLATE: "photographs without a plate were not asked for",
}


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What to export. splits: empty for all. Raises BadInput for a status that cannot be exported."""

    format: str
    splits: tuple[Split, ...] = ()
    statuses: tuple[ItemStatus, ...] = DEFAULT_STATUSES

    def __post_init__(self) -> None:
        if unknown := [status.value for status in self.statuses if status not in STATUSES]:
            raise BadInput(f"Photographs that are {unknown[0]} are not exported. Include them again first.")

    def why_not(self, item: ImageItem) -> str:
        """Why a photograph stays behind; empty when it goes."""
        if item.status not in self.statuses:
            return _WHY[item.status]
        if self.splits and item.split not in self.splits:
            return f"in the split {item.split.value}, which was not asked for"
        return ""


@dataclass(frozen=True, slots=True)
class Skip:
    """Photographs that stay behind for one reason, by name."""

    reason: str
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an export would hold. by_part, by_status: photographs; renamed: old and new names; notes: on the format."""

    format: str
    title: str
    photographs: int
    by_part: dict[str, int]
    by_status: dict[str, int]
    skipped: tuple[Skip, ...]
    renamed: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One photograph that goes, as it was when the export began: as little as a hundred thousand of them need."""

    id: int
    stem: str
    blob: str
    width: int
    height: int
    split: Split
    answered: bool
    head: int
    frozen_mask: str = ""


SHOWN = 5
"""Names a reason in a preview that is short."""


class Export:
    """One export: chosen once, previewed or written. `left_out` fills while it is written."""

    def __init__(self, storage: Storage, choice: ExportChoice, snapshot: Snapshot | None = None) -> None:
        """snapshot: its photographs, masks and splits go, whatever has become of them since.

        Raises BadInput for an unknown format, WrongState for a snapshot that holds no masks.
        """
        if snapshot is not None:
            versions.refuse_names_only(snapshot)
        self._storage = storage
        self._frozen = None if snapshot is None else {entry.image_sha256: entry for entry in snapshot.entries}
        self._format: Format = format_named(choice.format)
        self._choice = choice
        self._chosen: list[_Chosen] = []
        self._renamed: list[tuple[str, str]] = []
        self._behind: dict[str, list[str]] = {}
        self._statuses: Counter[str] = Counter()
        self.left_out: list[tuple[str, str]] = []
        self._choose()

    @property
    def size(self) -> int:
        """How many photographs go."""
        return len(self._chosen)

    def preview(self) -> Preview:
        """What it will hold and what stays behind, and why."""
        parts = Counter("all" if one.split is Split.UNASSIGNED else one.split.value for one in self._chosen)
        skipped = (Skip(why, tuple(names)) for why, names in self._behind.items())
        return Preview(
            format=self._format.name,
            title=self._format.title,
            photographs=len(self._chosen),
            by_part={part: parts[part] for part in ("train", "val", "test", "all") if parts[part]},
            by_status=dict(self._statuses),
            skipped=tuple(sorted(skipped, key=lambda skip: -skip.count)),
            renamed=tuple(self._renamed),
            notes=(self._format.lossy,) if self._format.lossy else (),
        )

    def files(self, progress: Callable[[int, int], None] = lambda done, total: None) -> Iterator[OutFile]:
        """Every file of the export; one photograph is in memory at a time.

        A photograph that cannot be read is left out and named in `left_out` and in `skipped.txt`; the rest goes on.
        """
        gone: set[int] = set()
        for done, one in enumerate(self._chosen, start=1):
            entry = self._entry(one)
            try:
                files = self._files_of(entry)
            except PlatesegError as error:
                gone.add(one.id)
                self.left_out.append((entry.file, str(error)))
                continue
            yield from files
            progress(done, len(self._chosen))
        yield from self._format.ending(_Walk(self, [one for one in self._chosen if one.id not in gone]))
        if self.left_out:
            yield SKIPPED_FILE, ["".join(f"{name}: {reason}\n" for name, reason in self.left_out).encode()]

    def _files_of(self, entry: Entry) -> list[OutFile]:
        """A photograph with the files beside it, read in full before any of it is written."""
        image = entry.image()
        beside = list(self._format.each(entry, entry.mask())) if entry.answered else []
        return [(self._format.place(entry), [image]), *((name, [b"".join(data)]) for name, data in beside)]

    def _entry(self, one: _Chosen) -> Entry:
        return Entry(
            stem=one.stem,
            ending=one.blob.rsplit(".", 1)[-1],
            width=one.width,
            height=one.height,
            split=one.split,
            answered=one.answered,
            image=lambda: self._storage.blobs.get(one.blob),
            mask=lambda: self._mask(one),
        )

    def _mask(self, one: _Chosen) -> Mask:
        if one.frozen_mask:
            frozen = masks.read_png(self._storage.blobs.get(one.frozen_mask))
            return masks.check(frozen, width=one.width, height=one.height)
        if not one.head:
            return np.zeros((one.height, one.width), np.uint8)
        revision = self._storage.revisions.get(one.id, one.head)
        mask = masks.read_png(self._storage.blobs.get(revision.blob))
        return masks.check(mask, width=one.width, height=one.height)

    def _choose(self) -> None:
        taken: set[str] = set()
        gone = set(self._frozen or ())
        for item in self._storage.items.walk():
            gone.discard(item.sha256)
            entry = self._frozen.get(item.sha256) if self._frozen else None
            split = entry.split if entry else item.split
            why = self._why_not(item, entry)
            if why:
                self._leave(item.name, why)
                continue
            stem = _stem(item, taken)
            taken.add(naming.fold(stem))
            self._statuses[item.status.value] += 1
            answered = entry is not None or item.status in _ANSWERED
            frozen = entry.mask_blob if entry else ""
            self._chosen.append(
                _Chosen(item.id, stem, item.image_blob, item.width, item.height, split, answered, item.head, frozen)
            )
            ending = item.image_blob.rsplit(".", 1)[-1]
            if item.name.rpartition(".")[0] != stem and item.name != stem:
                self._renamed.append((item.name, f"{stem}.{ending}"))
        for sha256 in sorted(gone):
            self._leave(sha256[:12], "deleted since the snapshot was taken")

    def _why_not(self, item: ImageItem, entry: SnapshotEntry | None) -> str:
        if self._frozen is None:
            return self._choice.why_not(item)
        if entry is None:
            return "not in the snapshot"
        if self._choice.splits and entry.split not in self._choice.splits:
            return f"in the split {entry.split.value}, which was not asked for"
        return ""

    def _leave(self, name: str, why: str) -> None:
        self._behind.setdefault(why, []).append(name)


@dataclass(frozen=True, slots=True)
class _Walk:
    """The photographs that were written, to be walked through as often as a format needs."""

    export: Export
    chosen: list[_Chosen]

    def __iter__(self) -> Iterator[Entry]:
        return map(self.export._entry, self.chosen)


def _stem(item: ImageItem, taken: set[str]) -> str:
    """A file name that every system takes and that no other photograph has, whatever the case of its letters."""
    name = item.name.rpartition(".")[0] or item.name
    stem = _cut(_UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .")) or "photograph"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    if naming.reads_as_mask(f"{stem}.{item.image_blob.rsplit('.', 1)[-1]}"):
        # `photo.jpg.webp` is stored as PNG, and would come in again as the mask of `photo.jpg`.
        stem = f"{stem.replace('.', '_')}_photo"
    free = stem
    while naming.fold(free) in taken:
        free = f"{free}-{item.id}"
    return free


def _cut(stem: str) -> str:
    """As much of it as fits into a file's name: systems count characters or bytes."""
    return stem[:_MOST_STEM].encode()[:_MOST_STEM_BYTES].decode(errors="ignore")


def text_of(preview: Preview, *, every: bool = False) -> Iterator[str]:
    """The preview in lines for a person: the first names of each reason and of what is renamed, or every one."""
    parts = ", ".join(f"{count} {part}" for part, count in preview.by_part.items())
    yield f"{preview.photographs} photographs as {preview.title}" + (f": {parts}" if parts else "")
    yield from (f"note      {note}" for note in preview.notes)
    for skip in preview.skipped:
        yield f"skipped   {skip.count}: {skip.reason}" + ("" if every else f" ({_few(skip.names)})")
        yield from (f"          {name}" for name in (skip.names if every else ()))
    shown = preview.renamed if every else preview.renamed[:SHOWN]
    yield from (f"renamed   {old} -> {new}" for old, new in shown)
    if len(shown) < len(preview.renamed):
        yield f"renamed   and {len(preview.renamed) - len(shown)} more"


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
