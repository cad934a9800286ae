"""Training runs: their life from queued to ended. Every change compares before it sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plateseg.domain.runs import Run, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import NotFound, WrongState
from storage.blobs import Blobs
from storage.database import Database
from storage.deletion import doom, sweep
from storage.tables import CheckpointRow, PreviewRow, RunRow, SnapshotRow

ENDED = (RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.FAILED)


class Runs:
    """The repository of runs."""

    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def create(self, *, name: str, config: TrainConfig, snapshot_id: int) -> Run:
        """A new run, queued. Raises WrongState when its snapshot was deleted just now."""
        with self._database.writing() as session:
            if session.get(SnapshotRow, snapshot_id) is None:
                raise WrongState("The snapshot this run was to train on was deleted just now. Start the run again.")
            row = RunRow(
                name=name,
                config=asdict(config),
                snapshot_id=snapshot_id,
                status=RunStatus.QUEUED.value,
                created_at=self._clock(),
                message="Starts as soon as the device is free.",
            )
            session.add(row)
            session.flush()
            return to_run(row)

    def plant(self, *, name: str, config: TrainConfig, snapshot_id: int, message: str, origin: str) -> Run | None:
        """A run that ended before it came here, with a model that others trained; None unless it is the first run."""
        with self._database.writing() as session:
            if session.scalars(select(RunRow.id).limit(1)).first() is not None:
                return None
            now = self._clock()
            row = RunRow(
                name=name,
                config=asdict(config),
                snapshot_id=snapshot_id,
                status=RunStatus.FINISHED.value,
                created_at=now,
                ended_at=now,
                message=message,
                origin=origin,
            )
            session.add(row)
            session.flush()
            return to_run(row)

    def get(self, run_id: int) -> Run:
        """One run. Raises NotFound."""
        with self._database.reading() as session:
            return to_run(_row(session, run_id))

    def all(self, statuses: Iterable[RunStatus] = tuple(RunStatus)) -> tuple[Run, ...]:
        """Runs of these stored states, newest first."""
        query = select(RunRow).where(RunRow.status.in_(list(statuses))).order_by(RunRow.id.desc())
        with self._database.reading() as session:
            return tuple(to_run(row) for row in session.scalars(query))

    def champion(self) -> Run | None:
        """The run whose model proposes and predicts, or None."""
        with self._database.reading() as session:
            row = session.scalars(select(RunRow).where(RunRow.champion.is_(True))).first()
            return to_run(row) if row else None

    def claim(self, run_id: int, *, device: str, host: str, pid: int) -> Run:
        """Take a queued run for this process. Raises WrongState when another process has it, or it was withdrawn."""
        now = self._clock()
        values = {
            "status": RunStatus.RUNNING.value,
            "device": device,
            "host": host,
            "pid": pid,
            "heartbeat_at": now,
            "started_at": now,
            "ended_at": None,
            "message": "Starting.",
        }
        with self._database.writing() as session:
            if not _swap(session, run_id, (RunStatus.QUEUED,), values):
                raise WrongState(
                    f"Run {run_id} is {_row(session, run_id).status}, so it cannot be claimed. "
                    "Resume it, or start a new one."
                )
            return to_run(_row(session, run_id))

    def beat(
        self,
        run_id: int,
        *,
        pid: int,
        epoch: int,
        step: int,
        steps_per_epoch: int,
        seconds_per_step: float | None,
        message: str,
        batch_taken: int | None = None,
        worked_before: float | None = None,
    ) -> bool:
        """Sign of life with progress; returns whether the process should stop (asked to, or no longer the owner).

        batch_taken, worked_before: None leaves them as they are.
        """
        with self._database.writing() as session:
            row = session.get(RunRow, run_id)
            if row is None or row.status != RunStatus.RUNNING or row.pid != pid:
                return True
            row.heartbeat_at = self._clock()
            row.epoch, row.step, row.steps_per_epoch = epoch, step, steps_per_epoch
            row.seconds_per_step = seconds_per_step
            row.message = message
            if batch_taken is not None:
                row.batch_taken = batch_taken
            if worked_before is not None:
                row.worked_before = worked_before
            return row.stop_requested

    def settle(self, run_id: int, *, device: str, config: TrainConfig) -> None:
        """Write down what "auto" came to, so that a resumed run is the same run on any machine."""
        with self._database.writing() as session:
            values = {"device": device, "config": asdict(config)}
            session.execute(update(RunRow).where(RunRow.id == run_id).values(values))

    def request_stop(self, run_id: int) -> Run:
        """Ask a run to stop: a queued one is withdrawn at once. Raises WrongState when it has ended."""
        with self._database.writing() as session:
            withdrawn = {"status": RunStatus.STOPPED.value, "ended_at": self._clock(), "message": "Withdrawn."}
            if _swap(session, run_id, (RunStatus.QUEUED,), withdrawn):
                return to_run(_row(session, run_id))
            if not _swap(session, run_id, (RunStatus.RUNNING,), {"stop_requested": True}):
                raise WrongState(f"Run {run_id} has ended already ({_row(session, run_id).status}).")
            return to_run(_row(session, run_id))

    def refuse_stranger(self, owner: Run) -> None:
        """Raise WrongState unless the run is still at work as the process claimed it that `owner` came from."""
        with self._database.reading() as session:
            _refuse_stranger(session, owner)

    def finish(self, run_id: int, status: RunStatus, message: str, *, owner: Run | None = None) -> Run:
        """End a running run. owner: the run as this process claimed it.

        Raises WrongState when it is not running, or another process's by now.
        """
        if status not in ENDED:
            raise ValueError(f"A run ends as one of {[s.value for s in ENDED]}, not {status}.")
        with self._database.writing() as session:
            if owner is not None:
                _refuse_stranger(session, owner)
            values = {"status": status.value, "ended_at": self._clock(), "message": message, "stop_requested": False}
            if not _swap(session, run_id, (RunStatus.RUNNING,), values):
                raise WrongState(f"Run {run_id} is {_row(session, run_id).status}, so it cannot end.")
            return to_run(_row(session, run_id))

    def fail_queued(self, run_id: int, message: str) -> None:
        """End a run that could not even start; nothing happens when it has left the queue."""
        with self._database.writing() as session:
            values = {"status": RunStatus.FAILED.value, "ended_at": self._clock(), "message": message}
            _swap(session, run_id, (RunStatus.QUEUED,), values)

    def requeue(self, run_id: int, *, seen: Run, config: TrainConfig | None = None) -> Run:
        """Put an ended or lost run back into the queue, if it still is as it was `seen` (status and pid).

        Its last sitting is added to the time it worked, until its process says what its checkpoint knows of.
        Raises WrongState when it changed in the meantime.
        """
        values: dict[str, Any] = {
            "status": RunStatus.QUEUED.value,
            "stop_requested": False,
            "started_at": None,
            "ended_at": None,
            "pid": 0,
            "worked_before": seen.worked_before + _seconds_at_work(seen),
            "message": "Starts as soon as the device is free.",
        }
        if config is not None:
            values["config"] = asdict(config)
        stored = RunStatus.RUNNING if seen.status is RunStatus.LOST else seen.status
        with self._database.writing() as session:
            query = update(RunRow).where(RunRow.id == run_id, RunRow.status == stored.value, RunRow.pid == seen.pid)
            if session.execute(query.values(values)).rowcount != 1:  # type: ignore[attr-defined]
                raise WrongState(f"Run {run_id} changed in the meantime. Reload to see where it stands.")
            return to_run(_row(session, run_id))

    def rename(self, run_id: int, name: str) -> Run:
        """Give a run another name."""
        with self._database.writing() as session:
            row = _row(session, run_id)
            row.name = name
            return to_run(row)

    def promote(self, run_id: int, *, only_if_none: bool = False) -> Run:
        """Make a run the champion, in place of the one before; with `only_if_none` leave an existing one alone."""
        with self._database.writing() as session:
            row = _row(session, run_id)
            holder = session.scalars(select(RunRow).where(RunRow.champion.is_(True))).first()
            if holder is not None and only_if_none:
                return to_run(row)
            session.execute(update(RunRow).values(champion=False))
            session.execute(update(RunRow).where(RunRow.id == run_id).values(champion=True))
            session.refresh(row)
            return to_run(row)

    def delete(self, run_id: int) -> None:
        """Delete a run with its curve, checkpoints and previews. The caller has made sure that nobody runs it."""
        with self._database.writing() as session:
            row = _row(session, run_id)
            names = set(session.scalars(select(CheckpointRow.blob).where(CheckpointRow.run_id == run_id)))
            names |= set(session.scalars(select(PreviewRow.blob).where(PreviewRow.run_id == run_id)))
            session.delete(row)
            session.flush()
            doom(session, names)
        sweep(self._database, self._blobs)


def _seconds_at_work(run: Run) -> float:
    """Seconds of its last sitting, until its last sign of life where it has no end; 0 when a clock was set back."""
    end = run.ended_at or run.heartbeat_at
    return max(0.0, (end - run.started_at).total_seconds()) if run.started_at and end else 0.0


def _swap(session: Session, run_id: int, expected: tuple[RunStatus, ...], values: dict[str, Any]) -> bool:
    """Compare and set: whether the run was in one of the expected states."""
    query = update(RunRow).where(RunRow.id == run_id, RunRow.status.in_([state.value for state in expected]))
    return bool(session.execute(query.values(values)).rowcount == 1)  # type: ignore[attr-defined]


def _refuse_stranger(session: Session, owner: Run) -> None:
    row = session.get(RunRow, owner.id, populate_existing=True)
    if row is None or (row.status, row.host, row.pid) != (RunStatus.RUNNING.value, owner.host, owner.pid):
        raise WrongState(
            f"Run {owner.id} is no longer this process's: it was taken up by another one while this one was away, or "
            "deleted. `python -m plateseg runs` shows where it stands."
        )


def _row(session: Session, run_id: int) -> RunRow:
    row = session.get(RunRow, run_id, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no run {run_id}; it may have been deleted.")
    return row


def to_run(row: RunRow) -> Run:
    """The domain's noun of a row; settings this version does not know are left aside."""
    known = {spec.name for spec in fields(TrainConfig)}
    return Run(
        id=row.id,
        name=row.name,
        config=TrainConfig(**{key: value for key, value in row.config.items() if key in known}),
        snapshot_id=row.snapshot_id,
        status=RunStatus(row.status),
        stop_requested=row.stop_requested,
        device=row.device,
        host=row.host,
        pid=row.pid,
        heartbeat_at=row.heartbeat_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        created_at=row.created_at,
        epoch=row.epoch,
        step=row.step,
        steps_per_epoch=row.steps_per_epoch,
        seconds_per_step=row.seconds_per_step,
        message=row.message,
        best_iou=row.best_iou,
        best_epoch=row.best_epoch,
        champion=row.champion,
        origin=row.origin,
        batch_taken=row.batch_taken,
        worked_before=row.worked_before,
    )
