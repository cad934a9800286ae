"""One handle on everything that is remembered: the database's repositories and the blobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.blobs import Blobs
from storage.checkpoints import Checkpoints
from storage.database import Database, migrate
from storage.deletion import sweep
from storage.events import Events
from storage.facts import Facts
from storage.items import Items
from storage.judgements import Judgements
from storage.metrics import Metrics
from storage.previews import Previews
from storage.revisions import Revisions
from storage.runs import Runs
from storage.scores import Scores
from storage.snapshots import Snapshots
from storage.splits import Splits
from storage.suspects import Suspects

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock, timezone-aware in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Storage:
    """Repositories by noun. Safe to share between threads; a trainer process opens its own."""

    database: Database
    blobs: Blobs
    items: Items
    splits: Splits
    facts: Facts
    suspects: Suspects
    revisions: Revisions
    snapshots: Snapshots
    runs: Runs
    metrics: Metrics
    checkpoints: Checkpoints
    previews: Previews
    scores: Scores
    judgements: Judgements
    events: Events

    def close(self) -> None:
        """Give the database connections back."""
        self.database.dispose()


def open_storage(database_url: str, blob_url: str, *, clock: Clock = utc_now) -> Storage:
    """Open, and bring the schema to the newest revision.

    database_url: any SQLAlchemy URL. blob_url: a folder, or `s3://`, `memory://` or another fsspec URL.
    Raises StorageUnavailable when the database or the blobs cannot be opened.
    """
    migrate(database_url)
    database = Database(database_url)
    blobs = Blobs(blob_url)
    sweep(database, blobs)
    return Storage(
        database=database,
        blobs=blobs,
        items=Items(database, blobs, clock),
        splits=Splits(database),
        facts=Facts(database),
        suspects=Suspects(database, clock),
        revisions=Revisions(database, blobs, clock),
        snapshots=Snapshots(database, blobs, clock),
        runs=Runs(database, blobs, clock),
        metrics=Metrics(database),
        checkpoints=Checkpoints(database, blobs, clock),
        previews=Previews(database, blobs),
        scores=Scores(database),
        judgements=Judgements(database, clock),
        events=Events(database, clock),
    )
