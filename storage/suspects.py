"""Searches for wrong labels and what they found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from plateseg.domain.runs import RunStatus
from plateseg.domain.types import ImageItem, ItemStatus
from plateseg.errors import NotFound, WrongState
from storage.database import Database
from storage.rows import to_item
from storage.tables import ItemRow, LabelCheckRow, SuspectRow

OPEN = (RunStatus.QUEUED.value, RunStatus.RUNNING.value)


@dataclass(frozen=True, slots=True)
class LabelCheck:
    """One search as it stands. status: as of a run; LOST is derived, never stored."""

    id: int
    status: RunStatus
    config: dict[str, Any]
    folds: int
    folds_done: int
    message: str
    stop_requested: bool
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """How strongly a model that never saw a mask disagrees with it.

    revision: the person's mask that was judged. proposal: the model's mask as a revision, 0 where none was kept.
    kind: missing, extra, shape or box. iou, score: in 0..1. kept: a person looked and keeps the mask.
    """

    item_id: int
    revision: int
    proposal: int
    kind: str
    iou: float
    score: float
    kept: bool = False


class Suspects:
    """The repository of label checks and suspects."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def create(self, config: dict[str, Any], *, folds: int) -> LabelCheck:
        """A search that waits. Raises WrongState while another one is under way."""
        with self._database.writing() as session:
            if session.scalars(select(LabelCheckRow).where(LabelCheckRow.status.in_(OPEN))).first():
                raise WrongState("A label check is under way already. Wait for it, or stop it first.")
            row = LabelCheckRow(
                status=RunStatus.QUEUED.value, config=config, folds=folds, created_at=self._clock(), message="Waiting."
            )
            session.add(row)
            session.flush()
            return _to_check(row)

    def check(self, check_id: int) -> LabelCheck:
        """One search. Raises NotFound."""
        with self._database.reading() as session:
            return _to_check(_row(session, check_id))

    def latest(self) -> LabelCheck | None:
        """The newest search, or None."""
        with self._database.reading() as session:
            row = session.scalars(select(LabelCheckRow).order_by(LabelCheckRow.id.desc()).limit(1)).first()
            return _to_check(row) if row else None

    def beat(self, check_id: int, message: str) -> bool:
        """Say what the search does now; returns whether somebody asked it to stop."""
        with self._database.writing() as session:
            row = _row(session, check_id)
            row.status, row.message = RunStatus.RUNNING.value, message
            return row.stop_requested

    def end(self, check_id: int, status: RunStatus, message: str, *, seen: RunStatus | None = None) -> LabelCheck:
        """Write down how a search ended; with `seen` only while it still is what somebody took it for."""
        with self._database.writing() as session:
            row = _row(session, check_id)
            if seen is not None and row.status != seen.value:
                return _to_check(row)
            row.status, row.message, row.ended_at = status.value, message, self._clock()
            return _to_check(row)

    def request_stop(self, check_id: int) -> None:
        """Ask a search to stop; folds that are done stay."""
        with self._database.writing() as session:
            _row(session, check_id).stop_requested = True

    def reopen(self, check_id: int) -> LabelCheck:
        """Let a search that ended early go on. Raises WrongState when it has nothing left to do."""
        with self._database.writing() as session:
            row = _row(session, check_id)
            if row.status == RunStatus.FINISHED:
                raise WrongState(f"Label check {check_id} has finished. Start another one.")
            row.status, row.stop_requested, row.ended_at, row.message = RunStatus.QUEUED.value, False, None, "Waiting."
            return _to_check(row)

    def add(self, check_id: int, found: Sequence[Suspect], *, folds_done: int) -> None:
        """Keep what one fold came to; photographs that were deleted meanwhile are left out."""
        with self._database.writing() as session:
            _row(session, check_id).folds_done = folds_done
            present = set(session.scalars(select(ItemRow.id)))
            rows = [_values(check_id, each) for each in found if each.item_id in present]
            if rows:
                session.execute(insert(SuspectRow), rows)

    def judged(self, check_id: int) -> set[int]:
        """The photographs a search has judged already."""
        with self._database.reading() as session:
            return set(session.scalars(select(SuspectRow.item_id).where(SuspectRow.check_id == check_id)))

    def ranked(self, check_id: int, *, limit: int, above: float = 0.0) -> tuple[tuple[ImageItem, Suspect], ...]:
        """Suspects nobody has answered yet, the worst first: still the mask that was judged, not kept, not excluded."""
        query = _waiting(select(ItemRow, SuspectRow), check_id, above)
        ordered = query.order_by(SuspectRow.score.desc(), SuspectRow.item_id).limit(limit)
        with self._database.reading() as session:
            return tuple((to_item(item), _to_suspect(row)) for item, row in session.execute(ordered).tuples())

    def waiting(self, check_id: int, *, above: float = 0.0) -> int:
        """How many there are of them."""
        with self._database.reading() as session:
            return session.scalar(_waiting(select(func.count()).select_from(ItemRow), check_id, above)) or 0

    def of(self, check_id: int, item_id: int) -> Suspect | None:
        """What a search says of one photograph's present mask, or None."""
        query = (
            select(SuspectRow)
            .join(ItemRow, ItemRow.id == SuspectRow.item_id)
            .where(SuspectRow.check_id == check_id, SuspectRow.item_id == item_id, SuspectRow.revision == ItemRow.head)
        )
        with self._database.reading() as session:
            row = session.scalars(query).first()
            return _to_suspect(row) if row else None

    def keep(self, check_id: int, item_id: int, *, kept: bool) -> None:
        """A person looked and keeps the mask, or takes that back. Raises NotFound."""
        with self._database.writing() as session:
            row = session.get(SuspectRow, (check_id, item_id))
            if row is None:
                raise NotFound("This photograph is no suspect of that label check.")
            row.kept = kept

    def delete(self, check_id: int) -> None:
        """Delete a search and its suspects; masks stay."""
        with self._database.writing() as session:
            session.delete(_row(session, check_id))


def _waiting(query: Any, check_id: int, above: float) -> Any:
    return query.join(SuspectRow, SuspectRow.item_id == ItemRow.id).where(
        SuspectRow.check_id == check_id,
        SuspectRow.revision == ItemRow.head,
        ItemRow.status != ItemStatus.EXCLUDED.value,
        ~SuspectRow.kept,
        SuspectRow.score > above,
    )


def _row(session: Session, check_id: int) -> LabelCheckRow:
    row = session.get(LabelCheckRow, check_id)
    if row is None:
        raise NotFound(f"There is no label check {check_id}.")
    return row


def _values(check_id: int, suspect: Suspect) -> dict[str, Any]:
    return {
        "check_id": check_id,
        "item_id": suspect.item_id,
        "revision": suspect.revision,
        "proposal": suspect.proposal,
        "kind": suspect.kind,
        "iou": suspect.iou,
        "score": suspect.score,
        "kept": suspect.kept,
    }


def _to_suspect(row: SuspectRow) -> Suspect:
    return Suspect(row.item_id, row.revision, row.proposal, row.kind, row.iou, row.score, row.kept)


def _to_check(row: LabelCheckRow) -> LabelCheck:
    return LabelCheck(
        id=row.id,
        status=RunStatus(row.status),
        config=row.config,
        folds=row.folds,
        folds_done=row.folds_done,
        message=row.message,
        stop_requested=row.stop_requested,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
