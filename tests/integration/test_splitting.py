"""split, pin and duplicates on a real storage: groups stay together, nothing assigned moves, gold never trains."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.cli import main
from plateseg.domain import images, splits
from plateseg.domain.types import ItemStatus, Split
from plateseg.errors import BadConfig, NotFound
from plateseg.services import duplicates, snapshotting, splitting
from storage import open_storage
from storage.items import NewItem
from tests.integration.storage_samples import mask
from tests.integration.uploads import jpeg
from tests.unit.pictures import photograph

SCENES = [int(value) for value in np.random.default_rng(5).integers(2**55, 2**62, 60)]


def look(scene: int, *bits: int) -> str:
    """How a photograph of a scene looks, with a few bits turned."""
    value = SCENES[scene]
    for bit in bits:
        value ^= 1 << bit
    return f"{value:016x}"


def add(storage, name, *, scene, bits=(), capture="", split=Split.UNASSIGNED, labelled=True):
    """A photograph of a scene; its capture is its look unless said otherwise."""
    print_ = look(scene, *bits)
    new = NewItem(
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        name=name,
        width=640,
        height=480,
        capture_group=capture or f"look:{print_}",
        image_blob="none.jpg",
        thumbnail_blob="none.jpg",
        media_type="image/jpeg",
        split=split,
        fingerprint=print_,
    )
    return storage.items.add(new, mask(name) if labelled else None)[0]


def where(storage):
    return {member.name: member.split for member in storage.splits.members()}


scenes = st.lists(st.tuples(st.integers(0, 59), st.integers(0, 4)), min_size=1, max_size=40)


@settings(max_examples=25)
@given(scenes, scenes, st.sampled_from([0.2, 0.4]), st.integers(0, 99))
def test_scenes_stay_together_and_what_is_assigned_never_moves(first, added, val, seed):
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(f"sqlite:///{folder}/p.db", f"{folder}/blobs")
        for number, (scene, bit) in enumerate(first):
            add(storage, f"first {number} of {scene}", scene=scene, bits=[bit])
        splitting.split(storage, val=val, seed=seed)
        before = where(storage)
        for number, (scene, bit) in enumerate(added):
            add(storage, f"added {number} of {scene}", scene=scene, bits=[bit, bit + 1])
        report = splitting.split(storage, val=val, seed=seed + 1)
        after = where(storage)
        storage.close()

    assert {name: after[name] for name in before} == before
    of_scene = {}
    for name, split in after.items():
        of_scene.setdefault(name.rsplit(" ", 1)[1], set()).add(split)
    assert all(len(found) == 1 for found in of_scene.values())
    assert report.leak.parted == 0
    assert report.linked == ()
    if len(of_scene) > 2:
        largest = max(sum(name.rsplit(" ", 1)[1] == scene for name in after) for scene in of_scene)
        once = sum(split is Split.VAL for split in before.values())
        assert abs(sum(split is Split.VAL for split in after.values()) - val * len(after)) <= max(
            largest, once - val * len(after)
        )


def test_a_newcomer_takes_the_split_of_the_group_it_joins(storage):
    for number in range(20):
        add(storage, f"{number}", scene=number)
    splitting.split(storage, val=0.5)
    before = where(storage)
    for number in range(20):
        add(storage, f"twin of {number}", scene=number, bits=[3, 40])

    report = splitting.split(storage, val=0.5)

    after = where(storage)
    assert all(after[f"twin of {number}"] is before[f"{number}"] for number in range(20))
    assert (report.leak.pairs, report.leak.parted) == (20, 0)
    assert report.leak.at_random > 3


def test_two_groups_that_turn_out_to_be_one_are_told_and_left(storage):
    add(storage, "a", scene=1, split=Split.TRAIN)
    add(storage, "b", scene=1, bits=[1, 2, 3, 4, 5, 6, 7, 8], split=Split.VAL)
    splitting.split(storage)
    assert where(storage) == {"a": Split.TRAIN, "b": Split.VAL}
    add(storage, "bridge", scene=1, bits=[1, 2, 3, 4])

    report = splitting.split(storage)

    assert where(storage) == {"a": Split.TRAIN, "b": Split.VAL, "bridge": Split.TRAIN}
    (linked,) = report.linked
    assert linked.sentence() == (
        "show the same scene and stand in different splits: 1 a (train), 2 b (val), 3 bridge (train)"
    )
    assert report.leak.parted == 1
    assert splitting.split(storage, anew=True).leak.parted == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("video:/drive", "video:/drive"),
        ("time:2024-05-01T12:33:11", "time:2024-05-01T12:33:11"),
        ("series:car.jpg", "series:car.jpg"),
    ],
)
def test_one_capture_is_one_group_however_it_looks(storage, one, other):
    for number in range(10):
        add(storage, f"{number}", scene=number)
    add(storage, "this", scene=20, capture=one)
    add(storage, "that", scene=30, capture=other)

    splitting.split(storage, val=0.5, seed=2)

    assert where(storage)["this"] is where(storage)["that"]


@pytest.mark.parametrize(
    ("this", "that", "captures"),
    [
        ("car7_001.jpg", "car7_040.jpg", ("", "")),
        ("a.jpg", "b.jpg", ("time:2024-05-01T12:33:11 aa", "time:2024-05-01T12:33:13 aa")),
    ],
)
def test_shots_of_one_scene_never_stand_on_both_sides(storage, this, that, captures):
    for number in range(12):
        add(storage, f"{number}", scene=number)
    one = add(storage, this, scene=20, capture=captures[0], split=Split.TRAIN)
    add(storage, that, scene=30, capture=captures[1])

    report = splitting.split(storage, val=0.5, seed=2)
    assert where(storage)[that] is Split.TRAIN
    assert (report.leak.pairs, report.leak.parted) == (1, 0)
    assert splitting.pin(storage, [one.id], Split.TEST).followed == 1
    assert len(set(splitting.scenes(storage).values())) == 13


def test_a_photograph_without_an_answer_links_nothing_and_gets_no_split(storage):
    for number in range(10):
        add(storage, f"{number}", scene=number)
    add(storage, "unlabelled", scene=3, labelled=False)

    splitting.split(storage, val=0.5)

    assert where(storage)["unlabelled"] is Split.UNASSIGNED


class TestGold:
    """Test photographs that are pinned."""

    def test_they_are_drawn_pinned_and_never_move_nor_train(self, storage):
        for number in range(30):
            add(storage, f"{number}", scene=number)

        report = splitting.split(storage, val=0.2, gold=6, seed=1)

        assert (report.gold, report.sizes[Split.TEST]) == (6, 6)
        gold = {m.name for m in storage.splits.members() if m.pinned}
        splitting.split(storage, val=0.5, seed=8, anew=True)
        assert {name for name, split in where(storage).items() if split is Split.TEST} == gold
        trained = snapshotting.freeze(storage).part(Split.TRAIN)
        assert not {storage.items.get(entry.item_id).name for entry in trained} & gold

    def test_asking_again_adds_no_more(self, storage):
        for number in range(30):
            add(storage, f"{number}", scene=number)
        splitting.split(storage, gold=6)
        for number in range(30, 60):
            add(storage, f"{number}", scene=number)

        assert splitting.split(storage, gold=6).gold == 6
        for number in range(30):
            add(storage, f"more {number}", scene=number, capture=f"time:{number}", bits=range(20, 31))
        assert splitting.split(storage, gold=9).gold == 9

    def test_what_trains_already_is_not_taken(self, storage):
        for number in range(10):
            add(storage, f"{number}", scene=number, split=Split.TRAIN)

        with pytest.raises(BadConfig, match="divide all with --anew"):
            splitting.split(storage, gold=3)
        assert splitting.split(storage, gold=3, anew=True).gold == 3


class TestPin:
    """A person's word."""

    def test_the_rest_of_the_scene_comes_along_and_splits_anew_leave_it(self, storage):
        one = add(storage, "one", scene=1, split=Split.TRAIN)
        add(storage, "twin", scene=1, bits=[9], split=Split.TRAIN)
        for number in range(2, 12):
            add(storage, f"{number}", scene=number)

        report = splitting.pin(storage, [one.id], Split.TEST)

        assert (report.pinned, report.followed, report.linked) == (1, 1, ())
        splitting.split(storage, val=0.3, anew=True, seed=5)
        assert (where(storage)["one"], where(storage)["twin"]) == (Split.TEST, Split.TEST)
        assert storage.items.get(one.id).pinned

    def test_two_pins_against_each_other_are_told(self, storage):
        one, twin = add(storage, "one", scene=1), add(storage, "twin", scene=1, bits=[9])
        splitting.pin(storage, [one.id], Split.TEST)

        report = splitting.pin(storage, [twin.id], Split.TRAIN)

        assert where(storage) == {"one": Split.TEST, "twin": Split.TRAIN}
        assert len(report.linked) == 1

    def test_letting_go(self, storage):
        one = add(storage, "one", scene=1)
        splitting.pin(storage, [one.id], Split.VAL)

        assert splitting.unpin(storage, [one.id]) == 1
        assert (storage.items.get(one.id).pinned, storage.items.get(one.id).split) == (False, Split.VAL)

    def test_one_that_is_not_there(self, storage):
        with pytest.raises(NotFound, match="no photograph 7 to pin"):
            splitting.pin(storage, [7], Split.TEST)


