"""Deleting a photograph: nothing of it stays, nothing of others goes, and bytes never go before their rows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from conftest import ROOT
from sqlalchemy import event
from storage_samples import add, frozen, mask, photo, proposal, queued

from plateseg.domain.types import CheckpointKind
from plateseg.errors import StorageUnavailable
from storage import open_storage


def blobs_on_disk(folder):
    return {path.name for path in (folder / "blobs").rglob("*") if path.is_file()}


def test_nothing_of_a_deleted_photograph_is_left_on_disk(storage, tmp_path):
    kept = add(storage, "kept.jpg", mask("kept"))
    left = blobs_on_disk(tmp_path)
    gone = add(storage, "SECRET-number-plate.jpg", mask("SECRET mask", author="SECRET author"))
    storage.revisions.append_proposal(gone.id, proposal("SECRET guess"))
    run = queued(storage)
    storage.snapshots.freeze([])  # the run's own snapshot holds no line of it: see the tests on snapshots
    storage.previews.put(run.id, epoch=1, position=0, item_id=gone.id, name=gone.name, jpeg=b"SECRET preview")
    storage.events.add("excluded", {"name": gone.name}, item_id=gone.id)

    deletion = storage.items.delete(gone.id)

    assert deletion.name == "SECRET-number-plate.jpg"
    assert storage.items.find(gone.sha256) is None
    assert storage.revisions.of(gone.id) == ()
    assert storage.previews.of(run.id) == ()
    assert storage.items.get(kept.id) == kept
    assert left <= blobs_on_disk(tmp_path)
    secrets = [path for path in tmp_path.rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()]
    assert secrets == []
