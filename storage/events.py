"""What happened, in order: imports with their reports, decisions, deaths of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.database import Database
from storage.tables import EventRow


class Events:
    """Append-only record. A payload is plain JSON."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, kind: str, payload: Mapping[str, Any], *, item_id: int | None = None, run_id: int | None = None
    ) -> None:
        """Write one line."""
        with self._database.writing() as session:
            session.add(EventRow(at=self._clock(), kind=kind, item_id=item_id, run_id=run_id, payload=dict(payload)))

    def of_items(self, kind: str) -> tuple[tuple[int, dict[str, Any]], ...]:
        """Every line of a kind that is about a photograph, oldest first: its item and payload."""
        query = select(EventRow.item_id, EventRow.payload).where(EventRow.kind == kind, EventRow.item_id.is_not(None))
        with self._database.reading() as session:
            rows = session.execute(query.order_by(EventRow.id))
            return tuple((item_id, payload) for item_id, payload in rows if item_id is not None)

    def latest(self, kind: str) -> tuple[datetime, dict[str, Any]] | None:
        """The newest line of a kind with its moment, or None."""
        with self._database.reading() as session:
            row = session.scalars(select(EventRow).where(EventRow.kind == kind).order_by(EventRow.id.desc())).first()
            return (row.at, row.payload) if row else None
