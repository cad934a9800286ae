"""Same group, same split, for ever."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.domain import images, splits
from plateseg.domain.splits import Group
from plateseg.domain.types import Split
from plateseg.errors import BadConfig
from tests.unit.pictures import photograph

sizes = st.dictionaries(st.text(max_size=6), st.integers(1, 30), max_size=40)
shares = st.tuples(st.floats(0.05, 0.5), st.sampled_from([0.0, 0.1, 0.3]))
seeds = st.integers(0, 2**31 - 1)


def fresh(groups: dict[str, int]) -> dict[str, Group]:
    return {name: Group(size) for name, size in groups.items()}


def photographs(groups: dict[str, int], answer: dict[str, Split], split: Split) -> int:
    return sum(size for name, size in groups.items() if answer[name] is split)


@pytest.mark.parametrize(
    ("groups", "val", "expected"),
    [
        ({}, 0.2, {}),
        ({"a": 5}, 0.2, {"a": "train"}),
        ({"a": 9, "b": 1}, 0.2, {"a": "train", "b": "val"}),
        ({"a": 9, "b": 8}, 0.2, {"a": "train", "b": "val"}),
        ({"a": 9, "b": 1}, 0.0, {"a": "train", "b": "train"}),
        ({"a": 99, "b": 1}, 0.005, {"a": "train", "b": "val"}),
    ],
)
def test_small_sets(groups, val, expected):
    assert splits.assign(fresh(groups), val=val, seed=3) == expected


@settings(max_examples=200, deadline=None)
@given(sizes, shares, seeds)
def test_every_group_gets_a_split_and_the_shares_are_met_within_a_group(groups, share, seed):
    val, test = share
    answer = splits.assign(fresh(groups), val=val, test=test, seed=seed)
    assert answer.keys() == groups.keys()
    if len(groups) < 3:
        return
    largest, total = max(groups.values()), sum(groups.values())
    assert photographs(groups, answer, Split.TRAIN) > 0
    assert photographs(groups, answer, Split.VAL) > 0
    assert abs(photographs(groups, answer, Split.VAL) - val * total) <= largest
    assert abs(photographs(groups, answer, Split.TEST) - test * total) <= largest


@settings(max_examples=100, deadline=None)
@given(sizes, shares, seeds, st.randoms())
def test_the_order_does_not_matter_and_the_seed_decides(groups, share, seed, shuffle):
    names = list(groups)
    shuffle.shuffle(names)
    first = splits.assign(fresh(groups), val=share[0], test=share[1], seed=seed)
    again = splits.assign({name: Group(groups[name]) for name in names}, val=share[0], test=share[1], seed=seed)
    assert first == again


def test_another_seed_draws_another_split():
    groups = {f"group {number}": Group(1) for number in range(100)}
    answers = [splits.assign(groups, val=0.3, seed=seed) for seed in range(5)]
    assert len({tuple(sorted(answer.items())) for answer in answers}) == 5


@settings(max_examples=200, deadline=None)
@given(sizes, sizes, shares, seeds)
def test_what_is_assigned_stays_when_photographs_are_added(before, added, share, seed):
    first = splits.assign(fresh(before), val=share[0], seed=seed)
    grown = {name: Group(size + 1, first[name]) for name, size in before.items()}
    grown |= {name: Group(size) for name, size in added.items() if name not in before}
    second = splits.assign(grown, val=share[0], seed=seed)
    assert second.keys() == before.keys() | added.keys()
    assert all(second[name] is split for name, split in first.items())


def test_a_set_that_only_trains_gets_its_first_judges_from_what_is_new():
    groups = {"old": Group(50, Split.TRAIN), "new": Group(2)}
    assert splits.assign(groups, val=0.01, seed=0)["new"] is Split.VAL


@pytest.mark.parametrize(("val", "test"), [(1.0, 0.0), (0.5, 0.5), (-0.1, 0.0), (0.2, -0.1)])
def test_impossible_shares_are_refused(val, test):
    with pytest.raises(BadConfig, match="Try val"):
        splits.assign({"a": Group(1)}, val=val, test=test, seed=0)


def test_a_group_has_at_least_one_photograph():
    with pytest.raises(ValueError, match="at least one"):
        Group(0)


# Which photographs belong together


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("car_frame_0012.jpg", "video:/car"),
        ("car_frame_0990.png", "video:/car"),
        ("CAR-Frame-7.jpg", "video:/car"),
        ("frame12.jpg", "video:/"),
        ("morning/frame_001.jpg", "video:morning/"),
        ("evening\\frame_001.jpg", "video:evening/"),
        ("drive_f0012.jpg", "video:/drive"),
        ("clip-000123.jpg", "video:/clip"),
        ("clip3_000123.jpg", "video:/clip3"),
        ("my video 00017.jpg", "video:/my video"),
        ("VID_20240101_123311_frame_7.jpg", "video:/vid_20240101_123311"),
        ("green_0001.jpg", "look:ff00"),
        ("IMG_20240101_123311.jpg", "look:ff00"),
        ("0001.jpg", "look:ff00"),
        ("DSC01234.JPG", "look:ff00"),
        ("mainframe12.jpg", "look:ff00"),
        ("clipboard_001.png", "look:ff00"),
        ("sequoia_001.jpg", "look:ff00"),
        ("f001.jpg", "look:ff00"),
        ("", "look:ff00"),
        ("car_jpg.rf.4bdaf31c4a11c2c3cd11c1d7dcd0d7a1.jpg", "series:car_jpg"),
        ("00012IMG_00012_BURST20180322101112_COVER.jpg", "series:burst20180322101112"),
        ("00013IMG_00013_BURST20180322101112.jpg", "series:burst20180322101112"),
        ("IMG_20240101_123311_1.jpg", "series:img_20240101_123311"),
        ("PXL_20240101_123311123~2.jpg", "series:pxl_20240101_123311123"),
    ],
)
def test_frames_of_a_video_go_together_and_plain_numbers_do_not(name, group):
    assert splits.capture_group(name, None, "ff00") == group


@pytest.mark.parametrize(
    ("captured_at", "group"),
    [("2024-05-01T12:33:11", "time:2024-05-01T12:33:11"), ("2000-01-01T00:00:00", "look:ff00"), (None, "look:ff00")],
)
def test_photographs_of_one_second_go_together(captured_at, group):
    assert splits.capture_group("a_0001.jpg", captured_at, "ff00") == group


def test_of_the_camera_a_group_keeps_a_hash_only():
    group = splits.capture_group("a.jpg", "2024-05-01T12:33:11", "ff00", "Canon EOS 5D")
    assert group == "time:2024-05-01T12:33:11 5a3bee3e"
    assert group != splits.capture_group("a.jpg", "2024-05-01T12:33:11", "ff00", "Pixel 8")


@settings(max_examples=100, deadline=200)
@given(st.text(max_size=300))
def test_any_name_has_a_group_and_fast(name):
    assert splits.capture_group(name, None, "ff00").startswith(("video:", "series:", "look:"))


# Looks


def distance(first: str, second: str) -> int:
    return (int(first, 16) ^ int(second, 16)).bit_count()


def test_the_fingerprint_survives_scale_compression_and_light_but_tells_pictures_apart():
    picture = photograph(width=640, height=480)
    print_ = splits.fingerprint(picture)
    smaller = cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA)
    darker = (picture * 0.8).astype(np.uint8)
    packed = images.read(images.encode_jpeg(picture, quality=60))
    assert len(print_) == 16
    assert all(distance(print_, splits.fingerprint(other)) <= 4 for other in (smaller, darker, packed))
    assert distance(print_, splits.fingerprint(photograph(width=640, height=480, seed=2))) > 15


def test_the_fingerprint_of_the_small_version_is_the_same():
    picture = photograph(width=1300, height=700)
    assert splits.fingerprint(images.shrink(picture)) == splits.fingerprint(picture)
