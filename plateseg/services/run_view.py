"""Runs as the page and the command line show them: derived status, time left, what may be done."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from plateseg.domain.runs import CheckpointKind, Run, RunStatus
from plateseg.domain.types import Split
from plateseg.services import training
from plateseg.services.judging import best_weights
from plateseg.settings import Settings
from storage import Storage
from storage.judgements import Judgement, Rival

ACTIVE = (RunStatus.QUEUED, RunStatus.RUNNING)


def view_all(storage: Storage, settings: Settings, now: datetime) -> list[dict[str, Any]]:
    """All runs, newest first, as plain JSON."""
    sizes, names = storage.snapshots.sizes(), _snapshot_names(storage)
    best = storage.checkpoints.blobs(CheckpointKind.BEST)
    judged, champion = storage.judgements.all(), _rival(storage)
    runs = (training.as_it_stands(storage, run, settings=settings, now=now) for run in storage.runs.all())
    return [
        view(
            run,
            sizes=sizes.get(run.snapshot_id, {}),
            has_model=run.id in best,
            last=storage.metrics.last(run.id) if run.status is RunStatus.RUNNING else {},
            judged=_of_now(judged.get(run.id), best.get(run.id), champion),
            now=now,
        )
        | {"snapshot": names.get(run.snapshot_id, "")}
        for run in runs
    ]


def view_one(storage: Storage, settings: Settings, run_id: int, now: datetime) -> dict[str, Any]:
    """One run with its settings and the end of its log. Raises NotFound."""
    run = training.current(storage, run_id, settings=settings, now=now)
    sizes = storage.snapshots.sizes().get(run.snapshot_id, {})
    best = best_weights(storage, run_id)
    last, judged = storage.metrics.last(run_id), _of_now(storage.judgements.get(run_id), best, _rival(storage))
    shown = view(run, sizes=sizes, has_model=best is not None, last=last, judged=judged, now=now)
    return shown | {
        "snapshot": _snapshot_names(storage).get(run.snapshot_id, ""),
        "config": asdict(run.config) | ({} if run.config.batch_size else {"batch_size": batch_words(run)}),
        "log_tail": training.log_tail(settings, run_id),
    }


def _rival(storage: Storage) -> Rival | None:
    """The champion with its present weights."""
    champion = storage.runs.champion()
    weights = best_weights(storage, champion.id) if champion else None
    return Rival(champion.id, champion.name, weights) if champion and weights else None


def _of_now(judged: Judgement | None, best: str | None, champion: Rival | None) -> Judgement | None:
    """A judgement of the best model there is now, and its verdict where that is against the champion there is now.

    A resumed run may have found a better model since. So may the champion, or it was deleted; then the run has not been
    compared with the present one yet.
    """
    if judged is None or judged.weights != best:
        return None
    rival = champion if champion and champion.run_id != judged.run_id else None
    if _identity(judged.against) == _identity(rival):
        return judged
    summary = {key: value for key, value in judged.summary.items() if key != "comparable"}
    return replace(judged, summary=summary, against=rival, verdict=None)


def _identity(rival: Rival | None) -> tuple[int, str] | None:
    return (rival.run_id, rival.weights) if rival else None


def _snapshot_names(storage: Storage) -> dict[int, str]:
    return {head.id: head.name for head in storage.snapshots.heads()}


def view(
    run: Run,
    *,
    sizes: dict[Split, int],
    has_model: bool,
    last: dict[str, float],
    now: datetime,
    judged: Judgement | None = None,
) -> dict[str, Any]:
    """One run as plain JSON; times are ISO 8601 in UTC, durations in seconds."""
    return {
        "id": run.id,
        "name": run.name,
        "status": run.status.value,
        "stopping": run.stop_requested and run.status is RunStatus.RUNNING,
        "architecture": run.config.architecture,
        "image_size": run.config.image_size,
        "batch_size": run.config.batch_size,
        "batch": batch_words(run),
        "learning_rate": run.config.learning_rate,
        "epochs": run.config.epochs,
        "device": run.device or run.config.device,
        "epoch": run.epoch,
        "step": run.step,
        "steps_per_epoch": run.steps_per_epoch,
        "progress": progress(run, now),
        "eta_seconds": seconds_left(run, now),
        "seconds_per_step": run.seconds_per_step,
        "memory_mb": last.get("memory_mb"),
        "images_per_second": last.get("images_per_second"),
        "best_iou": run.best_iou,
        "best_epoch": run.best_epoch,
        "champion": run.champion,
        "origin": run.origin,
        "judgement": judged.summary if judged else None,
        # One at work is about to find another model: what was said of the last one is no word on where it stands.
        "verdict": verdict_view(judged) if judged and not run.champion and run.status not in ACTIVE else None,
        "can_resume": run.status in (RunStatus.STOPPED, RunStatus.FAILED, RunStatus.LOST),
        "can_promote": has_model and not run.champion,
        "can_compare": has_model and run.status not in ACTIVE and _is_unfinished(judged, sizes),
        "message": run.message,
        "created_at": _iso(run.created_at),
        "started_at": _iso(run.started_at),
        "worked_before": run.worked_before,
        "ended_at": _iso(run.ended_at),
        "snapshot_id": run.snapshot_id,
        "train_items": sizes.get(Split.TRAIN, 0),
        "val_items": sizes.get(Split.VAL, 0),
    }


def batch_words(run: Run) -> str:
    """Photographs of a batch: "4" as configured, "auto: 8" as found by trying, "auto" until it was tried."""
    if run.config.batch_size:
        return str(run.config.batch_size)
    return f"auto: {run.batch_taken}" if run.batch_taken else "auto"


def _is_unfinished(judged: Judgement | None, sizes: dict[Split, int]) -> bool:
    return not judged.whole if judged else sizes.get(Split.VAL, 0) > 0


def verdict_view(judged: Judgement) -> dict[str, Any] | None:
    """The verdict with whom it was against, as plain JSON; None without one."""
    if judged.verdict is None or judged.against is None:
        return None
    against = {"run_id": judged.against.run_id, "name": judged.against.name}
    return judged.verdict.as_json() | {"sentence": judged.verdict.sentence, "against": against}


def seconds_left(run: Run, now: datetime) -> float | None:
    """Seconds until the run ends, from measured steps and its time budget; None before the first measured step."""
    if run.status is not RunStatus.RUNNING or run.seconds_per_step is None or not run.steps_per_epoch:
        return None
    steps = max(0, run.config.epochs * run.steps_per_epoch - run.step)
    by_steps = steps * run.seconds_per_step
    budget = _budget_seconds(run)
    return by_steps if budget is None else max(0.0, min(by_steps, budget - _seconds_spent(run, now)))


def progress(run: Run, now: datetime) -> float:
    """How far a run is, 0..1: by steps, or by time where the budget ends it first."""
    if run.status is RunStatus.FINISHED:
        return 1.0
    total = run.config.epochs * run.steps_per_epoch
    done = min(1.0, run.step / total) if total else 0.0
    budget = _budget_seconds(run)
    if run.status is not RunStatus.RUNNING or budget is None:
        return done
    return max(done, min(1.0, _seconds_spent(run, now) / budget))


def _budget_seconds(run: Run) -> float | None:
    return run.config.time_budget_minutes * 60 or None


def _seconds_spent(run: Run, now: datetime) -> float:
    """Seconds of work, before a resume and since the start; none of these when the clock was set back since."""
    since = max(0.0, (now - run.started_at).total_seconds()) if run.started_at else 0.0
    return run.worked_before + since


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
