"""The schema: from nothing and from every earlier revision to the newest, without losing a row."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

import storage as storage_package
from plateseg.errors import StorageUnavailable
from storage import open_storage
from storage.database import alembic_config, connect
from storage.tables import Base
from tests.integration.storage_processes import PIPE, heard, open_once, start
from tests.integration.storage_samples import race

SCRIPTS = ScriptDirectory.from_config(alembic_config("sqlite://"))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


@pytest.fixture
def url(tmp_path):
    """Where the database is to be."""
    return f"sqlite:///{tmp_path / 'plateseg.db'}"


def rows(path, query):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def differences(url):
    """What Alembic would still have to change for the database to be as the code says."""
    engine = connect(url)
    with engine.connect() as connection:
        found = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True}),
            Base.metadata,
        )
    engine.dispose()
    return found


def fill_first_schema(path):
    """A photograph with a plate, one said to have none, and a run with a curve, in the words of revision 0001."""
    with closing(sqlite3.connect(path)) as old:
        old.executescript(
            """
            INSERT INTO items VALUES (7, 'aa', 'car.jpg', 640, 480, 'car', 'train', 'labelled', 1, 1, 'i.jpg', 't.jpg',
                                      'image/jpeg', '2026-01-02 03:04:05.000000');
            INSERT INTO mask_revisions VALUES (1, 7, 1, 'manual', 'Ada', 0, '', 'm.png', 9, NULL,
                                               '2026-01-02 03:04:05');
            INSERT INTO items VALUES (8, 'cc', 'tree.jpg', 64, 48, 'tree', 'train', 'no_plate', 2, 2, 'j.jpg', 'u.jpg',
                                      'image/jpeg', '2026-01-02 03:04:05');
            INSERT INTO mask_revisions VALUES (2, 8, 1, 'manual', 'Ada', 0, '', 'n.png', 0, NULL,
                                               '2026-01-02 03:04:05');
            INSERT INTO mask_revisions VALUES (3, 8, 2, 'manual', 'Ada', 1, '', 'n.png', 0, NULL,
                                               '2026-01-02 03:04:05');
            INSERT INTO snapshots VALUES (1, 'first', 'bb', '2026-01-02 03:04:05');
            INSERT INTO runs VALUES (3, 'night', '{"epochs": 5}', 1, 'finished', 0, 'cpu', 'here', 1, NULL, NULL, NULL,
                                     '2026-01-02 03:04:05', 5, 20, 4, 0.5, 'Done.', 0.9, 4, 1);
            INSERT INTO metrics VALUES (1, 3, 4, 1.0, 'val/mean_iou', 0.9);
            """
        )
        old.commit()


def test_the_history_is_one_line():
    assert SCRIPTS.get_bases() == ["0001"]
    assert SCRIPTS.get_heads() == [REVISIONS[-1]]


def test_from_nothing_to_what_the_code_says(url, tmp_path):
    open_storage(url, str(tmp_path / "blobs")).close()

    assert differences(url) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_from_every_revision_to_what_the_code_says_with_every_row(url, tmp_path, revision):
    command.upgrade(alembic_config(url), "0001")
    fill_first_schema(tmp_path / "plateseg.db")
    command.upgrade(alembic_config(url), revision)

    opened = open_storage(url, str(tmp_path / "blobs"))

    assert differences(url) == []
    assert opened.items.get(7).name == "car.jpg"
    assert opened.revisions.get(7, 1).author == "Ada"
    assert [(mask.number, mask.no_plate) for mask in opened.revisions.of(8)] == [(2, True), (1, False)]
    assert not opened.revisions.get(7, 1).no_plate
    assert (opened.runs.champion().id, opened.runs.champion().config.epochs) == (3, 5)
    assert opened.metrics.last(3) == {"val/mean_iou": 0.9}
    assert [(head.id, head.name) for head in opened.snapshots.heads()] == [(1, "first")]
    opened.close()


@pytest.mark.parametrize("revision", [None, *REVISIONS])
def test_numbers_are_never_given_out_twice_whatever_the_database_began_as(url, tmp_path, revision):
    if revision:
        command.upgrade(alembic_config(url), revision)
    open_storage(url, str(tmp_path / "blobs")).close()

    with closing(sqlite3.connect(tmp_path / "plateseg.db")) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'").fetchall()
    assert {"items", "snapshots", "runs", "metrics"} <= {name for (name,) in tables}


def test_down_to_nothing_and_up_again(url):
    config = alembic_config(url)
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    command.upgrade(config, "head")

    assert differences(url) == []


def test_a_database_of_a_newer_version_is_said_and_left_alone(url, tmp_path):
    open_storage(url, str(tmp_path / "blobs")).close()
    with closing(sqlite3.connect(tmp_path / "plateseg.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(StorageUnavailable, match="written by a newer version of plateseg"):
        open_storage(url, str(tmp_path / "blobs"))

    assert rows(tmp_path / "plateseg.db", "SELECT version_num FROM alembic_version") == [("9999",)]


def test_two_processes_starting_at_once_migrate_once(url, tmp_path):
    pipes = [PIPE() for _ in range(2)]
    for _, theirs in pipes:
        start(open_once, (url, str(tmp_path / "blobs")), theirs)
    assert [heard(mine) for mine, _ in pipes] == ["ready", "ready"]
    for mine, _ in pipes:
        mine.send("go")

    assert [heard(mine) for mine, _ in pipes] == ["open", "open"]
    assert differences(url) == []


def test_eight_threads_opening_at_once_migrate_once(url, tmp_path):
    opened = race(8, lambda _: open_storage(url, str(tmp_path / "blobs")))

    assert [o for o in opened if isinstance(o, Exception)] == []
    assert differences(url) == []
    for one in opened:
        one.close()


@pytest.fixture
def next_version(tmp_path, url):
    """The project as it may be one revision from now: write a migration, get what it did to a filled database."""
    command.upgrade(alembic_config(url), "0001")
    fill_first_schema(tmp_path / "plateseg.db")
    command.upgrade(alembic_config(url), "head")
    shutil.copytree(Path(storage_package.__file__).parent / "migrations", tmp_path / "migrations")

    def upgrade(body):
        (tmp_path / "migrations" / "versions" / "next.py").write_text(
            f"from alembic import op\nimport sqlalchemy as sa\n"
            f"revision = 'next'\ndown_revision = {REVISIONS[-1]!r}\n\n\ndef upgrade():\n{body}"
        )
        config = alembic_config(url)
        config.set_main_option("script_location", str(tmp_path / "migrations"))
        command.upgrade(config, "head")

    return upgrade


def test_a_migration_that_rebuilds_a_table_keeps_what_refers_to_it(next_version, tmp_path):
    """SQLite alters a table by copying and dropping it; with foreign keys on, the drop would empty the masks."""
    next_version(
        "    with op.batch_alter_table('items', recreate='always') as items:\n"
        "        items.add_column(sa.Column('colour', sa.String(), server_default='red'))\n"
    )

    path = tmp_path / "plateseg.db"
    assert rows(path, "SELECT id, colour FROM items") == [(7, "red"), (8, "red")]
    assert rows(path, "SELECT item_id, author FROM mask_revisions") == [(7, "Ada"), (8, "Ada"), (8, "Ada")]
    assert rows(path, "PRAGMA foreign_key_check") == []


def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(next_version, tmp_path):
    before = rows(tmp_path / "plateseg.db", "SELECT sql FROM sqlite_master ORDER BY name")

    with pytest.raises(OperationalError, match="no such table: nowhere"):
        next_version("    op.drop_table('events')\n    op.execute('DELETE FROM items')\n    op.drop_table('nowhere')\n")

    path = tmp_path / "plateseg.db"
    assert rows(path, "SELECT sql FROM sqlite_master ORDER BY name") == before
    assert rows(path, "SELECT name FROM items") == [("car.jpg",), ("tree.jpg",)]
    assert rows(path, "SELECT version_num FROM alembic_version") == [(REVISIONS[-1],)]
