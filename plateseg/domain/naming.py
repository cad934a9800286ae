"""Which file of an upload is a photograph, and which is the mask of which: decided by names alone.

photo.jpg  with  masks/photo.png, masks/photo.jpg.png, photo_mask.png, photo.jpg.png   the seed's ways
photo.jpg  with  photo.png beside it                                     perhaps: the contents decide
{train,val,test}/images/photo.jpg                                          hints at the split
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from plateseg.domain.types import Split

_SPLITS = {
    "train": Split.TRAIN, "training": Split.TRAIN, "val": Split.VAL, "valid": Split.VAL, "validation": Split.VAL,
    "test": Split.TEST, "testing": Split.TEST,
}  # fmt: skip
_IMAGE_FOLDERS = frozenset({"images", "image", "imgs", "img", "photos", "jpegimages"})
_MASK_FOLDERS = frozenset({"masks", "mask"})
_PERHAPS_MASK_FOLDERS = frozenset({"labels", "annotations", "ground_truth", "gt", "segmentationclass"})
_EXACT = frozenset({"png", "bmp", "tif", "tiff"})
_PHOTO = frozenset({"jpg", "jpeg", "jpe", "webp", "avif", "heic", "heif", "jp2"})
# SVG and GIF are looked at, too: their contents are refused with a reason of their own.
_LOOKED_AT = _EXACT | _PHOTO | {"gif", "svg", "jfif"}
_ARCHIVES = frozenset({"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz"})
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})
_MASK_SUFFIX = re.compile(r"[ ._-]masks?$")
_DIGITS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """A photograph and its mask, as paths of the upload.

    mask_is_guess: the mask lies beside the photograph under the same name and may be a photograph itself.
    """

    image: str
    mask: str | None = None
    split: Split | None = None
    mask_is_guess: bool = False


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What to do with each path of an upload; every path stands in it exactly once. Reasons are sentences."""

    pairs: tuple[PlannedPair, ...]
    orphan_masks: tuple[tuple[str, str], ...]
    ignored: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A path taken apart. base: its folders without `images` or `masks`; names are compared folded."""

    path: str
    base: tuple[str, ...]
    stem: str
    extension: str
    split: Split | None
    in_mask_folder: bool

    @property
    def name(self) -> str:
        return f"{self.stem}.{self.extension}" if self.extension else self.stem


def plan(paths: Sequence[str]) -> ImportPlan:
    """Pair masks with photographs. paths: relative, `/` or `\\` between folders. Order of the answer: natural."""
    ignored: list[tuple[str, str]] = []
    files: list[_File] = []
    for path, times in Counter(paths).items():
        reason = _why_ignored(path)
        if reason:
            ignored.append((path, reason))
        else:
            files.append(_take_apart(path))
        ignored += [(path, "The same path came twice.")] * (times - 1)
    files.sort(key=lambda file: natural(file.path))
    certain = [file for file in files if _is_certainly_mask(file)]
    photos = [file for file in files if not _is_certainly_mask(file)]
    found, orphans = _match(certain, photos)
    guesses = _beside(photos, taken=frozenset(found))
    guessed = frozenset(guesses.values())
    pairs = [_pair(photo, found, guesses) for photo in photos if photo.path not in guessed]
    return ImportPlan(tuple(pairs), tuple(orphans), tuple(sorted(ignored, key=lambda entry: natural(entry[0]))))


def split_of(path: str, *, of_file: bool = False) -> Split | None:
    """The split that a path hints at: by its folders, and by words of the file's own name (`instances_val.json`)."""
    *folders, name = fold(path.replace("\\", "/")).split("/")
    # The nearest word counts: a ZIP called `test.zip` is a folder around everything, too.
    words = re.split(r"[^a-z]+", name.rpartition(".")[0]) if of_file else []
    return next((_SPLITS[word] for word in (*words, *reversed(folders)) if word in _SPLITS), None)


def may_be_photograph(path: str) -> bool:
    """Whether a file is looked at as a photograph or a mask, by its name."""
    return not _why_ignored(path)


def reads_as_mask(name: str) -> bool:
    """Whether a file of this name is taken for a mask, wherever it lies: `photo.jpg.png`, `photo_mask.png`."""
    return _is_certainly_mask(_take_apart(name))


def natural(path: str) -> tuple[tuple[tuple[str, int], ...], str]:
    """A sort key under which `img2` comes before `img10`; case counts last."""
    parts = _DIGITS.split(fold(path))
    return tuple(("", int(part)) if index % 2 else (part, -1) for index, part in enumerate(parts)), path


def fold(name: str) -> str:
    """A name as systems compare it that mind neither case nor how an accent is written."""
    return unicodedata.normalize("NFC", name).casefold()


def _why_ignored(path: str) -> str:
    parts = fold(path.replace("\\", "/")).split("/")
    if "__macosx" in parts or parts[-1] in _SYSTEM_FILES or any(part.startswith(".") for part in parts if part != "."):
        return "A file of the operating system or a hidden one."
    extension = parts[-1].rpartition(".")[2] if "." in parts[-1] else ""
    if parts[-1] in ("", "."):
        return "A folder, or a file without a name."
    if extension in _ARCHIVES:
        return "An archive within the upload: unpack it and drop its files."
    # Of a name without an extension only the contents can tell.
    if extension and extension not in _LOOKED_AT and not extension.isdigit() and len(extension) <= 5:
        return f".{extension} files are neither photographs nor masks."
    return ""


