"""What the scores of each run come to, and how it stands against a champion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from plateseg.domain.verdict import Verdict
from storage.database import Database
from storage.tables import JudgementRow, RunRow


@dataclass(frozen=True, slots=True)
class Rival:
    """The run that a verdict was against, as it was then: its number, name and weights (a blob's name)."""

    run_id: int
    name: str
    weights: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of one run with these weights. verdict: None without a rival.

    summary: `domain.scores.Summary.as_json`, with `of`, how many photographs there were to judge it on, `comparable`,
    on how many of them a rival may be compared with it, and `seconds_per_image`.
    """

    run_id: int
    weights: str
    summary: dict[str, Any]
    against: Rival | None
    verdict: Verdict | None

    @property
    def whole(self) -> bool:
        """Whether it was judged on every photograph there was, and compared on all that a rival did not learn from."""
        if self.summary["images"] < self.summary.get("of", 0):
            return False
        if self.against is None:
            return True
        return self.verdict.images >= self.verdict.of if self.verdict else self.summary.get("comparable") == 0


class Judgements:
    """The repository of judgements, one a run."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def put(self, judgement: Judgement) -> None:
        """Keep a judgement in place of the run's earlier one; nothing is kept of a run that is gone."""
        against, verdict = judgement.against, judgement.verdict
        with self._database.writing() as session:
            if session.get(RunRow, judgement.run_id) is None:
                return
            session.merge(
                JudgementRow(
                    run_id=judgement.run_id,
                    weights=judgement.weights,
                    summary=judgement.summary,
                    against=_plain(against) if against else None,
                    verdict=verdict.as_json() if verdict else None,
                    judged_at=self._clock(),
                )
            )

    def get(self, run_id: int) -> Judgement | None:
        """The judgement of a run, or None."""
        with self._database.reading() as session:
            row = session.get(JudgementRow, run_id)
            return _to_judgement(row) if row else None

    def all(self) -> dict[int, Judgement]:
        """All judgements by run."""
        with self._database.reading() as session:
            return {row.run_id: _to_judgement(row) for row in session.scalars(select(JudgementRow))}


def _plain(rival: Rival) -> dict[str, Any]:
    return {"run_id": rival.run_id, "name": rival.name, "weights": rival.weights}


def _to_judgement(row: JudgementRow) -> Judgement:
    return Judgement(
        run_id=row.run_id,
        weights=row.weights,
        summary=row.summary,
        against=Rival(**row.against) if row.against else None,
        verdict=Verdict.from_json(row.verdict) if row.verdict else None,
    )
