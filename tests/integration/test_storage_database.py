"""The database under load and under faults: a transaction is whole or nothing, and a fault is a sentence."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from threading import Timer

import pytest
from sqlalchemy import event

from plateseg.domain.runs import MetricPoint
from plateseg.errors import NotFound, StorageUnavailable
from storage import open_storage
from tests.conftest import ROOT
from tests.integration.storage_samples import add, mask, queued, race


def pragma(storage, name):
    with storage.database.reading() as session:
        return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 30_000), ("secure_delete", 1), ("synchronous", 1)],
)
def test_every_connection_has_its_pragmas(storage, name, value):
    assert race(8, lambda _: pragma(storage, name)) == [value] * 8


def test_a_row_that_refers_to_nothing_is_refused(storage):
    with pytest.raises(StorageUnavailable, match="FOREIGN KEY constraint failed"):
        storage.metrics.add(99, [MetricPoint(1, 0.1, "train/loss", 1.0)])


def test_what_fails_half_way_leaves_nothing(storage):
    item = add(storage)

    def half_way():
        with storage.database.writing() as session:
            session.connection().exec_driver_sql("DELETE FROM items")
            raise NotFound("half-way")

    with pytest.raises(NotFound, match="half-way"):
        half_way()

    assert storage.items.get(item.id) == item


def test_a_reader_sees_one_state_and_is_not_kept_waiting_by_a_writer(storage):
    add(storage, "first.jpg")
    count = "SELECT count(*) FROM items"

    with storage.database.reading() as reader:
        assert reader.connection().exec_driver_sql(count).scalar() == 1
        with storage.database.writing() as writer:
            writer.connection().exec_driver_sql("DELETE FROM items")
            assert storage.items.page().total == 1
        assert reader.connection().exec_driver_sql(count).scalar() == 1

    assert storage.items.page().total == 0


def test_forty_threads_at_once_are_served(storage):
    """As many as the web server may have at work."""
    item = add(storage)

    results = race(40, lambda n: add(storage, f"{n}.jpg").id if n % 4 == 0 else storage.items.get(item.id).id)

    assert [r for r in results if isinstance(r, Exception)] == []
    assert storage.items.page().total == 11


@pytest.fixture
def impatient(storage):
    """The storage, waiting for a lock for 0.1 s instead of 30 s."""
    event.listen(storage.database.engine, "checkout", lambda c, *_: c.execute("PRAGMA busy_timeout=100"))
    return storage


def test_a_database_locked_by_another_is_a_sentence_and_the_way_out_works(impatient, tmp_path):
    item = add(impatient)

    with closing(sqlite3.connect(tmp_path / "plateseg.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable, match=r"busy with another write for over 30 seconds. Try again"):
            impatient.revisions.append(item.id, mask(), after=0)
        assert impatient.items.get(item.id) == item
        other.execute("ROLLBACK")

    assert impatient.revisions.append(item.id, mask(), after=0).number == 1


def test_a_transaction_has_the_write_lock_from_its_first_line(storage, tmp_path):
    """What it looks at outside the database, such as whether a blob is there, holds until its end."""
    with closing(sqlite3.connect(tmp_path / "plateseg.db", isolation_level=None, timeout=0)) as other:
        with storage.database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")

    assert storage.items.page().total == 0


def test_a_writer_waits_for_its_turn(storage, tmp_path):
    item = add(storage)

    with closing(sqlite3.connect(tmp_path / "plateseg.db", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = Timer(0.3, other.execute, ["ROLLBACK"])
        release.start()

        saved = storage.revisions.append(item.id, mask(), after=0)

        release.join()
    assert saved.number == 1


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("no address at all", "DATABASE_URL is not the address of a database"),
        ("sqlite://", "A database in memory cannot be shared with training processes"),
        ("sqlite:///:memory:", "Name a file in DATABASE_URL"),
        ("mysql+mysqldb://user:SECRET@nowhere/plates", "driver for DATABASE_URL is not installed"),
        ("nonsense://user:SECRET@nowhere/plates", "driver for DATABASE_URL is not installed"),
        ("sqlite:////dev/null/plateseg.db", "did not answer as expected"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_without_the_password(tmp_path, url, sentence):
    with pytest.raises(StorageUnavailable, match=sentence) as refusal:
        open_storage(url, str(tmp_path / "blobs"))

    assert "SECRET" not in str(refusal.value)


def test_a_file_that_is_no_database_is_said_and_left_alone(tmp_path):
    path = tmp_path / "plateseg.db"
    path.write_bytes(b"my holiday diary" * 1000)

    with pytest.raises(StorageUnavailable, match="file is not a database"):
        open_storage(f"sqlite:///{path}", str(tmp_path / "blobs"))

    assert path.read_bytes() == b"my holiday diary" * 1000


def test_a_path_with_spaces_percents_and_umlauts_is_a_path(tmp_path):
    folder = tmp_path / "Müller 100% #1"
    opened = open_storage(f"sqlite:///{folder / 'plateseg.db'}", str(folder / "blobs"))
    add(opened, drawn=mask())
    opened.close()

    assert (folder / "plateseg.db").exists()
    again = open_storage(f"sqlite:///{folder / 'plateseg.db'}", str(folder / "blobs"))
    assert again.items.page().total == 1
    again.close()


def test_a_closed_storage_leaves_one_file(tmp_path):
    opened = open_storage(f"sqlite:///{tmp_path / 'plateseg.db'}", str(tmp_path / "blobs"))
    queued(opened)

    opened.close()

    assert {p.name for p in tmp_path.glob("plateseg.db*")} <= {"plateseg.db", "plateseg.db.migrate.lock"}
    with closing(sqlite3.connect(tmp_path / "plateseg.db")) as copied:
        assert copied.execute("SELECT count(*) FROM runs").fetchone() == (1,)


FULL = """
import os, sys
from pathlib import Path
from sqlalchemy import event
from plateseg.errors import StorageUnavailable
from storage import open_storage
from tests.integration.storage_samples import add, mask

