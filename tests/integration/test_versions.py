"""Snapshots as versions: named, compared, brought back, and nothing ever lost on the way."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plateseg.cli import main
from plateseg.domain import masks
from plateseg.domain.types import ItemStatus, RevisionSource, Split
from plateseg.errors import BadInput, NotFound, WrongState
from plateseg.services import restoring, versions
from plateseg.services.exporting import Export, ExportChoice
from storage import open_storage
from storage.revisions import NewRevision
from tests.integration.storage_samples import add


def plate(number: int) -> NewRevision:
    """A person's real mask; number 0 says "no plate here"."""
    pixels = np.zeros((48, 64), np.uint8)
    pixels[10 : 10 + number, 10:40] = 1
    return NewRevision(
        source=RevisionSource.MANUAL,
        png=masks.to_png(pixels),
        plate_pixels=masks.plate_pixels(pixels),
        no_plate=number == 0,
    )


@pytest.fixture
def three(storage):
    """Three labelled photographs, one of them without a plate."""
    splits = (Split.TRAIN, Split.TRAIN, Split.VAL)
    return [
        add(storage, f"{name}.jpg", plate(n), split=s) for n, (name, s) in enumerate(zip("abc", splits, strict=True))
    ]


def state(storage):
    return {e.image_sha256: (e.mask_blob, e.split) for e in versions.entries_of(storage, "now")}


class TestNames:
    """A name is for people; the hash says what a snapshot holds."""

    def test_a_state_has_one_snapshot_and_one_name(self, storage, three):
        first = versions.take(storage, "first")
        with pytest.raises(WrongState, match="frozen already, as 'first'"):
            versions.take(storage, "second")
        assert versions.rename(storage, "first", "zero").sha256 == first.sha256
        assert [one["name"] for one in versions.summaries(storage)] == ["zero"]

    @pytest.mark.parametrize("name", ["", "  ", "now", "12", "x" * 101])
    def test_what_cannot_be_a_name(self, storage, three, name):
        with pytest.raises(BadInput, match="characters"):
            versions.take(storage, name)

    def test_a_name_is_taken_once(self, storage, three):
        versions.take(storage, "mine")
        storage.revisions.append(three[0].id, plate(9), after=1)
        with pytest.raises(BadInput, match="'mine' already"):
            versions.take(storage, "mine")
        assert [head.name for head in storage.snapshots.heads()] == ["mine"]
        assert versions.take(storage, "  my   own ").name == "my own"

    def test_found_by_name_number_and_hash(self, storage, three):
        taken = versions.take(storage, "mine")
        for words in ("mine", str(taken.id), taken.sha256[:6].upper()):
            assert versions.find(storage, words) == taken
        with pytest.raises(NotFound, match="no snapshot 'yours'"):
            versions.find(storage, "yours")


class TestDiff:
    """Everything that happened between two states."""

    def test_added_removed_changed_and_moved(self, storage, three):
        versions.take(storage, "before")
        storage.revisions.append(three[1].id, plate(8), after=1)
        storage.splits.assign({three[2].id: Split.TEST})
        storage.items.set_status(three[0].id, ItemStatus.EXCLUDED)
        add(storage, "d.jpg", plate(3), split=Split.TRAIN)

        lines = versions.described(storage, versions.diff(storage, "before"))

        assert [(line["what"], line["name"]) for line in lines] == [
            ("added", "d.jpg"), ("removed", "a.jpg"), ("changed", "b.jpg"), ("moved", "c.jpg"),
        ]  # fmt: skip
        assert lines[2]["iou"] == 0.125
        assert (lines[3]["split"], lines[3]["to"]) == ("val", "test")

    def test_a_deleted_photograph_is_told_by_its_hash(self, storage, three):
        versions.take(storage, "before")
        storage.items.delete(three[1].id)
        (line,) = versions.described(storage, versions.diff(storage, "before"))
        assert line["name"] == f"(deleted) {three[1].sha256[:12]}"
        assert versions.diff(storage, "before", "before").empty


