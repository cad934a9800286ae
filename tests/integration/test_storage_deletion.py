"""Deleting a photograph: nothing of it stays, nothing of others goes, and bytes never go before their rows."""

from __future__ import annotations

import signal

import pytest

from plateseg.domain.runs import CheckpointKind
from plateseg.domain.types import Split
from plateseg.errors import NotFound
from storage import open_storage
from tests.integration.storage_processes import delete_and_die, drop_and_die, outcome, replace_and_die, start
from tests.integration.storage_samples import add, frozen, mask, proposal, queued, race


def blobs_on_disk(folder):
    return {path.name for path in (folder / "blobs").rglob("*") if path.is_file()}


def test_nothing_of_a_deleted_photograph_is_left_on_disk(storage, tmp_path):
    run = queued(storage)
    before = blobs_on_disk(tmp_path)
    gone = add(storage, "SECRET-plate.jpg", mask("SECRET mask", author="SECRET author"))
    storage.revisions.append(gone.id, mask("SECRET correction"), after=1)
    storage.revisions.append_proposal(gone.id, proposal("SECRET guess"))
    storage.previews.put(run.id, epoch=1, position=0, item_id=gone.id, name=gone.name, jpeg=b"SECRET preview")
    storage.events.add("excluded", {"name": gone.name}, item_id=gone.id)
    assert len(blobs_on_disk(tmp_path) - before) == 6

    deletion = storage.items.delete(gone.id)

    assert (deletion.name, deletion.blobs_deleted, deletion.held_by_snapshots) == ("SECRET-plate.jpg", 6, 0)
    assert storage.items.find(gone.sha256) is None
    assert storage.revisions.of(gone.id) == ()
    assert storage.previews.of(run.id) == ()
    assert blobs_on_disk(tmp_path) == before
    # Not in the database's free pages nor in its write-ahead log either, while it is open.
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()] == []


def test_a_deleted_photograph_can_be_imported_anew(storage):
    first = add(storage, drawn=mask())
    storage.items.delete(first.id)

    again = add(storage)

    assert (again.sha256, again.head) == (first.sha256, 0)
    assert storage.blobs.verify(again.image_blob)
    with pytest.raises(NotFound, match=f"no photograph {first.id}"):
        storage.items.get(first.id)


def test_bytes_that_another_photograph_shares_stay(storage):
    """Two photographs without a plate have the same empty mask; two proposals may agree to the pixel."""
    first, second = add(storage, "a.jpg", mask("all black")), add(storage, "b.jpg", mask("all black"))

    storage.items.delete(first.id)

    shared = storage.revisions.get(second.id, 1).blob
    assert storage.blobs.get(shared) == b"all black"
    storage.items.delete(second.id)
    assert not storage.blobs.exists(shared)


def test_a_snapshot_keeps_the_mask_it_was_hashed_over_but_not_the_photograph(storage):
    item = add(storage, drawn=mask("answer"))
    snapshot = frozen(storage)

    deletion = storage.items.delete(item.id)

    assert deletion.held_by_snapshots == 1
    assert not storage.blobs.exists(item.image_blob)
    assert not storage.blobs.exists(item.thumbnail_blob)
    assert storage.snapshots.get(snapshot.id) == snapshot
    assert storage.blobs.get(snapshot.entries[0].mask_blob) == b"answer"


def test_deleting_while_others_draw_the_same_mask_never_takes_it_from_them(storage):
    doomed = [add(storage, f"doomed {n}.jpg", mask("all black")) for n in range(4)]
    drawing = [add(storage, f"drawing {n}.jpg") for n in range(4)]

    def work(n):
        if n % 2:
            return storage.items.delete(doomed[n // 2].id)
        return storage.revisions.append(drawing[n // 2].id, mask("all black"), after=0)

    results = race(8, work)

    assert [r for r in results if isinstance(r, Exception)] == []
    assert all(storage.blobs.verify(storage.revisions.get(item.id, 1).blob) for item in drawing)


@pytest.fixture
def killed(urls):
    """Do something in another process that is killed -9 on its way, and open the storage again after it."""
    opened = []

    def killed(work, *what):
        assert outcome(start(work, urls, *what)) == -signal.SIGKILL
        opened.append(open_storage(*urls))
        return opened[-1]

    yield killed
    for storage in opened:
        storage.close()


def test_killed_before_the_deletion_is_on_disk_the_photograph_is_whole(storage, killed):
    item = add(storage, drawn=mask())

    reopened = killed(delete_and_die, "before", item.id)

    assert reopened.items.get(item.id) == item
    assert reopened.blobs.verify(item.image_blob)
    assert reopened.blobs.verify(reopened.revisions.get(item.id, 1).blob)


def test_killed_after_the_deletion_is_on_disk_its_bytes_go_at_the_next_start(storage, killed, tmp_path):
    before = blobs_on_disk(tmp_path)
    item = add(storage, drawn=mask())

    killed(delete_and_die, "after", item.id)

    assert storage.items.find(item.sha256) is None
    assert blobs_on_disk(tmp_path) == before


@pytest.mark.parametrize(("when", "left"), [("before", 1), ("after", 0)])
def test_a_snapshot_killed_while_it_goes_is_whole_or_gone_with_its_mask(storage, killed, when, left):
    item = add(storage, drawn=mask(), split=Split.TRAIN)
    snapshot = frozen(storage)
    storage.items.delete(item.id)

    reopened = killed(drop_and_die, when, snapshot.id)

    assert len(reopened.snapshots.heads()) == left
    assert reopened.blobs.exists(snapshot.entries[0].mask_blob) is bool(left)


def test_bytes_that_were_to_go_and_were_drawn_again_since_stay(storage, urls):
    gone, other = add(storage, "gone.jpg", mask("all black")), add(storage, "other.jpg")
    assert outcome(start(delete_and_die, urls, "after", gone.id)) == -signal.SIGKILL

    drawn = storage.revisions.append(other.id, mask("all black"), after=0)
    open_storage(*urls).close()

    assert storage.blobs.verify(drawn.blob)
    assert not storage.blobs.exists(gone.image_blob)


@pytest.mark.parametrize(("when", "epoch"), [("before", 1), ("after", 2)])
def test_a_trainer_killed_while_it_replaces_a_checkpoint_always_has_one_to_resume_from(
    storage, killed, tmp_path, when, epoch
):
    run = queued(storage)
    for number in (1, 2):
        (tmp_path / f"{number}.pt").write_bytes(b"epoch %d" % number)
    storage.checkpoints.add(run.id, CheckpointKind.LAST, tmp_path / "1.pt", epoch=1, step=4, val_iou=None)

    reopened = killed(replace_and_die, when, run.id, tmp_path / "2.pt")

    last = reopened.checkpoints.get(run.id, CheckpointKind.LAST)
    assert last.epoch == epoch
    assert reopened.blobs.get(last.blob) == b"epoch %d" % epoch
