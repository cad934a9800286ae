"""Content-addressed bytes through fsspec: a folder now, `s3://` and `memory://` by the same code."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import fsspec

from plateseg.errors import NotFound, StorageUnavailable

_CHUNK = 1 << 20
_DAY = 86_400.0
_NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")
_FOLDER = re.compile(r"[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob as it lies there. size: in bytes. written_at: when, in UTC; None where the store does not tell."""

    name: str
    size: int
    written_at: datetime | None


class Blobs:
    """Bytes named by their SHA-256 plus a file ending: written once, never changed.

    A name is `<64 hex digits>.<ending>` and lies under `<first two digits>/`. In a folder, files on their way in
    lie under `incoming/`. Raises StorageUnavailable when the place cannot be had.
    """

    def __init__(self, url: str) -> None:
        self._fs, root = fsspec.core.url_to_fs(url)
        self._root = str(root).rstrip("/")
        self._local = self._fs.protocol in ("file", ("file", "local")) or "file" in self._fs.protocol
        with translated_access():
            self._fs.makedirs(self._root, exist_ok=True)
            if self._local:
                _drop_abandoned(self._incoming)

    def put(self, data: bytes, ending: str) -> str:
        """Store bytes; returns their name. The same bytes are stored once. Raises StorageUnavailable."""
        name = f"{hashlib.sha256(data).hexdigest()}.{ending}"
        if not self._fs.exists(self._path(name)):
            with translated_access():
                self._write(name, data)
        return name

    def put_file(self, path: Path, ending: str) -> str:
        """Store a file by streaming it; returns its name. The file at `path` stays."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        name = f"{digest.hexdigest()}.{ending}"
        if not self._fs.exists(self._path(name)):
            with translated_access():
                self._write(name, path)
        return name

    def get(self, name: str) -> bytes:
        """The bytes of a blob. Raises NotFound."""
        with translated_access():
            try:
                return bytes(self._fs.cat_file(self._path(name)))
            except FileNotFoundError as error:
                raise _missing(name) from error

    def local_path(self, name: str, scratch: Path) -> Path:
        """A path on this machine that holds the blob: its own where it is local, else a copy in `scratch`."""
        stored = self._path(name)
        if self._local:
            if not Path(stored).exists():
                raise _missing(name)
            return Path(stored)
        target = scratch / name
        if not target.exists():
            scratch.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(f".{uuid.uuid4().hex}")
            partial.write_bytes(self.get(name))
            partial.replace(target)
        return target

    def exists(self, name: str) -> bool:
        """Whether the blob is stored."""
        return bool(self._fs.exists(self._path(name)))

    def size(self, name: str) -> int:
        """Bytes a blob takes; 0 for one that is not there."""
        with translated_access(), suppress(FileNotFoundError):
            return int(self._fs.size(self._path(name)) or 0)
        return 0

    def delete(self, name: str) -> None:
        """Remove a blob; one that is not there is no error."""
        with translated_access(), suppress(FileNotFoundError):
            self._fs.rm_file(self._path(name))

    def stored(self) -> Iterator[StoredBlob]:
        """Every blob there is, folder by folder. Files of other names are none of ours and left out."""
        with translated_access():
            folders = self._fs.ls(self._root, detail=False)
        for folder in sorted(str(path) for path in folders):
            if not _FOLDER.fullmatch(folder.rstrip("/").rsplit("/", 1)[-1]):
                continue
            with translated_access():
                found = self._fs.ls(folder, detail=True)
            for info in found:
                name = str(info["name"]).rsplit("/", 1)[-1]
                if _NAME.fullmatch(name):
                    yield StoredBlob(name, int(info.get("size") or 0), _written_at(info))

    def verify(self, name: str) -> bool:
        """Whether the stored bytes still have the hash they are named by."""
        return self.exists(name) and hashlib.sha256(self.get(name)).hexdigest() == name.split(".")[0]

    def _path(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise NotFound(f"{name!r} is not the name of a stored file.")
        return f"{self._root}/{name[:2]}/{name}"

    @property
    def _incoming(self) -> Path:
        return Path(self._root) / "incoming"

    def _write(self, name: str, data: bytes | Path) -> None:
        path = self._path(name)
        if self._local:
            self._write_locally(Path(path), data)
            return
        # Object stores show a file once it is whole; an open file object would be closed, and so stored, half-way.
        self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        if isinstance(data, bytes):
            self._fs.pipe_file(path, data)
            return
        self._fs.put_file(str(data), path)

    def _write_locally(self, final: Path, data: bytes | Path) -> None:
        # Write aside, flush to the disk, then rename: a reader sees the whole file or none.
        final.parent.mkdir(parents=True, exist_ok=True)
        self._incoming.mkdir(exist_ok=True)
        partial = self._incoming / uuid.uuid4().hex
        try:
            with partial.open("wb") as target:
                _copy(data, target)
                target.flush()
                os.fsync(target.fileno())
            partial.replace(final)
        finally:
            partial.unlink(missing_ok=True)


def _written_at(info: Mapping[str, Any]) -> datetime | None:
    """When a file was written, in the words of a folder, of memory and of object stores."""
    for word in ("mtime", "LastModified", "last_modified", "created"):
        moment = info.get(word)
        if isinstance(moment, int | float):
            return datetime.fromtimestamp(moment, UTC)
        if isinstance(moment, datetime):
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _copy(data: bytes | Path, target: BinaryIO) -> None:
    if isinstance(data, bytes):
        target.write(data)
        return
    with data.open("rb") as source:
        shutil.copyfileobj(source, target, _CHUNK)


def _drop_abandoned(incoming: Path) -> None:
    """Remove what processes killed while writing left behind: nothing has been written to it for a day."""
    for partial in incoming.glob("*"):
        with suppress(FileNotFoundError):
            if time.time() - partial.stat().st_mtime > _DAY:
                partial.unlink()


def _missing(name: str) -> NotFound:
    return NotFound(f"The file {name[:12]}… is missing from the store; restore it from a backup.")


@contextmanager
def translated_access() -> Iterator[None]:
    """Turn what the operating system says of files and disks into StorageUnavailable, a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StorageUnavailable("The disk is full: nothing was saved. Free some space and save again.") from error
        raise StorageUnavailable(f"The store of files did not answer ({error}). Check the data folder.") from error