def test_looks_of_photographs_imported_before_they_were_kept_are_found_out(storage):
    pixels = photograph(width=320, height=240)
    thumbnail = storage.blobs.put(images.thumbnail(pixels), "jpg")
    for name in ("a", "b"):
        new = NewItem(
            sha256=name * 64, name=name, width=320, height=240, capture_group=f"time:{name}",
            image_blob=thumbnail, thumbnail_blob=thumbnail, media_type="image/jpeg",
        )  # fmt: skip
        storage.items.add(new, mask(name))

    assert len(duplicates.find(storage)) == 1
    assert storage.items.get(1).fingerprint == splits.fingerprint(images.read(storage.blobs.get(thumbnail)))


class TestDuplicates:
    """Groups of what looks alike, and a choice."""

    def test_the_pinned_the_labelled_and_the_oldest_are_worth_most(self, storage):
        add(storage, "waits", scene=1, labelled=False)
        add(storage, "labelled", scene=1, bits=[7])
        pinned = add(storage, "pinned", scene=1, bits=[8], labelled=False)
        storage.splits.pin([pinned.id], Split.TEST)
        add(storage, "other", scene=2)

        (group,) = duplicates.find(storage)

        assert [item.name for item in group.items] == ["pinned", "labelled", "waits"]
        assert duplicates.exclude_surplus(storage, group) == 2
        assert storage.items.get(pinned.id).status is not ItemStatus.EXCLUDED
        assert duplicates.find(storage) == ()


