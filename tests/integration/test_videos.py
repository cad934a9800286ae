"""Videos: their frames come in as photographs of one scene."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest

from plateseg.domain import frames, images
from plateseg.domain.frames import Frame, FrameChoice
from plateseg.errors import BadInput
from plateseg.services import exchange
from plateseg.services.dataset import SourceFile

FPS = 10
SHARP = 5
"""Of each second's frames only this one is sharp."""


def scene(second: int) -> np.ndarray:
    """A picture of its own for every second."""
    coarse = np.random.default_rng(second).integers(0, 255, (15, 20, 3), dtype=np.uint8)
    return cv2.resize(coarse, (160, 120), interpolation=cv2.INTER_CUBIC)


def film(path, *, seconds=4, still=False):
    """A video whose picture changes every second, or never."""
    options = {"movflags": "faststart"} if path.suffix in (".mp4", ".mov") else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("mpeg4", rate=FPS)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 160, 120, "yuv420p", 2_000_000
        for number in range(seconds * FPS):
            picture = scene(0 if still else number // FPS)
            if number % FPS != SHARP:
                picture = cv2.GaussianBlur(picture, (11, 11), 5)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def brought(storage, tmp_path, path, choice=FrameChoice()):
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    files = [SourceFile(f"drive/{path.name}", path)]
    report = exchange.bring(storage, files, scratch, choice=exchange.ImportChoice(frames=choice))
    return report, list(storage.items.walk())


def test_how_far_a_video_is_read_is_told(storage, tmp_path):
    """How many frames there will be nobody knows: the total is 0."""
    seen = []
    clip = SourceFile("drive/clip.mp4", film(tmp_path / "clip.mp4", seconds=2))
    exchange.bring(storage, [clip], tmp_path, progress=lambda done, total, name: seen.append((done, total, name)))

    assert seen[:2] == [(1, 0, "drive/clip.mp4"), (2, 0, "drive/clip.mp4")]
    assert seen[-1][:2] == (2, 2)


@pytest.mark.parametrize("ending", ["mp4", "mov", "avi"])
def test_the_sharpest_frame_of_each_second(storage, tmp_path, ending):
    report, items = brought(storage, tmp_path, film(tmp_path / f"clip.{ending}"))

    assert report.rejected == report.notes == ()
    assert [item.name for item in items] == [f"clip_frame_{n * 1000 + 500:08d}.jpg" for n in range(4)]
    assert len({item.capture_group for item in items}) == 1
    for second, item in enumerate(items):
        seen = images.read(storage.blobs.get(item.image_blob)).astype(int)
        assert np.abs(seen - scene(second)).mean() < 12


def test_by_change(storage, tmp_path):
    _, items = brought(storage, tmp_path, film(tmp_path / "clip.mp4"), FrameChoice(by_change=True))

    assert len(items) == 4


def test_near_identical_frames_are_one(storage, tmp_path):
    _, items = brought(storage, tmp_path, film(tmp_path / "clip.mp4", still=True))

    assert len(items) == 1


def test_again_adds_nothing(storage, tmp_path):
    path = film(tmp_path / "clip.mp4", seconds=2)
    brought(storage, tmp_path, path)
    report, items = brought(storage, tmp_path, path)

    assert (report.added, report.duplicates, len(items)) == (0, 2, 2)


def test_two_videos_of_one_name_both_give_their_frames(storage, tmp_path):
    for ending in ("mp4", "mov"):
        film(tmp_path / f"clip.{ending}", seconds=2)
    films = [SourceFile(f"drive/clip.{ending}", tmp_path / f"clip.{ending}") for ending in ("mp4", "mov")]
    report = exchange.bring(storage, films, tmp_path)

    assert report.added + report.duplicates == 4
    groups = {item.capture_group for item in storage.items.walk()}
    assert groups == {"video:drive/clip", "video:drive/clip.mov"} or report.duplicates


@pytest.mark.parametrize("ending", ["mp4", "avi"])
def test_a_video_that_ends_in_the_middle(storage, tmp_path, ending):
    path = film(tmp_path / f"clip.{ending}")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 7 // 10])
    report, items = brought(storage, tmp_path, path)
    (note,) = report.notes

    assert 1 <= len(items) < 4
    assert note.text.startswith("The video ends in the middle, at ")
    assert note.text.endswith(" of 4.0 s: what can be read was taken.")


@pytest.mark.parametrize("data", [b"", b"not a video at all", b"\x00\x00\x00\x18ftypmp42" + bytes(200)])
def test_what_is_no_video(storage, tmp_path, data):
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    report, items = brought(storage, tmp_path, path)

    assert items == []
    assert report.rejected[0].name == "drive/clip.mp4"
    assert report.rejected[0].text.startswith("No frame of this video can be read (")


@pytest.mark.parametrize("every", [0, -1, float("nan"), 10_000])
def test_an_impossible_interval(every):
    with pytest.raises(BadInput, match=r"every 0\.01 to 3600 seconds"):
        FrameChoice(every=every)


def test_frames_stay_whole_seconds_apart():
    """A video of thirty frames a second whose picture changes with each."""

    def one(number: int) -> Frame:
        look = f"{np.random.default_rng(number).integers(2**63):016x}"
        return Frame(number / 30, look, float(number % 30 == 7), lambda: np.zeros((1, 1, 3), np.uint8))

    picked = [round(kept.time * 30) for kept in frames.chosen(map(one, range(90)), FrameChoice(every=1.0))]
    assert picked == [7, 37, 67]


def test_a_frame_is_turned_upright():
    lying = np.zeros((2, 3, 3), np.uint8)
    lying[0, 0] = 255
    assert frames.upright(lying, 90).shape == (3, 2, 3)
    assert frames.upright(lying, 90)[2, 0].all()
    assert frames.upright(lying, -90)[0, 1].all()
    assert (frames.upright(lying, 0) == lying).all()
