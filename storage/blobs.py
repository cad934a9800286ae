"""Content-addressed bytes through fsspec: a folder now, `s3://` and `memory://` by the same code."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import fsspec

from plateseg.errors import NotFound, StorageUnavailable

_CHUNK = 1 << 20
_NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")


class Blobs:
    """Bytes named by their SHA-256 plus a file ending: written once, never changed.

    A name is `<64 hex digits>.<ending>` and lies under `<first two digits>/`.
    """

    def __init__(self, url: str) -> None:
        self._fs, root = fsspec.core.url_to_fs(url)
        self._root = str(root).rstrip("/")
        self._local = self._fs.protocol in ("file", ("file", "local")) or "file" in self._fs.protocol
        self._fs.makedirs(self._root, exist_ok=True)

    def put(self, data: bytes, ending: str) -> str:
        """Store bytes; returns their name. The same bytes are stored once. Raises StorageUnavailable."""
        name = f"{hashlib.sha256(data).hexdigest()}.{ending}"
        if not self._fs.exists(self._path(name)):
            with _translated_write():
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
            with _translated_write(), path.open("rb") as source:
                self._write(name, source)
        return name

    def get(self, name: str) -> bytes:
        """The bytes of a blob. Raises NotFound."""
        try:
            data = self._fs.cat_file(self._path(name))
        except FileNotFoundError as error:
            raise NotFound(f"The file {name[:12]}… is missing from the store; restore it from a backup.") from error
        return bytes(data)

    def local_path(self, name: str, scratch: Path) -> Path:
        """A path on this machine that holds the blob: its own where it is local, else a copy in `scratch`."""
        if self._local:
            path = Path(self._path(name))
            if not path.exists():
                raise NotFound(f"The file {name[:12]}… is missing from the store; restore it from a backup.")
            return path
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

    def delete(self, name: str) -> None:
        """Remove a blob; one that is not there is no error."""
        try:
            self._fs.rm_file(self._path(name))
        except FileNotFoundError:
            return

    def verify(self, name: str) -> bool:
        """Whether the stored bytes still have the hash they are named by."""
        return self.exists(name) and hashlib.sha256(self.get(name)).hexdigest() == name.split(".")[0]

    def _path(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise NotFound(f"{name!r} is not the name of a stored file.")
        return f"{self._root}/{name[:2]}/{name}"

    def _write(self, name: str, data: bytes | BinaryIO) -> None:
        path = self._path(name)
        if not self._local:
            self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            with self._fs.open(path, "wb") as target:
                _copy(data, target)
            return
        # Write aside, flush to the disk, then rename: a reader sees the whole file or none.
        final = Path(path)
        final.parent.mkdir(parents=True, exist_ok=True)
        partial = final.with_name(f".{uuid.uuid4().hex}.partial")
        try:
            with partial.open("wb") as target:
                _copy(data, target)
                target.flush()
                os.fsync(target.fileno())
            partial.replace(final)
        finally:
            partial.unlink(missing_ok=True)


def _copy(data: bytes | BinaryIO, target: Any) -> None:
    if isinstance(data, bytes):
        target.write(data)
        return
    shutil.copyfileobj(data, target, _CHUNK)


@contextmanager
def _translated_write() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StorageUnavailable("The disk is full: nothing was saved. Free some space and save again.") from error
        raise StorageUnavailable(f"The file could not be stored ({error}). Check the data folder.") from error
