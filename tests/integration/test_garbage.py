"""gc: what nothing refers to goes, what anything refers to stays, and what only snapshots hold is told."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest

from plateseg.cli import main
from plateseg.domain.types import SnapshotEntry, Split
from plateseg.services import garbage
from storage import open_storage
from storage.garbage import Garbage, Held
from storage.storage import utc_now
from tests.integration.storage_samples import add, frozen, mask, proposal, queued

NO_PATIENCE = timedelta(0)


def collect(storage, **words):
    return garbage.collect(storage, now=utc_now() + timedelta(minutes=1), **words)


def everything(storage):
    return {blob.name for blob in storage.blobs.stored()}


@pytest.fixture
def full(storage, tmp_path):
    """Photographs, masks, proposals, a snapshot, a run with a preview."""
    run = queued(storage)
    item = add(storage, "a.jpg", mask("one"), split=Split.TRAIN)
    storage.revisions.append_proposal(item.id, proposal())
    storage.previews.put(run.id, epoch=1, position=0, item_id=item.id, name="a.jpg", jpeg=b"preview")
    frozen(storage)
    return storage


def test_nothing_that_anything_refers_to_goes(full):
    before = everything(full)
    assert len(before) >= 8
    assert collect(full, patience=NO_PATIENCE).garbage == Garbage()
    assert everything(full) == before


def test_what_an_import_left_when_it_was_killed_goes_after_its_hour(full):
    before = everything(full)
    lost = {full.blobs.put(f"lost {n}".encode(), "jpg") for n in range(3)}
    assert collect(full).garbage == Garbage(young=3)
    assert collect(full, patience=NO_PATIENCE, dry_run=True).garbage == Garbage(files=3, bytes=18)
    assert everything(full) == before | lost
    assert collect(full, patience=NO_PATIENCE).garbage == Garbage(files=3, bytes=18)
    assert everything(full) == before


def test_files_of_other_names_are_none_of_ours(full, tmp_path):
    for path in ("notes.txt", "ab/notes.txt", "incoming/half", "abc/" + "0" * 64 + ".jpg"):
        (tmp_path / "blobs" / path).parent.mkdir(exist_ok=True)
        (tmp_path / "blobs" / path).write_text("mine")
    assert collect(full, patience=NO_PATIENCE).garbage == Garbage()
    assert (tmp_path / "blobs" / "ab" / "notes.txt").exists()


def test_what_only_a_snapshot_holds_is_told_and_kept(storage):
    gone = add(storage, "gone.jpg", mask("gone"), split=Split.TRAIN)
    add(storage, "kept.jpg", mask("kept"), split=Split.VAL)
    name = frozen(storage).name
    assert collect(storage).held == ()
    storage.items.delete(gone.id)
    done = collect(storage, patience=NO_PATIENCE)
    assert done.held == (Held(name, deleted=1, masks=1),)
    assert done.garbage.files == 0
    assert storage.blobs.get(storage.snapshots.get(1).entries[0].mask_blob) == b"gone"


def test_photographs_that_a_snapshot_only_names_were_not_deleted(storage):
    """As those the starter model learnt from: they were never here, and no mask of them is kept."""
    storage.snapshots.freeze([SnapshotEntry(0, 0, Split.TRAIN, "ab" * 32, "")], name="starter")
    assert collect(storage).held == ()


def test_once_the_snapshot_is_deleted_nothing_of_it_is_left(storage):
    gone = add(storage, "gone.jpg", mask("gone"), split=Split.TRAIN)
    add(storage, "kept.jpg", mask("kept"), split=Split.VAL)
    frozen(storage)
    storage.items.delete(gone.id)
    before = everything(storage)
    alone = storage.snapshots.get(1).entries[0].mask_blob
    storage.snapshots.delete(1)
    assert collect(storage, patience=NO_PATIENCE).held == ()
    assert before - everything(storage) == {alone}


def test_another_store_is_swept_by_the_same_code(tmp_path):
    storage = open_storage(f"sqlite:///{tmp_path / 'p.db'}", f"memory://{tmp_path.name}")
    add(storage, "a.jpg", mask())
    storage.blobs.put(b"lost", "png")
    assert collect(storage, patience=NO_PATIENCE).garbage == Garbage(files=1, bytes=4)
    assert collect(storage, patience=NO_PATIENCE).garbage == Garbage()
    storage.close()


def test_at_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLATESEG_HOME", str(tmp_path))
    for name in ("DATABASE_URL", "PLATESEG_BLOBS"):
        monkeypatch.delenv(name, raising=False)
    storage = open_storage(f"sqlite:///{tmp_path / 'plateseg.db'}", str(tmp_path / "blobs"))
    item = add(storage, "a.jpg", mask(), split=Split.TRAIN)
    name = frozen(storage).name
    storage.items.delete(item.id)
    lost = storage.blobs.put(b"lost", "png")
    old = time.time() - 7200
    os.utime(tmp_path / "blobs" / lost[:2] / lost, (old, old))
    assert main(["gc", "--dry-run"]) == 0
    assert "1 files (0.0 MB) that nothing refers to: would be deleted." in capsys.readouterr().out
    assert storage.blobs.exists(lost)
    assert main(["gc"]) == 0
    out = capsys.readouterr().out
    assert "refers to: deleted." in out
    assert f"Snapshot {name} still holds 1 masks" in out
    assert not storage.blobs.exists(lost)
    storage.close()
