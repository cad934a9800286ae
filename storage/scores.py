"""What the best model of each run made of each photograph it was judged on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import defer

from plateseg.domain.matching import PlatePair
from plateseg.domain.metrics import PixelCounts
from plateseg.domain.scores import ImageScore
from plateseg.errors import NotFound
from storage.database import Database
from storage.tables import ItemRow, RunRow, ScoreRow


@dataclass(frozen=True, slots=True)
class Scored:
    """A score and what it was measured with: `truth` and `weights` are names of blobs."""

    item_id: int
    truth: str
    weights: str
    score: ImageScore


class Scores:
    """The repository of scores: one for each run and photograph, of the run's best weights."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, run_id: int, scored: Sequence[tuple[Scored, bytes]]) -> None:
        """Keep scores with the predicted masks (PNG), in place of earlier ones of the same photographs.

        Nothing is kept of photographs and runs that were deleted meanwhile.
        """
        with self._database.writing() as session:
            if session.get(RunRow, run_id) is None:
                return
            ids = [each.item_id for each, _ in scored]
            there = set(session.scalars(select(ItemRow.id).where(ItemRow.id.in_(ids))))
            session.execute(delete(ScoreRow).where(ScoreRow.run_id == run_id, ScoreRow.item_id.in_(there)))
            values = [_values(run_id, each, png) for each, png in scored if each.item_id in there]
            if values:
                session.execute(insert(ScoreRow), values)

    def of(self, run_id: int, *, weights: str) -> tuple[Scored, ...]:
        """The scores of a run that these weights earned, by item."""
        query = (
            select(ScoreRow)
            .where(ScoreRow.run_id == run_id, ScoreRow.weights == weights)
            .order_by(ScoreRow.item_id)
            .options(defer(ScoreRow.predicted))
        )
        with self._database.reading() as session:
            return tuple(_to_scored(row) for row in session.scalars(query))

    def predicted(self, run_id: int, item_id: int) -> tuple[Scored, bytes]:
        """One score with the mask (PNG) that earned it. Raises NotFound."""
        with self._database.reading() as session:
            row = session.get(ScoreRow, (run_id, item_id))
            if row is None:
                raise NotFound(f"Run {run_id} was not judged on photograph {item_id}, or it was deleted since.")
            return _to_scored(row), row.predicted


def _values(run_id: int, scored: Scored, png: bytes) -> dict[str, object]:
    counts = scored.score.counts
    return {
        "run_id": run_id,
        "item_id": scored.item_id,
        "truth": scored.truth,
        "weights": scored.weights,
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "tn": counts.tn,
        "boundary_iou": scored.score.boundary_iou,
        "pairs": [[pair.true_height, pair.said_height, pair.iou] for pair in scored.score.pairs],
        "predicted": png,
    }


def _to_scored(row: ScoreRow) -> Scored:
    counts = PixelCounts(tp=row.tp, fp=row.fp, fn=row.fn, tn=row.tn)
    pairs = tuple(PlatePair(int(true), int(said), float(iou)) for true, said, iou in row.pairs)
    return Scored(row.item_id, row.truth, row.weights, ImageScore(counts, row.boundary_iou, pairs))
