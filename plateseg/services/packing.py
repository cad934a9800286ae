"""Files of an export into a folder or a ZIP: under another name until all of it is there, or streamed."""

from __future__ import annotations

import shutil
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from plateseg.domain.annotations.records import OutFile
from plateseg.errors import BadInput
from storage.blobs import translated_access

_PACKED_ALREADY = (".jpg", ".png")
_DATE = (2026, 1, 1, 0, 0, 0)
"""Of every member: the same dataset is the same ZIP, whenever it is written."""


def refuse_taken(target: Path) -> None:
    """Raises BadInput when something else lies where the export should go."""
    if target.suffix.lower() == ".zip":
        if target.exists():
            raise BadInput(f"{target} exists already. Name another file, or remove it first.")
        return
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput(f"{target} exists already and holds other things. Name another folder.")


def write(files: Iterable[OutFile], target: Path) -> None:
    """Write to a folder, or to a ZIP when the name ends so. Under a temporary name until it is whole.

    Raises BadInput when something lies there already, StorageUnavailable when the disk is full; nothing is left then.
    """
    refuse_taken(target)
    # A folder that is there stays the same one: it may be a mounted disk, or where the shell stands.
    beside = target / "export" if target.is_dir() else target
    partial = beside.with_name(f".{beside.name}.{uuid.uuid4().hex}.partial")
    try:
        with translated_access():
            partial.parent.mkdir(parents=True, exist_ok=True)
            if target.suffix.lower() == ".zip":
                _write_zip(files, partial)
            else:
                _write_folder(files, partial)
            if target.is_dir():
                for done in list(partial.iterdir()):
                    done.replace(target / done.name)
            else:
                partial.replace(target)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        partial.unlink(missing_ok=True)


def streamed_zip(files: Iterable[OutFile]) -> Iterator[bytes]:
    """The bytes of a ZIP while it is made; no more of it than a few pieces is ever in memory."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", allowZip64=True) as archive:  # type: ignore[call-overload]
        for name, pieces in files:
            with archive.open(_member(name), "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
                    yield from pipe.taken()
            yield from pipe.taken()
    yield from pipe.taken()


class _Pipe:
    """A file that can only be written to, and gives away what was."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> Iterator[bytes]:
        if self._pieces:
            yield b"".join(self._pieces)
            self._pieces.clear()


def _write_zip(files: Iterable[OutFile], path: Path) -> None:
    with path.open("wb") as file:
        for piece in streamed_zip(files):
            file.write(piece)


def _write_folder(files: Iterable[OutFile], folder: Path) -> None:
    folder.mkdir()
    for name, pieces in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(pieces)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _DATE)
    packed = name.lower().endswith(_PACKED_ALREADY)
    member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member
