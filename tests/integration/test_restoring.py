"""A snapshot as the working set again: in short transactions, past nobody's hands, and safe to be killed."""

from __future__ import annotations

import signal

import pytest
from sqlalchemy import event

from plateseg.domain.types import ItemStatus, SnapshotEntry, Split
from plateseg.errors import WrongState
from plateseg.services import restoring, versions
from storage.items import Addition
from tests.integration.storage_processes import outcome, restore_and_die, start
from tests.integration.storage_samples import photo
from tests.integration.test_versions import plate, state

MANY = restoring.AT_ONCE + 30


def fill(storage, count):
    """Labelled photographs, a snapshot "good" of them, and another mask on each since. Returns the photographs."""
    new = [photo(storage, f"{n}.jpg", split=(Split.VAL, Split.TRAIN)[n % 5 > 0]) for n in range(count)]
    items = [added.item for added in storage.items.add_many([Addition(each, plate(1)) for each in new])]
    versions.take(storage, "good")
    for item in items:
        storage.revisions.append(item.id, plate(2), after=1)
    return items


@pytest.fixture
def few(storage):
    return fill(storage, 6)


def test_killed_half_way_and_repeated_nothing_is_lost_and_nothing_double(storage, urls):
    items = fill(storage, MANY)
    good, worse = versions.find(storage, "good"), versions.entries_of(storage, "now")

    assert outcome(start(restore_and_die, urls, "good")) == -signal.SIGKILL

    had = [len(storage.revisions.of(item.id)) for item in items]
    assert sorted(had) == [2] * 30 + [3] * restoring.AT_ONCE, "What was done is done whole, the rest is as it was."
    before = versions.find(storage, str(storage.snapshots.heads()[0].id))
    assert before.entries == worse, "How it was is frozen before anything changes."

    done = restoring.restore(storage, "good")

    assert (done.masks, done.overtaken) == (30, 0)
    assert versions.diff(storage, "good").empty
    assert [[r.number for r in storage.revisions.of(item.id)] for item in items] == [[3, 2, 1]] * MANY
    assert all(storage.revisions.of(item.id)[1].blob != storage.revisions.of(item.id)[0].blob for item in items)
    assert versions.find(storage, "good") == good
    restoring.restore(storage, before.sha256)
    assert versions.entries_of(storage, "now") != worse, "Revisions have other numbers,"
    assert versions.diff(storage, before.name).empty, "yet it is the state before the first attempt."


def test_a_person_who_saves_between_two_transactions_is_not_overruled(storage):
    items = fill(storage, MANY)

    def save(done, total):
        if done == restoring.AT_ONCE:
            storage.revisions.append(items[-1].id, plate(5), after=2)

    done = restoring.carry_out(storage, restoring.plan(storage, versions.find(storage, "good")), progress=save)

    assert (done.masks, done.overtaken) == (MANY - 1, 1)
    assert storage.revisions.of(items[-1].id)[0].plate_pixels == 5 * 30
    assert storage.items.get(items[-1].id).head == 3


def test_no_transaction_holds_more_than_a_hundred_photographs(storage):
    fill(storage, MANY)
    plan = restoring.plan(storage, versions.find(storage, "good"))
    seen, commits = [], []
    event.listen(storage.database.engine, "commit", lambda _: commits.append(1))

    restoring.carry_out(storage, plan, progress=lambda done, total: seen.append((done, total, len(commits))))

    assert [(done, total) for done, total, _ in seen] == [(restoring.AT_ONCE, MANY), (MANY, MANY)]
    assert seen[0][2] < seen[1][2]


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda storage, item: storage.revisions.append(item.id, plate(7), after=2),
        lambda storage, item: storage.items.set_status(item.id, ItemStatus.EXCLUDED),
        lambda storage, item: storage.splits.pin([item.id], Split.TEST),
        lambda storage, item: storage.items.delete(item.id),
    ],
    ids=["saved", "excluded", "pinned", "deleted"],
)
def test_what_somebody_changed_since_it_was_planned_is_left_and_counted(storage, few, meanwhile):
    plan = restoring.plan(storage, versions.find(storage, "good"))
    meanwhile(storage, few[2])
    left = storage.items.get_many([few[2].id])

    done = restoring.carry_out(storage, plan)

    assert (done.masks, done.overtaken) == (5, 1)
    assert storage.items.get_many([few[2].id]) == left


def test_a_photograph_labelled_since_that_somebody_saves_is_not_set_aside(storage, few):
    (newer,) = storage.items.add_many([Addition(photo(storage, "new.jpg", split=Split.TRAIN), plate(1))])
    plan = restoring.plan(storage, versions.find(storage, "good"), only=True)
    storage.revisions.append(newer.item.id, plate(4), after=1)

    done = restoring.carry_out(storage, plan)

    assert (done.excluded, done.overtaken) == (0, 1)
    assert storage.items.get(newer.item.id).status is ItemStatus.LABELLED


def test_the_plan_says_what_will_happen_and_changes_nothing(storage, few):
    storage.splits.assign({few[0].id: Split.TEST})
    storage.splits.pin([few[1].id], Split.TEST)
    storage.items.set_status(few[2].id, ItemStatus.EXCLUDED)
    storage.items.delete(few[3].id)
    storage.items.add_many([Addition(photo(storage, "new.jpg", split=Split.TRAIN), plate(1))])
    before, snapshots = state(storage), storage.snapshots.heads()

    counts = restoring.plan(storage, versions.find(storage, "good")).counts
    only = restoring.plan(storage, versions.find(storage, "good"), only=True).counts

    assert counts == {"masks": 5, "splits": 1, "back": 0, "excluded": 0, "stay": 1, "gone": 1, "held": 1}
    assert only == counts | {"excluded": 1, "stay": 0}
    assert (state(storage), storage.snapshots.heads()) == (before, snapshots)
    done = restoring.restore(storage, "good", only=True)
    assert (done.masks, done.splits, done.back, done.excluded, done.gone, done.held) == (5, 1, 0, 1, 1, 1)


def test_restoring_what_is_there_already_does_nothing_and_freezes_nothing(storage, few):
    restoring.restore(storage, "good")
    snapshots = storage.snapshots.heads()

    done = restoring.restore(storage, "good")

    assert (done.masks, done.before) == (0, None)
    assert storage.snapshots.heads() == snapshots


def test_a_mask_whose_file_is_gone_is_counted_and_the_others_come_back(storage, few):
    storage.revisions.append(few[0].id, plate(6), after=2)
    versions.rename(storage, "good", "old")
    versions.take(storage, "good")
    for item in few:
        storage.revisions.append(item.id, plate(3), after=storage.items.get(item.id).head)
    storage.blobs.delete(storage.revisions.get(few[0].id, 3).blob)

    done = restoring.restore(storage, "good")

    assert (done.masks, done.unreadable) == (5, 1)
    assert storage.items.get(few[0].id).head == 4


def test_a_list_of_names_without_masks_is_neither_restored_nor_compared(storage, few):
    """As the starter model's snapshot is: photographs it saw elsewhere, one of which may have been imported here."""
    storage.snapshots.freeze([SnapshotEntry(0, 0, Split.TRAIN, few[0].sha256, "")], name="starter")

    with pytest.raises(WrongState, match="it holds no masks"):
        restoring.restore(storage, "starter")
    with pytest.raises(WrongState, match="They are not yours"):
        versions.diff(storage, "starter")
