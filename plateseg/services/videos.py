"""Videos become photographs: frames are decoded one after another, and the chosen ones written as JPEG."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import av
import numpy as np

from plateseg.domain import frames, images
from plateseg.domain.frames import Frame, FrameChoice
from plateseg.domain.types import Image
from plateseg.errors import BadInput
from plateseg.services.dataset import SourceFile
from plateseg.services.import_report import Remark
from storage.blobs import translated_access

ENDINGS = (".mp4", ".mov", ".avi", ".m4v", ".mkv", ".webm")
MAX_FRAMES = 20_000
_SMALL = 320
_LOOKED_AT = 12
"""How many frames of a stretch are looked at, at most: every frame must be decoded, but not every one judged."""
_MISSING = 0.5
"""Seconds that may lack at the end: durations are rounded, and the last frame has a length of its own."""


def is_video(name: str) -> bool:
    """By its ending; what it is will show when it is opened."""
    return name.lower().endswith(ENDINGS)


def extract(
    file: SourceFile,
    folder: Path,
    choice: FrameChoice,
    remarks: list[Remark],
    *,
    called: str = "",
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[SourceFile]:
    """The chosen frames of a video as JPEG files in `folder`, named `<video>_frame_<milliseconds>.jpg`.

    called: the video's part of that, without it its own name. So named they are one capture group and stay in one
    split. A video that ends in the middle gives what can be read, and a remark. Raises BadInput when nothing can be
    read at all.
    """
    video = _Video(file.path, choice)
    count = 0
    for one in frames.chosen(video.frames(), choice):
        if cancelled():
            return
        if count == MAX_FRAMES:
            remarks.append(
                Remark(file.name, f"Only its first {MAX_FRAMES:,} frames were taken: ask for fewer a second.")
            )
            return
        yield _written(called or file.name.rpartition(".")[0], one, folder)
        count += 1
    if not count:
        why = video.trouble or "it holds no picture"
        raise BadInput(f"No frame of this video can be read ({why}). Copy it again, or export it as MP4.")
    if video.trouble or video.last < video.length - _MISSING:
        of = f" of {video.length:.1f} s" if video.length > video.last else ""
        remarks.append(
            Remark(file.name, f"The video ends in the middle, at {video.last:.1f} s{of}: what can be read was taken.")
        )


@dataclass(slots=True)
class _Video:
    """A video being read. length: seconds it says it has; last: seconds until where it was read; trouble: what
    stopped it, empty for nothing.
    """

    path: Path
    choice: FrameChoice
    length: float = 0.0
    last: float = 0.0
    trouble: str = ""

    def frames(self) -> Iterator[Frame]:
        """Frames to choose from, in order, until the end or until they cannot be read any more."""
        try:
            with av.open(str(self.path)) as container:
                if not container.streams.video:
                    return
                stream = container.streams.video[0]
                stream.thread_type = "AUTO"
                images.check_dimensions(stream.width, stream.height)
                counted = float(stream.frames / stream.average_rate) if stream.average_rate else 0.0
                self.length = max((container.duration or 0) / av.time_base, counted)
                yield from self._judged(container.decode(stream))
        except av.FFmpegError as error:
            self.trouble = error.strerror or str(error)

    def _judged(self, decoded: Iterator[av.VideoFrame]) -> Iterator[Frame]:
        """At most some frames a stretch."""
        step = 0.0 if self.choice.by_change else self.choice.every / _LOOKED_AT
        due = 0.0
        for number, picture in enumerate(decoded):
            time = picture.time if picture.time is not None else float(number)
            self.last = max(self.last, time)
            if number and time < due:
                continue
            due = time + step
            yield frames.frame(time, _small(picture), partial(_pixels, picture))


def _small(picture: av.VideoFrame) -> Image:
    scale = min(1.0, _SMALL / max(picture.width, picture.height))
    size = {"width": max(16, round(picture.width * scale)), "height": max(16, round(picture.height * scale))}
    return np.asarray(picture.reformat(**size, format="rgb24").to_ndarray(), np.uint8)


def _pixels(picture: av.VideoFrame) -> Image:
    return frames.upright(np.asarray(picture.to_ndarray(format="rgb24"), np.uint8), picture.rotation)


def _written(video: str, one: Frame, folder: Path) -> SourceFile:
    path = folder / uuid.uuid4().hex
    data = images.encode_jpeg(one.pixels())
    with translated_access():
        path.write_bytes(data)
    return SourceFile(f"{video}_frame_{round(one.time * 1000):08d}.jpg", path)
