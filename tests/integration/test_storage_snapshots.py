"""Snapshots: what a run was trained on, frozen under a hash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plateseg.domain.types import SnapshotEntry, Split
from plateseg.errors import NotFound
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
