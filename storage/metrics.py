"""The numbers of a run, append-only; the live curve polls what came since its last look."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select

from plateseg.domain.runs import MetricPoint
from storage.database import Database
from storage.tables import MetricRow


class Metrics:
    """The repository of metric points."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run_id: int, points: Sequence[MetricPoint]) -> None:
        """Append points; one that is not finite cannot be drawn, nor stored everywhere, and is left out."""
        values = [
            {"run_id": run_id, "step": p.step, "epoch": p.epoch, "name": p.name, "value": p.value}
            for p in points
            if math.isfinite(p.value)
        ]
        if not values:
            return
        with self._database.writing() as session:
            session.execute(insert(MetricRow), values)

    def since(self, run_id: int, cursor: int = 0, *, limit: int = 100_000) -> tuple[int, list[MetricPoint]]:
        """Points written after `cursor`, with the cursor to ask from next time."""
        query = (
            select(MetricRow.id, MetricRow.step, MetricRow.epoch, MetricRow.name, MetricRow.value)
            .where(MetricRow.run_id == run_id, MetricRow.id > cursor)
            .order_by(MetricRow.id)
            .limit(limit)
        )
        with self._database.reading() as session:
            rows = session.execute(query).all()
        return (rows[-1][0] if rows else cursor), [MetricPoint(r[1], r[2], r[3], r[4]) for r in rows]

    def last(self, run_id: int) -> dict[str, float]:
        """The newest value of every metric of a run."""
        newest = select(func.max(MetricRow.id)).where(MetricRow.run_id == run_id).group_by(MetricRow.name)
        with self._database.reading() as session:
            rows = session.execute(select(MetricRow.name, MetricRow.value).where(MetricRow.id.in_(newest)))
            return {str(name): float(value) for name, value in rows}

    def forget_after(self, run_id: int, step: int) -> None:
        """Drop what lies beyond a step: a resumed run draws that stretch again, and the curve stays one line."""
        with self._database.writing() as session:
            session.execute(delete(MetricRow).where(MetricRow.run_id == run_id, MetricRow.step > step))
