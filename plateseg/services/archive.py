"""The members of a ZIP, one at a time, with the unsafe and the broken ones named and left out."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plateseg.errors import BadArchive
from plateseg.services.videos import is_video

_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_CHUNK = 2**20
_ARCHIVE_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_ANNOTATIONS = (".json", ".jsonl", ".xml", ".csv")
_DRIVE = re.compile(r"^[A-Za-z]:")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What is still unpacked. Sizes are unpacked bytes; the ratio is unpacked to packed size."""

    max_members: int = 100_000
    max_member_bytes: int = 64 * 2**20
    max_annotation_bytes: int = 256 * 2**20
    """Of text files: one COCO file may describe a hundred thousand photographs."""
    max_total_bytes: int = 16 * 2**30
    max_ratio: int = 300
    ratio_from_bytes: int = 2**20
    """Below this size a member is harmless whatever its ratio."""

    def most(self, name: str) -> int:
        """The largest size of a member of this name."""
        return self.max_annotation_bytes if name.lower().endswith(_ANNOTATIONS) else self.max_member_bytes


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """One file of the archive. name: relative, `/` between folders."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class RejectedMember:
    """One file that was left out, and why in a sentence."""

    name: str
    reason: str


class _Refused(Exception):
    """Why one member is left out."""


DEFAULT_LIMITS = ArchiveLimits()


def unpack(
    source: bytes | str | Path, limits: ArchiveLimits = DEFAULT_LIMITS
) -> Iterator[ArchiveMember | RejectedMember]:
    """Yield the files of a ZIP in its order; one bad member never stops the rest. Folders are passed over.

    Nothing is written, and only one member is held in memory. Raises BadArchive when the whole cannot be read.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except (*_BROKEN, NotImplementedError) as error:
        raise BadArchive("This is no ZIP, or it is cut off before its end: pack or download it again.") from error
    with archive:
        # `is_dir` fails on a name without a letter.
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        if len(entries) > limits.max_members:
            count, most = len(entries), limits.max_members
            raise BadArchive(f"The ZIP holds {count:,} files; at most {most:,} are taken. Split it.")
        yield from _members(archive, entries, limits)


def _members(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: ArchiveLimits
) -> Iterator[ArchiveMember | RejectedMember]:
    left, seen = limits.max_total_bytes, set[str]()
    for entry in entries:
        name = _readable_name(entry)
        try:
            _check_entry(entry, name, limits)
            if name in seen:
                raise _Refused("The ZIP holds this name twice; the first one was taken.")
            data = _read(archive, entry, name, limits, left)
        except _Refused as refusal:
            yield RejectedMember(name, str(refusal))
            continue
        seen.add(name)
        left -= len(data)
        yield ArchiveMember(name, data)


def _readable_name(entry: zipfile.ZipInfo) -> str:
    """The name with `/` between folders, and in its own script where the packer forgot to say it is UTF-8."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.filename
    return name.replace("\\", "/")


def _check_entry(entry: zipfile.ZipInfo, name: str, limits: ArchiveLimits) -> None:
    if not name:
        raise _Refused("It has no name within the ZIP: pack it again.")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        raise _Refused("Its name leads out of the folder (.. or an absolute path): pack it with a plain name.")
    if _UNPRINTABLE.search(name) or len(name) > 1000:
        raise _Refused("Its name holds control characters or is over 1,000 characters long: rename it.")
    if entry.flag_bits & _ENCRYPTED:
        raise _Refused("It is encrypted: unpack the ZIP with its password and drop the files.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _Refused("It is a link to another file: pack the file itself.")
    if entry.file_size > limits.most(name):
        raise _Refused(_too_large(name, limits))
    if entry.file_size > limits.ratio_from_bytes and entry.file_size > limits.max_ratio * max(1, entry.compress_size):
        raise _Refused(_bomb(limits))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, limits: ArchiveLimits, left: int) -> bytes:
    """The member's bytes, counted while they come: what an entry declares of its size may be a lie."""
    data = bytearray()
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                data += chunk
                _check_read(len(data), entry, name, limits, left)
    except NotImplementedError as error:
        raise _Refused("It is packed by a method that is not read: pack it as plain ZIP (deflate).") from error
    except _BROKEN as error:
        raise _Refused("It is damaged within the ZIP: pack or download it again.") from error
    if data.startswith(_ARCHIVE_STARTS):
        raise _Refused("It is an archive within the ZIP: unpack it and drop its files.")
    return bytes(data)


def _check_read(size: int, entry: zipfile.ZipInfo, name: str, limits: ArchiveLimits, left: int) -> None:
    if size > limits.most(name):
        raise _Refused(_too_large(name, limits))
    if size > left:
        most = limits.max_total_bytes / 2**30
        raise _Refused(f"The ZIP unpacks to more than {most:g} GB in all: split it.")
    if size > limits.ratio_from_bytes and size > limits.max_ratio * max(1, entry.compress_size):
        raise _Refused(_bomb(limits))


def _too_large(name: str, limits: ArchiveLimits) -> str:
    way_out = "save it smaller"
    if is_video(name):
        way_out = "import the video itself, not within a ZIP"
    elif name.lower().endswith(_ANNOTATIONS):
        way_out = "split it"
    return f"It unpacks to more than {limits.most(name) / 2**20:g} MB: {way_out}."


def _bomb(limits: ArchiveLimits) -> str:
    return f"It unpacks to more than {limits.max_ratio} times its size, as ZIP bombs do: save it as PNG or JPEG."
