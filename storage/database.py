"""The engine, SQLite's pragmas, and one place where database errors become sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from plateseg.errors import PlatesegError, StorageUnavailable

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
                yield session

    def dispose(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()


def connect(url: str) -> Engine:
    """An engine for any SQLAlchemy URL, with SQLite set to WAL, foreign keys and a busy timeout."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}}
    if parsed.database in (None, "", ":memory:"):
        options["poolclass"] = StaticPool
    else:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def migrate(url: str) -> None:
    """Bring the schema at `url` to the newest Alembic revision; creates an empty database.

    Two processes starting at once take turns behind a lock file. Raises StorageUnavailable.
    """
    config = alembic_config(url)
    path = make_url(url).database
    on_disk = make_url(url).get_backend_name() == "sqlite" and path not in (None, "", ":memory:")
    with _translated():
        if not on_disk:
            command.upgrade(config, "head")
            return
        Path(str(path)).parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.migrate.lock", timeout=120):
            command.upgrade(config, "head")


def alembic_config(url: str) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions of its own: _begin_sqlite does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
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
