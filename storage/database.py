"""The engine, SQLite's pragmas, and one place where database errors become sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from plateseg.errors import NotFound, PlatesegError, StorageUnavailable

BUSY_TIMEOUT_MS = 30_000


class Database:
    """Sessions over one engine: `reading()` sees a snapshot, `writing()` is one transaction or nothing."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks. Raises StorageUnavailable."""
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error. Raises StorageUnavailable.

        On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so that two writers queue up for
        `BUSY_TIMEOUT_MS` instead of one of them failing half-way with "database is locked".
        """
        with _translated():
            engine = self.engine.execution_options(plateseg_writes=True)
            with Session(engine, expire_on_commit=False) as session, session.begin():
                session.connection()  # begins now, not at the first statement: what is looked at before it counts
                yield session

    def scrub(self) -> None:
        """Leave nothing of deleted rows in SQLite's write-ahead log; other databases see to theirs."""
        if self.engine.dialect.name != "sqlite":
            return
        with _translated(), closing(self.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def dispose(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()


def connect(url: str, *, foreign_keys: bool = True) -> Engine:
    """An engine for any SQLAlchemy URL, with SQLite set to WAL, foreign keys and a busy timeout.

    foreign_keys: off for migrations, which rebuild tables: dropping the old one would empty those that refer to it.
    Raises StorageUnavailable for an address that no engine can be made of.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite":
        try:
            return create_engine(parsed, pool_pre_ping=True)
        except (ImportError, ArgumentError) as error:
            raise StorageUnavailable(
                f"The driver for DATABASE_URL is not installed ({error}). "
                "Install it with pip, or leave DATABASE_URL empty for SQLite."
            ) from error
    Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000})

    def prepare(connection: Any, _record: object) -> None:
        _prepare_sqlite(connection, foreign_keys=foreign_keys)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def migrate(url: str) -> None:
    """Bring the schema at `url` to the newest Alembic revision; creates an empty database.

    Two processes starting at once take turns behind a lock file. Raises StorageUnavailable, of a database that
    a newer version wrote as well.
    """
    config = alembic_config(url)
    parsed = _parsed(url)
    with _translated():
        if parsed.get_backend_name() != "sqlite":
            _upgrade(config)
            return
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{parsed.database}.migrate.lock", timeout=120):
            _upgrade(config)


def alembic_config(url: str) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _upgrade(config: Config) -> None:
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageUnavailable(
            f"The database was written by a newer version of plateseg ({error}). "
            "Update plateseg, or name another PLATESEG_HOME."
        ) from error


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageUnavailable(
            "DATABASE_URL is not the address of a database. Write it like sqlite:////data/plateseg.db."
        ) from error
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StorageUnavailable(
            "A database in memory cannot be shared with training processes and is gone at the end. "
            "Name a file in DATABASE_URL, like sqlite:////data/plateseg.db."
        )
    return parsed


def _prepare_sqlite(connection: Any, *, foreign_keys: bool) -> None:
    # The driver must not open transactions of its own: _begin_sqlite does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "synchronous=NORMAL",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("plateseg_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PlatesegError:
        raise
    except OverflowError as error:
        raise NotFound("There is nothing of a number that large. Choose from the page again.") from error
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StorageUnavailable(_sentence(error)) from error


def _sentence(error: BaseException) -> str:
    cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if "disk is full" in cause or "No space left" in cause:
        return "The disk is full: nothing was saved. Free some space and save again."
    if "locked" in cause:
        return "The database is busy with another write for over 30 seconds. Try again in a moment."
    if "readonly" in cause or "read-only" in cause or "unable to open" in cause:
        return f"The database cannot be written ({cause}). Check the folder's owner and free space."
    return f"The database did not answer as expected ({cause})."