folder, how = Path(sys.argv[1]), sys.argv[2]
storage = open_storage(f"sqlite:///{folder / 'plateseg.db'}", str(folder / "blobs"))
item = add(storage, drawn=mask("first"))

def fill():
    if how == "no page left":
        def full(connection, *_):
            connection.execute("PRAGMA max_page_count=1")  # SQLite takes it as: not one more than there are
        event.listen(storage.database.engine, "checkout", full)
        return lambda: (event.remove(storage.database.engine, "checkout", full), storage.database.dispose())
    ballast = (folder / "ballast").open("wb", buffering=0)
    for size in (65536, 4096, 512, 1):
        try:
            while True:
                ballast.write(os.urandom(size))
        except OSError:
            pass
    return lambda: (ballast.close(), (folder / "ballast").unlink())

def attempt(what):
    try:
        what()
        print("saved")
    except StorageUnavailable as error:
        print(error)

large = mask("second" * 100_000, author="x" * 100_000)
release = fill()
attempt(lambda: storage.revisions.append(item.id, large, after=1))
attempt(lambda: storage.events.add("note", {"text": "x" * 500_000}))
print(storage.items.get(item.id).head, len(storage.revisions.of(item.id)))
release()
attempt(lambda: storage.revisions.append(item.id, large, after=1))
print(storage.items.get(item.id).head, len(storage.revisions.of(item.id)))
with storage.database.reading() as session:
    print(session.connection().exec_driver_sql("PRAGMA integrity_check").scalar())
print(list((folder / "blobs").glob("incoming/*")))
"""
SMALL_DISK = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=3m none "$0" && exec "$@"']


def can_mount(folder="/tmp"):
    """Whether this machine lets a test have a disk of its own."""
    try:
        return subprocess.run([*SMALL_DISK, folder, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", ["no page left"] + ["no disk left"] * can_mount())
def test_a_full_disk_is_said_loses_nothing_and_can_be_saved_to_again(tmp_path, how):
    disk = [*SMALL_DISK, str(tmp_path)] if how == "no disk left" else []

    done = subprocess.run(
        [*disk, sys.executable, "-c", FULL, str(tmp_path), how],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    full = "The disk is full: nothing was saved. Free some space and save again."
    assert done.stdout.splitlines() == [full, full, "1 1", "saved", "2 2", "ok", "[]"]
