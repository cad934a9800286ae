"""A run as a folder that stands by itself: what it was trained on and with, what came of it, and its weights."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from plateseg.domain import history_picture, images
from plateseg.domain.runs import CheckpointKind, MetricPoint, Run
from plateseg.errors import BadConfig, NotFound, PlatesegError
from plateseg.services import judging, run_view, verdicts
from plateseg.services.models import is_number, weights_of
from plateseg.services.prediction import Models
from plateseg.settings import Settings
from storage import Storage
from storage.blobs import translated_access

FORMAT, VERSION = "plateseg-run", 1
RUN, SNAPSHOT, CURVES, HISTORY, SCORES, WEIGHTS, WORDS = (
    "run.json", "snapshot.json", "curves.csv", "training_history.png", "scores.csv", "weights.safetensors",
    "README.txt",
)  # fmt: skip
SCORE_COLUMNS = ("image_sha256", "mask", "name", "iou", "boundary_iou", "tp", "fp", "fn", "found", "missed", "invented")
_README = """A training run of plateseg, exported whole.

run.json              settings with the seed, versions of code and packages, machine, scores, verdict
snapshot.json         the photographs by the hash of their bytes, with the hash of each mask and the split
curves.csv            every number measured while it trained      training_history.png  the same as a picture
scores.csv            the best model's scores by validation photograph
weights.safetensors   the best model; `--model weights.safetensors` uses it

python -m plateseg reproduce DIR           predicts the validation photographs again and compares the scores
python -m plateseg reproduce DIR --train   trains again with the same settings, seed and photographs, and compares

No photograph and no mask is in here: they must be in the dataset that `reproduce` runs on.
"""


def export(storage: Storage, models: Models, settings: Settings, run_id: int, folder: Path) -> list[str]:
    """Write a run's bundle into a new folder, whole or not at all; returns the names of its files.

    What the best model was not judged on yet is judged first. Raises NotFound without a model, BadConfig for a
    folder that holds something, StorageUnavailable on a full disk.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadConfig(f"{folder} holds something already. Name a folder that is empty or does not exist.")
    run = storage.runs.get(run_id)
    verdicts.judge(storage, models, run_id)
    with translated_access():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".bundle-", dir=folder.parent) as scratch:
            made = Path(scratch) / "bundle"
            made.mkdir()
            _fill(storage, settings, run, made)
            with suppress(FileNotFoundError):
                folder.rmdir()
            shutil.move(made, folder)
    return sorted(path.name for path in folder.iterdir())


def _fill(storage: Storage, settings: Settings, run: Run, folder: Path) -> None:
    about = _export_weights(storage, settings, run, folder / WEIGHTS)
    _write_json(folder / RUN, _about_run(storage, settings, run, about))
    _write_json(folder / SNAPSHOT, _about_snapshot(storage, run))
    _, points = storage.metrics.since(run.id, limit=10_000_000)
    _write_csv(
        folder / CURVES, ("step", "epoch", "name", "value"), ((p.step, p.epoch, p.name, p.value) for p in points)
    )
    (folder / HISTORY).write_bytes(images.encode_png(history_picture.draw_history(_by_name(points))))
    _write_csv(folder / SCORES, SCORE_COLUMNS, _score_rows(storage, run))
    (folder / WORDS).write_text(_README, encoding="utf-8")


def _export_weights(storage: Storage, settings: Settings, run: Run, target: Path) -> dict[str, Any]:
    """The best weights as safetensors; returns what the checkpoint says about itself."""
    from plateseg.learning import checkpoint, safetensors_file  # torch is loaded here

    data = checkpoint.load_weights(weights_of(storage, str(run.id), scratch=settings.scratch).path)
    safetensors_file.write(target, data)
    return data.about


def _about_run(storage: Storage, settings: Settings, run: Run, about: dict[str, Any]) -> dict[str, Any]:
    judged = storage.judgements.get(run.id)
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": run.name,
        "status": run.status.value,
        "message": run.message,
        "config": asdict(run.config),
        "seed": run.config.seed,
        "batch_size_taken": run.batch_taken or run.config.batch_size,
        "start_from_weights": _began_with(storage, settings, run),
        "device": run.device,
        "environment": about.get("environment", {}),
        "weights_note": about.get("weights_note", ""),
        "epochs_done": run.epoch,
        "steps": run.step,
        "best_epoch": run.best_epoch,
        "best_iou": run.best_iou,
        "started_at": run.started_at.isoformat() if run.started_at else None,
        "ended_at": run.ended_at.isoformat() if run.ended_at else None,
        "scores": judged.summary if judged else None,
        "verdict": run_view.verdict_view(judged) if judged else None,
    }


def start_weights(storage: Storage, settings: Settings, start_from: str) -> str | None:
    """What tells the weights that a run began with: their blob's name; None for a file, or weights that are gone."""
    if not is_number(start_from):
        return None
    try:
        return weights_of(storage, start_from, scratch=settings.scratch).key
    except PlatesegError:
        return None


def _began_with(storage: Storage, settings: Settings, run: Run) -> str | None:
    """The same as long as they are those of then: the run they are of may have been resumed since."""
    origin = run.config.start_from
    best = storage.checkpoints.get(int(origin), CheckpointKind.BEST) if is_number(origin) else None
    return start_weights(storage, settings, origin) if best and best.created_at <= run.created_at else None


def _about_snapshot(storage: Storage, run: Run) -> dict[str, Any]:
    snapshot = storage.snapshots.get(run.snapshot_id)
    items = storage.items.get_many(entry.item_id for entry in snapshot.entries)
    entries = [
        {
            "image_sha256": entry.image_sha256,
            "mask": entry.mask_blob,
            "split": entry.split.value,
            "name": items[entry.item_id].name if entry.item_id in items else None,
        }
        for entry in snapshot.entries
    ]
    return {"name": snapshot.name, "sha256": snapshot.sha256, "entries": entries}


def _score_rows(storage: Storage, run: Run) -> list[tuple[object, ...]]:
    weights = judging.best_weights(storage, run.id)
    if weights is None:
        raise NotFound(f"Run {run.id} has no validated model yet, so there is nothing to export.")
    scored = {each.item_id: each for each in storage.scores.of(run.id, weights=weights)}
    rows: list[tuple[object, ...]] = []
    for item, entry in judging.validation_pairs(storage, run.snapshot_id):
        found = scored.get(item.id)
        if found is None or found.truth != entry.mask_blob:
            continue
        score, plates = found.score, found.score.plates(0.5)
        counts = (score.counts.tp, score.counts.fp, score.counts.fn, plates.tp, plates.fn, plates.fp)
        rows.append((item.sha256, entry.mask_blob, item.name, score.iou, score.boundary_iou, *counts))
    return rows


def _by_name(points: Iterable[MetricPoint]) -> dict[str, list[tuple[float, float]]]:
    curves: dict[str, list[tuple[float, float]]] = {}
    for point in points:
        curves.setdefault(point.name, []).append((point.epoch, point.value))
    return curves


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