class TestCommandLine:
    """The verbs, on a home of their own."""

    @pytest.fixture
    def home(self, tmp_path, monkeypatch, capsys) -> Path:
        for name in ("DATABASE_URL", "PLATESEG_BLOBS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PLATESEG_HOME", str(tmp_path / "home"))
        folder = tmp_path / "in"
        folder.mkdir()
        for number in range(4):
            (folder / f"{number}.jpg").write_bytes(jpeg(number, width=320, height=240))
        (folder / "again.jpg").write_bytes(images.encode_jpeg(images.read(jpeg(2, width=320, height=240)), quality=70))
        main(["import", str(folder)])
        capsys.readouterr()
        return tmp_path

    def test_duplicates(self, home, capsys):
        assert main(["duplicates", "--json"]) == 0
        (group,) = json.loads(capsys.readouterr().out)
        assert {item["name"] for item in group} == {"2.jpg", "again.jpg"}

        assert main(["duplicates", "--exclude"]) == 0
        shown = capsys.readouterr().out.splitlines()
        assert shown[-1] == "1 groups of 2 photographs that look alike, 1 excluded"
        assert main(["duplicates"]) == 0
        assert capsys.readouterr().out == "0 groups of 0 photographs that look alike, 0 excluded\n"

    def test_pin(self, home, capsys):
        assert main(["pin", "1", "2", "--split", "test"]) == 0
        assert capsys.readouterr().out == "2 pinned to test, 0 more of the same scenes moved along\n"
        assert main(["pin", "1", "--split", "free"]) == 0
        assert capsys.readouterr().out == "1 let go\n"
        assert main(["duplicates", "--near", "30"]) == 2
        assert "0 to 10 bits" in capsys.readouterr().err
