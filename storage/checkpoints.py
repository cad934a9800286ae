"""Saved weights of runs: one best, one last, and the epochs that were asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select, update

from plateseg.domain.runs import Checkpoint, CheckpointKind
from storage.blobs import Blobs
from storage.database import Database
from storage.deletion import doom, sweep
from storage.tables import CheckpointRow, RunRow


class Checkpoints:
    """The repository of checkpoints."""

    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def add(
        self, run_id: int, kind: CheckpointKind, path: Path, *, epoch: int, step: int, val_iou: float | None
    ) -> Checkpoint:
        """Store a weights file. A new best or last takes the place of the one before, whose bytes go."""
        blob = self._blobs.put_file(path, "pt")
        with self._database.writing() as session:
            if not self._blobs.exists(blob):
                # Another run of the same seed held the same bytes and gave them up just now.
                self._blobs.put_file(path, "pt")
            replaced: set[str] = set()
            if kind is not CheckpointKind.EPOCH:
                mine = (CheckpointRow.run_id == run_id, CheckpointRow.kind == kind.value)
                replaced = set(session.scalars(select(CheckpointRow.blob).where(*mine)))
                session.execute(delete(CheckpointRow).where(*mine))
            row = CheckpointRow(
                run_id=run_id,
                kind=kind.value,
                epoch=epoch,
                step=step,
                val_iou=val_iou,
                blob=blob,
                created_at=self._clock(),
            )
            session.add(row)
            if kind is CheckpointKind.BEST:
                session.execute(update(RunRow).where(RunRow.id == run_id).values(best_iou=val_iou, best_epoch=epoch))
            doomed = doom(session, replaced)
            added = to_checkpoint(row)
        if doomed:
            sweep(self._database, self._blobs)
        return added

    def get(self, run_id: int, kind: CheckpointKind) -> Checkpoint | None:
        """The newest checkpoint of a kind, or None."""
        query = (
            select(CheckpointRow)
            .where(CheckpointRow.run_id == run_id, CheckpointRow.kind == kind.value)
            .order_by(CheckpointRow.id.desc())
        )
        with self._database.reading() as session:
            row = session.scalars(query).first()
            return to_checkpoint(row) if row else None

    def runs_with(self, kind: CheckpointKind) -> frozenset[int]:
        """Ids of the runs that have a checkpoint of this kind."""
        return frozenset(self.blobs(kind))

    def blobs(self, kind: CheckpointKind) -> dict[int, str]:
        """The blob of each run's newest checkpoint of this kind, by run."""
        query = select(CheckpointRow.run_id, CheckpointRow.blob).where(CheckpointRow.kind == kind.value)
        with self._database.reading() as session:
            return dict(session.execute(query.order_by(CheckpointRow.id)).tuples().all())


def to_checkpoint(row: CheckpointRow) -> Checkpoint:
    """The domain's noun of a row."""
    return Checkpoint(
        id=row.id,
        run_id=row.run_id,
        kind=CheckpointKind(row.kind),
        epoch=row.epoch,
        step=row.step,
        val_iou=row.val_iou,
        blob=row.blob,
        created_at=row.created_at,
    )