class TestRestore:
    """A working set comes back by new revisions."""

    def test_masks_and_splits_come_back_on_top(self, storage, three):
        versions.take(storage, "good")
        good = state(storage)
        storage.revisions.append(three[1].id, plate(8), after=1)
        storage.revisions.append(three[0].id, plate(7), after=1)
        storage.splits.assign({three[2].id: Split.TRAIN})
        worse = state(storage)

        done = restoring.restore(storage, "good", author="Ada")

        assert (done.masks, done.splits, done.excluded, done.gone, done.held) == (2, 1, 0, 0, 0)
        assert state(storage) == good
        assert [r.number for r in storage.revisions.of(three[1].id)] == [3, 2, 1]
        assert storage.revisions.of(three[1].id)[0].author == "Ada (snapshot good)"
        assert storage.items.get(three[0].id).status is ItemStatus.NO_PLATE
        restoring.restore(storage, done.before)
        assert state(storage) == worse

    def test_what_was_labelled_since_stays_unless_only_the_snapshot_is_wanted(self, storage, three):
        versions.take(storage, "good")
        newer = add(storage, "d.jpg", plate(3), split=Split.TRAIN)
        assert restoring.restore(storage, "good").excluded == 0
        assert storage.items.get(newer.id).status is ItemStatus.LABELLED
        assert restoring.restore(storage, "good", only=True).excluded == 1
        assert versions.diff(storage, "good").empty
        assert storage.items.get(newer.id).head == 1

    def test_an_excluded_photograph_comes_back_in(self, storage, three):
        versions.take(storage, "good")
        for item in three:
            storage.items.set_status(item.id, ItemStatus.EXCLUDED)
        done = restoring.restore(storage, "good")
        assert (done.masks, done.before) == (0, None)
        assert versions.diff(storage, "good").empty

    def test_pinned_photographs_keep_their_split(self, storage, three):
        versions.take(storage, "good")
        storage.splits.pin([three[2].id], Split.TEST)
        assert restoring.restore(storage, "good").held == 1
        assert storage.items.get(three[2].id).split is Split.TEST

    def test_deleted_photographs_are_counted_and_imported_ones_known_again(self, storage, three):
        versions.take(storage, "good")
        storage.items.delete(three[1].id)
        assert restoring.restore(storage, "good").gone == 1
        again = add(storage, "b.jpg")
        assert restoring.restore(storage, "good").masks == 1
        assert storage.items.get(again.id).status is ItemStatus.LABELLED
        assert versions.diff(storage, "good").empty


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["draw", "move", "exclude"]), st.integers(0, 9))))
def test_whatever_is_done_the_snapshot_comes_back_and_no_revision_goes(tmp_path_factory, edits):
    home = tmp_path_factory.mktemp("versions")
    storage = open_storage(f"sqlite:///{home / 'plateseg.db'}", str(home / "blobs"))
    items = [add(storage, f"{n}.jpg", plate(n + 1), split=(Split.TRAIN, Split.VAL)[n % 2]) for n in range(5)]
    versions.take(storage, "start")
    for index, what, number in edits:
        item = storage.items.get(items[index].id)
        if what == "draw":
            storage.revisions.append(item.id, plate(number), after=item.head)
        elif what == "move":
            storage.splits.assign({item.id: list(Split)[number % 4]})
        else:
            storage.items.set_status(item.id, ItemStatus.EXCLUDED)
    had = [storage.revisions.of(item.id) for item in items]
    restoring.restore(storage, "start", only=True)
    assert versions.diff(storage, "start").empty
    for item, before in zip(items, had, strict=True):
        assert storage.revisions.of(item.id)[-len(before) :] == before
    storage.close()


def test_at_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLATESEG_HOME", str(tmp_path / "home"))
    for name in ("DATABASE_URL", "PLATESEG_BLOBS"):
        monkeypatch.delenv(name, raising=False)

    def said(*words, code=0):
        assert main(list(words)) == code
        return capsys.readouterr().out

    assert "No snapshots yet" in said("snapshots")
    said("synthesize", "--count", "6", "--side", "128")
    assert "good" in said("snapshots", "--name", "good")
    assert said("diff", "good").strip() == "0 added, 0 removed, 0 masks changed, 0 moved between splits"
    said("split", "--anew", "--val", "0.5", "--seed", "3")
    assert "moved" in said("diff", "good", code=1)
    assert "How it was before is snapshot" in said("snapshots", "--restore", "good", "--only")
    assert said("diff", "good", "--json").strip() == "[]"
    assert {one["name"] for one in json.loads(said("snapshots", "--json"))} > {"good"}
    assert "better" in said("snapshots", "--rename", "good", "better")
    out = said("snapshots", "--delete", "better")
    assert "Snapshot better is deleted, and with it 0 masks that nothing else kept." in out
    assert "better" not in {one["name"] for one in json.loads(said("snapshots", "--json"))}
    assert main(["snapshots", "--delete", "better"]) == 2


def test_a_snapshot_is_exported_as_it_was(storage, three, tmp_path):
    """Whatever was drawn, moved, excluded or deleted since."""
    for item in three:
        assert item.image_blob
    versions.take(storage, "good")
    good = {e.image_sha256: (e.mask_blob, e.split.value) for e in versions.find(storage, "good").entries}
    storage.revisions.append(three[1].id, plate(8), after=1)
    storage.splits.assign({three[2].id: Split.TRAIN})
    storage.items.set_status(three[0].id, ItemStatus.EXCLUDED)
    add(storage, "d.jpg", plate(3), split=Split.TRAIN)
    export = Export(storage, ExportChoice("masks"), versions.find(storage, "good"))
    assert export.preview().by_part == {"train": 2, "val": 1}
    assert [skip.reason for skip in export.preview().skipped] == ["not in the snapshot"]
    chosen = {storage.items.get(one.id).sha256: (one.frozen_mask, one.split.value) for one in export._chosen}
    assert chosen == good
    storage.items.delete(three[1].id)
    export = Export(storage, ExportChoice("masks", (Split.TRAIN,)), versions.find(storage, "good"))
    reasons = {skip.reason for skip in export.preview().skipped}
    assert reasons >= {"deleted since the snapshot was taken", "in the split val, which was not asked for"}
