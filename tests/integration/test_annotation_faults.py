"""A full disk and a killed app lose nothing that was saved before, and say so."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import replace

import numpy as np
import pytest

from plateseg.domain import masks
from storage import open_storage
from tests.conftest import ROOT
from tests.integration.storage_samples import add, photo

FULL = "The disk is full: nothing was saved. Free some space and save again."


@contextmanager
def files_no_larger_than(size):
    """A disk that takes no more: the kernel refuses to write a file past this size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def noise(seed, *, width=1000, height=800):
    return np.random.default_rng(seed).integers(0, 2, (height, width), dtype=np.uint8)


def save(client, item, mask, after):
    height, width = mask.shape
    body = {"after": after, "width": width, "height": height, "runs": masks.to_runs(mask)}
    return client.post(f"/api/items/{item}/revisions", json=body)


@pytest.mark.parametrize("room", [4096, 60_000])
def test_a_full_disk_while_saving_is_said_and_everything_saved_before_is_intact(client, storage, tmp_path, room):
    item = storage.items.add(replace(photo(storage), width=1000, height=800))[0].id
    assert save(client, item, noise(1), 0).status_code == 201
    # The noise takes some 100 KB as PNG, so there is no room for a second one.
    before = sorted(path for path in (tmp_path / "blobs").rglob("*") if path.is_file())

    with files_no_larger_than(room):
        refused = save(client, item, noise(2), 1)

    assert (refused.status_code, refused.json()["error"]) == (507, FULL)
    assert sorted(path for path in (tmp_path / "blobs").rglob("*") if path.is_file()) == before
    with closing(sqlite3.connect(tmp_path / "plateseg.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    shown = client.get(f"/api/items/{item}").json()
    assert [revision["number"] for revision in shown["revisions"]] == [1]
    assert np.array_equal(masks.from_runs(shown["mask"]["runs"], width=1000, height=800), noise(1))

    assert save(client, item, noise(2), 1).json()["number"] == 2
    assert storage.blobs.verify(storage.revisions.get(item, 2).blob)


def test_a_database_that_cannot_grow_is_said_and_stays_intact(client, storage, tmp_path):
    """The mask itself is tiny and finds room; the database does not."""
    item = add(storage).id
    tiny = np.zeros((480, 640), np.uint8)
    tiny[5:9, 5:9] = 1
    with storage.database.reading() as session:
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    with files_no_larger_than(2000):
        refused = save(client, item, tiny, 0)

    assert refused.status_code == 507
    assert refused.json()["error"].endswith(".")
    with closing(sqlite3.connect(tmp_path / "plateseg.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert client.get(f"/api/items/{item}").json()["revisions"] == []
    assert save(client, item, tiny, 0).status_code == 201


SAVER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import numpy as np
from fastapi import FastAPI
from starlette.testclient import TestClient
from plateseg.domain import masks
from plateseg.settings import Settings
from plateseg.ui.context import Context
from plateseg.ui.routes import revisions
from storage import open_storage

url, blobs, item = sys.argv[1:]
storage = open_storage(url, blobs)
settings = Settings(Path(blobs).parent, url, blobs)
context = Context(storage, settings, None, None, None, None, lambda: datetime.now(UTC))
app = FastAPI()
app.include_router(revisions.router(context), prefix="/api")
with TestClient(app) as client:
    after = storage.items.get(int(item)).head
    while True:
        mask = np.random.default_rng(after).integers(0, 2, (480, 640), dtype=np.uint8)
        body = {"after": after, "width": 640, "height": 480, "runs": masks.to_runs(mask)}
        answer = client.post(f"/api/items/{item}/revisions", json=body)
        assert answer.status_code == 201, answer.text
        after = answer.json()["number"]
        print(after, flush=True)
"""


def test_an_app_killed_while_saving_keeps_every_mask_it_had_confirmed(storage, tmp_path):
    item = add(storage).id
    url, blobs = f"sqlite:///{tmp_path / 'plateseg.db'}", str(tmp_path / "blobs")
    moments = random.Random(7)
    confirmed = 0
    for _ in range(2):
        app = subprocess.Popen(
            [sys.executable, "-c", SAVER, url, blobs, str(item)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        confirmed = int(app.stdout.readline())
        time.sleep(moments.uniform(0.0, 0.15))
        app.send_signal(signal.SIGKILL)
        rest = app.stdout.read().split("\n")
        app.wait()
        confirmed = max([confirmed, *(int(line) for line in rest if line.isdecimal())])

        again = open_storage(url, blobs)
        revisions = again.revisions.of(item)
        assert len(revisions) in (confirmed, confirmed + 1)
        assert [revision.number for revision in revisions] == list(range(len(revisions), 0, -1))
        for revision in revisions:
            expected = np.random.default_rng(revision.number - 1).integers(0, 2, (480, 640), dtype=np.uint8)
            assert np.array_equal(masks.read_png(again.blobs.get(revision.blob)), expected)
        assert again.items.get(item).head == len(revisions)
        with closing(sqlite3.connect(tmp_path / "plateseg.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        again.close()
    assert confirmed >= 2
