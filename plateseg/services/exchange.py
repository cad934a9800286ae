"""What people bring from other tools: ZIPs unpacked, annotations read, photographs imported with their answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from plateseg.domain.annotations import readers
from plateseg.domain.annotations.emptiness import WithoutShape
from plateseg.domain.annotations.records import Answer, Files
from plateseg.domain.frames import FrameChoice
from plateseg.domain.naming import fold
from plateseg.errors import BadArchive, BadInput
from plateseg.services import archive, dataset, videos
from plateseg.services.dataset import Progress, SourceFile
from plateseg.services.import_report import ImportReport, Remark
from storage import Storage
from storage.blobs import translated_access

MAX_ANNOTATION_BYTES = 256 * 2**20
"""Largest annotation file that is read: a COCO file of a hundred thousand photographs."""


@dataclass(frozen=True, slots=True)
class ImportChoice:
    """How to read what was handed in. only: a format of `readers.NAMES`.

    labels: names that mean a plate, or class numbers in mask files. without_shape: what a photograph is that an
    annotation file names and draws nothing on. frames: which of a video's. Raises BadInput for an unknown format.
    """

    only: str = readers.AUTO
    labels: tuple[str, ...] = ()
    without_shape: WithoutShape = WithoutShape.AUTO
    frames: FrameChoice = field(default_factory=FrameChoice)

    def __post_init__(self) -> None:
        readers.check_name(self.only)

    @property
    def plate_numbers(self) -> frozenset[int]:
        """The labels that are numbers: what means a plate in mask files of class numbers."""
        return frozenset(int(label) for label in self.labels if label.isascii() and label.isdecimal())


@dataclass(frozen=True, slots=True)
class Annotated:
    """The files without the annotation files, and what those say."""

    files: tuple[SourceFile, ...]
    answers: dict[str, Answer]
    rejected: tuple[Remark, ...]
    notes: tuple[Remark, ...]


def bring(
    storage: Storage,
    sources: Sequence[SourceFile],
    scratch: Path,
    *,
    choice: ImportChoice = ImportChoice(),
    progress: Progress = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Import files of any kind that is known. scratch: a folder for what is unpacked; the caller empties it.

    One bad file never stops the rest: it stands in the report with its reason. Raises BadInput for a format that is
    not known or not there, StorageUnavailable when the store fails; what was imported until then stays.
    """
    rejected: list[Remark] = []
    notes: list[Remark] = []
    opened = unpacked(sources, scratch, rejected)
    files = list(_filmed(opened, scratch, choice, rejected, notes, progress=progress, cancelled=cancelled))
    found = annotated(files, choice)
    report = dataset.import_files(
        storage,
        found.files,
        answers=found.answers,
        plates=choice.plate_numbers,
        progress=progress,
        cancelled=cancelled,
    )
    return replace(
        report,
        rejected=(*rejected, *found.rejected, *report.rejected),
        notes=(*notes, *found.notes, *report.notes),
    )


def annotated(files: Sequence[SourceFile], choice: ImportChoice = ImportChoice()) -> Annotated:
    """Read the annotation files among `files`. Raises BadInput for a format that is not known or not there."""
    paths = {file.name.replace("\\", "/"): file.path for file in files}
    reading, answers = readers.read(
        Files(tuple(paths), lambda name: _read(paths[name])),
        only=choice.only,
        labels=choice.labels,
        without_shape=choice.without_shape,
    )
    kept = tuple(file for file in files if file.name.replace("\\", "/") not in reading.used)
    return Annotated(
        files=kept,
        answers={file.name: answers[name] for file in kept if (name := file.name.replace("\\", "/")) in answers},
        rejected=tuple(Remark(trouble.name, trouble.text) for trouble in reading.troubles),
        notes=tuple(Remark(note.name, note.text) for note in reading.notes),
    )


def unpacked(files: Sequence[SourceFile], folder: Path, rejected: list[Remark]) -> Iterator[SourceFile]:
    """The files with every ZIP replaced by its members; what is refused is added to `rejected`."""
    taken = {_folded(str(folder)) for file in files for folder in PurePosixPath(file.name.replace("\\", "/")).parents}
    for file in files:
        if not file.name.lower().endswith(".zip"):
            yield file
            continue
        inside = file.name[:-4]
        if _folded(inside) in taken:
            # Beside a folder of its name, or another ZIP: their files must not pass for each other.
            inside = f"{file.name}/{PurePosixPath(inside).name}"
        taken.add(_folded(inside))
        try:
            for member in archive.unpack(file.path):
                if isinstance(member, archive.RejectedMember):
                    rejected.append(Remark(f"{file.name}: {member.name}", member.reason))
                    continue
                path = folder / uuid.uuid4().hex
                with translated_access():
                    path.write_bytes(member.data)
                yield SourceFile(f"{inside}/{member.name}", path)
        except BadArchive as error:
            rejected.append(Remark(file.name, str(error)))


def _filmed(
    files: Iterable[SourceFile],
    folder: Path,
    choice: ImportChoice,
    rejected: list[Remark],
    notes: list[Remark],
    *,
    progress: Progress,
    cancelled: Callable[[], bool],
) -> Iterator[SourceFile]:
    """The files with every video replaced by its chosen frames. How many there will be nobody knows: total is 0."""
    taken: set[str] = set()
    for file in files:
        if not videos.is_video(file.name):
            yield file
            continue
        # `drive.mov` beside `drive.mp4` keeps its ending, or their frames would have the same names.
        called = file.name.rpartition(".")[0]
        called = file.name if _folded(called) in taken else called
        taken.add(_folded(called))
        try:
            frames = videos.extract(file, folder, choice.frames, notes, called=called, cancelled=cancelled)
            for count, frame in enumerate(frames, start=1):
                progress(count, 0, file.name)
                yield frame
        except BadInput as error:
            rejected.append(Remark(file.name, str(error)))


def _folded(path: str) -> str:
    return fold(path.replace("\\", "/"))


def _read(path: Path) -> bytes:
    """Raises BadInput when it cannot be had, or is larger than any annotation file."""
    try:
        size = path.stat().st_size
        if size > MAX_ANNOTATION_BYTES:
            most = MAX_ANNOTATION_BYTES // 2**20
            raise BadInput(f"It has {size / 2**20:.0f} MB; annotation files up to {most} MB are read. Split it.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"It cannot be read ({error.strerror}).") from error