def _take_apart(path: str) -> _File:
    *folders, name = [part for part in fold(path.replace("\\", "/")).split("/") if part not in ("", ".")]
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem:
        stem, extension = name, ""
    base, is_mask = [], False
    for folder in folders:
        trimmed = _MASK_SUFFIX.sub("", folder)
        if folder in _MASK_FOLDERS or (folder in _PERHAPS_MASK_FOLDERS and extension in _EXACT):
            is_mask = True
        elif trimmed != folder and trimmed:
            is_mask = True
            base.append(trimmed)
        elif folder not in _IMAGE_FOLDERS:
            base.append(folder)
    split = next((_SPLITS[folder] for folder in reversed(folders) if folder in _SPLITS), None)
    return _File(path, tuple(base), stem, extension, split, is_mask)


def _is_certainly_mask(file: _File) -> bool:
    if file.in_mask_folder:
        return True
    inner = file.stem.rpartition(".")[2] if "." in file.stem else ""
    return file.extension in _EXACT and (inner in _LOOKED_AT or _MASK_SUFFIX.search(file.stem) is not None)


def _match(masks: Sequence[_File], photos: Sequence[_File]) -> tuple[dict[str, _File], list[tuple[str, str]]]:
    """Masks by the path of their photograph, and the masks that found none, with the reason."""
    by_name: dict[tuple[object, str], list[_File]] = defaultdict(list)
    for photo in photos:
        # Within the same folder first; anywhere in the upload when only one photograph has the name.
        for place in (photo.base, None):
            for key in {photo.name, photo.stem}:
                by_name[place, key].append(photo)
    found: dict[str, _File] = {}
    orphans: list[tuple[str, str]] = []
    named = {mask.path: _named_by(mask, by_name) for mask in masks}
    # A mask beside its photograph goes before one of another folder, whose own photograph is missing perhaps; then
    # `photo.jpg.png`, which names its photograph in full, before `photo.png`.
    for mask in sorted(masks, key=lambda mask: (named[mask.path][0] is None, "." not in mask.stem)):
        candidates = named[mask.path][1]
        reason = _why_unmatched(mask, candidates, found)
        if reason:
            orphans.append((mask.path, reason))
        else:
            found[candidates[0].path] = mask
    return found, sorted(orphans, key=lambda entry: natural(entry[0]))


def _named_by(mask: _File, by_name: dict[tuple[object, str], list[_File]]) -> tuple[object, list[_File]]:
    """The photographs a mask may be of, and the folder they were found in; None for anywhere."""
    for place, name in _wanted(mask):
        if hits := by_name.get((place, name)):
            return place, _same_case(mask, hits)
    return None, []


def _same_case(mask: _File, candidates: list[_File]) -> list[_File]:
    """Of photographs whose names differ in case only, the one written as the mask is."""
    written = _written_stem(mask.path)
    same = [photo for photo in candidates if _written_stem(photo.path) == written]
    return same if len(same) == 1 else candidates


def _written_stem(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].split(".")[0]


def _wanted(mask: _File) -> list[tuple[object, str]]:
    names = [mask.stem]
    trimmed = _MASK_SUFFIX.sub("", mask.stem)
    names += [name for name in (trimmed, mask.stem.removeprefix("mask_")) if name and name not in names]
    inner = [name.rpartition(".")[0] for name in names if name.rpartition(".")[2] in _LOOKED_AT]
    names += [name for name in inner if name]
    return [(place, name) for place in (mask.base, None) for name in names]


def _why_unmatched(mask: _File, candidates: Sequence[_File], found: dict[str, _File]) -> str:
    if not candidates:
        return "No photograph of this name is in the upload: drop photograph and mask together."
    if len(candidates) > 1:
        names = ", ".join(photo.path for photo in candidates[:3])
        return f"Several photographs have this name ({names}): name the mask {mask.stem}.jpg.png, say."
    if candidates[0].path in found:
        return f"{candidates[0].path} has a mask already: {found[candidates[0].path].path}."
    return ""


def _beside(photos: Sequence[_File], *, taken: frozenset[str]) -> dict[str, str]:
    """Files that lie beside a photograph under its name and may be its mask: photograph's path to theirs."""
    places: dict[tuple[tuple[str, ...], str], list[_File]] = defaultdict(list)
    for photo in photos:
        places[photo.base, photo.stem].append(photo)
    guesses = {}
    for files in places.values():
        lossy = [file for file in files if file.extension in _PHOTO and file.path not in taken]
        exact = [file for file in files if file.extension in _EXACT and file.path not in taken]
        if len(files) == 2 and len(lossy) == len(exact) == 1:
            guesses[lossy[0].path] = exact[0].path
    return guesses


def _pair(photo: _File, found: dict[str, _File], guesses: dict[str, str]) -> PlannedPair:
    mask = found.get(photo.path)
    if mask is not None:
        return PlannedPair(photo.path, mask.path, photo.split)
    guess = guesses.get(photo.path)
    return PlannedPair(photo.path, guess, photo.split, mask_is_guess=guess is not None)
