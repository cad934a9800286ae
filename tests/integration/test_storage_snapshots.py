"""Snapshots: what a run was trained on, frozen under a hash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import SnapshotEntry, Split
from plateseg.errors import BadInput, NotFound, WrongState
from tests.integration.storage_samples import add, frozen, mask, race


@pytest.fixture
def entries(storage):
    """Three labelled photographs as lines of a snapshot."""
    for name, split in (("a.jpg", Split.TRAIN), ("b.jpg", Split.TRAIN), ("c.jpg", Split.VAL)):
        add(storage, name, mask(name), split=split)
    return [SnapshotEntry(i.id, m.number, i.split, i.sha256, m.blob) for i, m in storage.items.usable()]


def test_a_snapshot_comes_back_line_by_line(storage, entries, clock):
    snapshot = storage.snapshots.freeze(entries, name="before the holidays")

    assert storage.snapshots.get(snapshot.id) == snapshot
    assert snapshot.entries == tuple(entries)
    assert (snapshot.name, snapshot.created_at) == ("before the holidays", clock.now)
    assert [entry.item_id for entry in snapshot.part(Split.TRAIN)] == [entries[0].item_id, entries[1].item_id]
    assert storage.snapshots.sizes() == {snapshot.id: {Split.TRAIN: 2, Split.VAL: 1}}


def test_the_same_list_is_the_same_snapshot(storage, entries):
    assert storage.snapshots.freeze(entries) == storage.snapshots.freeze(entries, name="again")


def test_eight_threads_freezing_the_same_list_make_one_snapshot(storage, entries):
    assert len({snapshot.id for snapshot in race(8, lambda _: storage.snapshots.freeze(entries))}) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda e: [replace(e[0], mask_blob="0" * 64 + ".png"), *e[1:]],
        lambda e: [replace(e[0], split=Split.VAL), *e[1:]],
        lambda e: [replace(e[0], image_sha256="0" * 64), *e[1:]],
        lambda e: e[1:],
        lambda e: [e[1], e[0], e[2]],
    ],
    ids=["another mask", "another split", "another photograph", "one less", "another order"],
)
def test_any_change_makes_another_snapshot(storage, entries, change):
    before = storage.snapshots.freeze(entries)

    after = storage.snapshots.freeze(change(entries))

    assert after.sha256 != before.sha256
    assert after.id != before.id
    assert storage.snapshots.get(before.id) == before


def test_a_corrected_mask_leaves_the_old_snapshot_as_it_was(storage, entries):
    before = storage.snapshots.freeze(entries)

    storage.revisions.append(entries[0].item_id, mask("corrected"), after=1)

    assert frozen(storage).id != before.id
    assert storage.snapshots.get(before.id) == before


def test_the_hash_is_of_what_is_learnt_from_not_of_numbers(storage, entries):
    """The same photographs and masks hash alike in another database."""
    elsewhere = [replace(entry, item_id=entry.item_id + 100, revision=9) for entry in entries]

    assert storage.snapshots.freeze(entries).sha256 == storage.snapshots.freeze(elsewhere).sha256


def test_photographs_deleted_and_imported_again_are_found_by_their_new_numbers(storage, entries):
    before = storage.snapshots.freeze(entries)
    storage.items.delete(entries[2].item_id)
    add(storage, "c.jpg", mask("c.jpg"), split=Split.VAL)

    after = frozen(storage)

    assert after.id == before.id
    held = storage.snapshots.get(after.id)
    assert set(storage.items.get_many(entry.item_id for entry in held.entries)) == {e.item_id for e in held.entries}


def test_a_snapshot_that_is_not_there_is_said(storage):
    with pytest.raises(NotFound, match="no snapshot 5"):
        storage.snapshots.get(5)


def test_a_name_that_another_has_is_refused(storage, entries):
    storage.snapshots.freeze(entries, name="mine")
    other = storage.snapshots.freeze(entries[1:], name="yours")

    with pytest.raises(BadInput, match="'mine' already"):
        storage.snapshots.rename(other.id, "mine")

    storage.snapshots.rename(other.id, "yours")
    assert storage.snapshots.get(other.id).name == "yours"


class TestDeleting:
    """A snapshot goes when no run holds it, and takes along what it alone kept."""

    def test_one_that_runs_hold_is_refused_and_names_them(self, storage, entries):
        held = storage.snapshots.freeze(entries, name="held")
        run = storage.runs.create(name="night", config=TrainConfig(), snapshot_id=held.id)

        with pytest.raises(WrongState, match=rf"'held' cannot be deleted: run {run.id} \(night\) was trained on it"):
            storage.snapshots.delete(held.id)

        assert storage.snapshots.get(held.id) == held
        for number in range(4):
            storage.runs.create(name=f"day {number}", config=TrainConfig(), snapshot_id=held.id)
        assert "day 1) and 2 more were trained on it." in storage.snapshots.refusal(held.id)
        for each in storage.runs.all():
            storage.runs.delete(each.id)
        assert storage.snapshots.refusal(held.id) == ""
        storage.snapshots.delete(held.id)
        assert storage.snapshots.heads() == ()

    def test_masks_of_photographs_and_of_other_snapshots_stay(self, storage, entries):
        one, other = storage.snapshots.freeze(entries), storage.snapshots.freeze(entries[:2])
        storage.items.delete(entries[0].item_id)

        assert (storage.snapshots.masks_alone(one.id), storage.snapshots.delete(one.id)) == (0, 0)

        assert all(storage.blobs.exists(entry.mask_blob) for entry in entries)
        assert storage.snapshots.masks_alone(other.id) == 1
        assert storage.snapshots.delete(other.id) == 1
        assert [storage.blobs.exists(entry.mask_blob) for entry in entries] == [False, True, True]
        assert storage.snapshots.sizes() == {}

    def test_lines_without_a_mask_go_like_others(self, storage):
        named = storage.snapshots.freeze([SnapshotEntry(0, 0, Split.TRAIN, "0" * 64, "")])
        assert storage.snapshots.delete(named.id) == 0

    def test_more_masks_than_one_statement_takes(self, storage):
        """As after a thousand photographs that were deleted."""
        lines = [
            SnapshotEntry(n, 1, Split.TRAIN, f"{n:064x}", storage.blobs.put(f"{n}".encode(), "png")) for n in range(501)
        ]
        snapshot = storage.snapshots.freeze(lines)
        assert storage.snapshots.delete(snapshot.id) == 501
        assert list(storage.blobs.stored()) == []

    def test_its_number_is_never_given_out_again(self, storage, entries):
        first = storage.snapshots.freeze(entries)
        storage.snapshots.delete(first.id)

        again = storage.snapshots.freeze(entries[1:])

        assert again.id > first.id
        assert storage.snapshots.sizes() == {again.id: {Split.TRAIN: 1, Split.VAL: 1}}
        with pytest.raises(NotFound, match="may have been deleted"):
            storage.snapshots.delete(first.id)

    def test_a_run_is_not_begun_on_one_that_was_deleted_just_now(self, storage, entries):
        gone = storage.snapshots.freeze(entries)
        storage.snapshots.delete(gone.id)

        with pytest.raises(WrongState, match="deleted just now"):
            storage.runs.create(name="late", config=TrainConfig(), snapshot_id=gone.id)

    def test_deleting_while_runs_begin_never_leaves_a_run_without_its_snapshot(self, storage, entries):
        snapshot = storage.snapshots.freeze(entries)

        def work(number):
            if number:
                return storage.runs.create(name=f"{number}", config=TrainConfig(), snapshot_id=snapshot.id)
            return storage.snapshots.delete(snapshot.id)

        answers = race(8, work)

        assert all(isinstance(answer, WrongState) for answer in answers if isinstance(answer, Exception))
        there = {head.id for head in storage.snapshots.heads()}
        assert {run.snapshot_id for run in storage.runs.all()} <= there


def test_entries_without_a_plate_are_counted_by_split(storage, entries):
    add(storage, "d.jpg", mask("empty", plate_pixels=0, no_plate=True), split=Split.VAL)
    lines = [SnapshotEntry(i.id, m.number, i.split, i.sha256, m.blob) for i, m in storage.items.usable()]
    snapshot = storage.snapshots.freeze(lines)

    assert storage.snapshots.without_plate([snapshot.id]) == {snapshot.id: {Split.VAL: 1}}
    assert storage.snapshots.without_plate([]) == {}
