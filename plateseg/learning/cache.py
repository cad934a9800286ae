"""Photographs and masks decoded once: scaled uint8 in one memory-mapped file.

The file is written front to back while decoding; its index is written last, so a half-written cache is never used.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain.types import Image, Mask
from plateseg.errors import BadMask, PlatesegError, StorageUnavailable
from plateseg.learning import letterbox

_LARGEST_TRUTH = 1600
_READERS = 2
_CHUNK = 16


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled photograph. Both functions may be called from two threads at once."""

    name: str
    read_image: Callable[[], Image]
    read_mask: Callable[[], Mask]


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one photograph lies in the file: image, mask at the network's scale, then the mask to be judged by."""

    sample: int
    """Position in the list of samples the cache was made from."""
    offset: int
    shape: tuple[int, int]
    truth_shape: tuple[int, int]


class PixelCache:
    """Read side of a cache. It pickles as its path, so loader processes map the same pages."""

    def __init__(self, path: Path, entries: Sequence[Entry]) -> None:
        self.path = path
        self.entries = tuple(entries)
        self._pixels: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.entries)

    def __reduce__(self) -> tuple[type[PixelCache], tuple[Path, tuple[Entry, ...]]]:
        return PixelCache, (self.path, self.entries)

    def image(self, index: int) -> Image:
        """(h, w, 3) uint8 at the network's scale, read-only."""
        entry = self.entries[index]
        return self._take(entry.offset, (*entry.shape, 3))

    def mask(self, index: int) -> Mask:
        """(h, w) uint8 at the network's scale, read-only."""
        entry = self.entries[index]
        return self._take(entry.offset + 3 * _area(entry.shape), entry.shape)

    def truth(self, index: int) -> Mask:
        """(H, W) uint8 at the photograph's resolution, up to 1600 px of its longer side; read-only."""
        entry = self.entries[index]
        return self._take(entry.offset + 4 * _area(entry.shape), entry.truth_shape)

    def _take(self, start: int, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        if self._pixels is None:
            self._pixels = np.memmap(self.path, np.uint8, mode="r")
        return self._pixels[start : start + int(np.prod(shape))].reshape(shape)


@dataclass(frozen=True, slots=True)
class BuiltCache:
    """A cache, and what could not be read for it: name and sentence of each. Two may have one name."""

    cache: PixelCache
    rejected: tuple[tuple[str, str], ...]


def build_cache(
    samples: Sequence[Sample],
    path: Path,
    *,
    longer_side: int,
    keep_truth: bool,
    keep_going: Callable[[], bool] = lambda: True,
) -> BuiltCache | None:
    """Decode and scale every sample into `path`, or take the file up again when it was made from these very names.

    keep_truth: also keep masks at the photograph's resolution (validation). keep_going: asked after every few
    photographs; False ends the work, and None is returned.
    """
    about = {"longer_side": longer_side, "keep_truth": keep_truth, "names": [sample.name for sample in samples]}
    ready = _reopen(path, about)
    if ready is not None:
        return ready
    path.parent.mkdir(parents=True, exist_ok=True)
    entries: list[Entry] = []
    rejected: list[tuple[str, str]] = []
    try:
        with path.open("wb") as file:
            for number, outcome in enumerate(_prepared(samples, longer_side, keep_truth)):
                if isinstance(outcome, str):
                    rejected.append((samples[number].name, outcome))
                else:
                    entries.append(_append(file, number, outcome))
                if number % _CHUNK == 0 and not keep_going():
                    return None
        _index_path(path).write_text(
            json.dumps({**about, "entries": [asdict(entry) for entry in entries], "left_out": rejected})
        )
    except OSError as error:
        raise StorageUnavailable(
            f"The scaled photographs could not be written to {path.parent} ({error.strerror}). Free some disk space."
        ) from error
    return BuiltCache(PixelCache(path, entries), tuple(rejected))


Prepared = tuple[Image, Mask, Mask | None]


def _prepared(samples: Sequence[Sample], longer_side: int, keep_truth: bool) -> Iterator[Prepared | str]:
    def prepare(sample: Sample) -> Prepared | str:
        return _prepare(sample, longer_side, keep_truth)

    with ThreadPoolExecutor(_READERS, thread_name_prefix="decode") as pool:
        for chunk in _chunks(samples):
            yield from pool.map(prepare, chunk)


def _chunks(samples: Sequence[Sample]) -> Iterable[Sequence[Sample]]:
    return (samples[start : start + _CHUNK] for start in range(0, len(samples), _CHUNK))


def _prepare(sample: Sample, longer_side: int, keep_truth: bool) -> Prepared | str:
    try:
        image, mask = sample.read_image(), sample.read_mask()
        if image.shape[:2] != mask.shape:
            raise BadMask(f"Mask is {mask.shape[1]}x{mask.shape[0]}, image is {image.shape[1]}x{image.shape[0]}.")
        shape = letterbox.scaled_shape(*mask.shape, longer_side=longer_side)
        truth = _limited(mask) if keep_truth else None
        return letterbox.scale_image(image, shape), letterbox.scale_mask(mask, shape), truth
    except (PlatesegError, OSError, ValueError, cv2.error) as error:  # told to the person by name, counted by the loop
        return str(error) or type(error).__name__


def _limited(mask: Mask) -> Mask:
    if max(mask.shape) <= _LARGEST_TRUTH:
        return mask
    return letterbox.scale_mask(mask, letterbox.scaled_shape(*mask.shape, longer_side=_LARGEST_TRUTH))


def _append(file: BinaryIO, number: int, prepared: Prepared) -> Entry:
    image, mask, truth = prepared
    entry = Entry(number, file.tell(), mask.shape, (0, 0) if truth is None else truth.shape)
    for part in (image, mask, truth):
        if part is not None:
            file.write(np.ascontiguousarray(part).data)
    return entry


def _reopen(path: Path, about: dict[str, object]) -> BuiltCache | None:
    if not (path.is_file() and _index_path(path).is_file()):
        return None
    try:
        index = json.loads(_index_path(path).read_text())
    except (OSError, ValueError):  # a torn index: make the cache anew
        return None
    if "left_out" not in index:  # an earlier version's
        return None
    if any(index.get(key) != value for key, value in about.items()):
        _index_path(path).unlink()
        return None
    entries = [
        Entry(item["sample"], item["offset"], tuple(item["shape"]), tuple(item["truth_shape"]))
        for item in index["entries"]
    ]
    if os.path.getsize(path) != sum(4 * _area(entry.shape) + _area(entry.truth_shape) for entry in entries):
        return None
    return BuiltCache(PixelCache(path, entries), tuple((name, reason) for name, reason in index["left_out"]))


def _index_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _area(shape: tuple[int, int]) -> int:
    return shape[0] * shape[1]
