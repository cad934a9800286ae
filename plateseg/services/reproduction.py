"""A run's bundle against the present: do its weights still score what they scored, does training again end there?"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from plateseg.domain import scores
from plateseg.domain.runs import Run, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import SnapshotEntry, Split
from plateseg.errors import BadConfig, NotFound, TrainingFailed
from plateseg.services import bundles, feasibility, judging
from plateseg.services.models import is_number
from plateseg.services.prediction import Models
from plateseg.settings import Settings
from storage import Storage

TOLERANCE = 0.01
"""Of one photograph's IoU: another processor or library rounds otherwise, and a small plate has few pixels."""

Line = tuple[str, str]
"""Hash of a photograph's bytes, and the name of its mask's blob."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle, read. ious: by line, what its best model scored. entries: all lines with their split."""

    folder: Path
    name: str
    config: dict[str, Any]
    start_weights: str | None
    batch_size: int
    """As it was taken; 0 where that was not written down."""
    snapshot_sha256: str
    entries: tuple[tuple[Line, Split], ...]
    ious: Mapping[Line, float]


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Scores then and now on the photographs that were found. largest: of the differences by photograph."""

    found: int
    missing: int
    mean_then: float
    mean_now: float
    largest: float
    worst: str
    """Hash of the photograph that differs most."""
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether every photograph scores what it scored, within the tolerance."""
        return self.found > 0 and self.largest <= self.tolerance


def read(folder: Path) -> Bundle:
    """Read what `bundles.export` wrote. Raises BadConfig with the way out."""
    try:
        about = json.loads((folder / bundles.RUN).read_text(encoding="utf-8"))
        snapshot = json.loads((folder / bundles.SNAPSHOT).read_text(encoding="utf-8"))
        with (folder / bundles.SCORES).open(newline="", encoding="utf-8") as file:
            ious = {(row["image_sha256"], row["mask"]): float(row["iou"]) for row in csv.DictReader(file)}
        if about["format"] != bundles.FORMAT or about["version"] > bundles.VERSION:
            raise BadConfig(f"{folder} was written by a newer plateseg. Update plateseg to reproduce it.")
        return Bundle(
            folder=folder,
            name=about["name"],
            config=about["config"],
            start_weights=about["start_from_weights"],
            batch_size=about.get("batch_size_taken", 0),
            snapshot_sha256=snapshot["sha256"],
            entries=tuple(((e["image_sha256"], e["mask"]), Split(e["split"])) for e in snapshot["entries"]),
            ious=ious,
        )
    except FileNotFoundError as error:
        raise BadConfig(
            f"{folder} is no bundle: {error.filename} is missing. `export-run RUN DIR` writes one."
        ) from error
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise BadConfig(f"{folder} is damaged ({type(error).__name__}: {error}). Export the run again.") from error


def check(storage: Storage, models: Models, bundle: Bundle, *, tolerance: float = TOLERANCE) -> Reproduction:
    """Predict the bundle's validation photographs with its weights, and compare. Raises NotFound when none is there."""
    model = str(bundle.folder / bundles.WEIGHTS)
    found = _found(storage, [line for line, split in bundle.entries if split is Split.VAL])
    now: dict[Line, float] = {}
    for line, entry in found.items():
        if line not in bundle.ious:
            continue
        image, truth = judging.read_pair(storage, storage.items.get(entry.item_id), entry)
        now[line] = scores.score(models.predict(storage, image, model=model).mask, truth).iou
    if not now:
        raise NotFound(
            "None of the bundle's validation photographs is in this dataset with the mask it was judged with. "
            "Import them first: they are told apart by the hash of their files."
        )
    return _compared(bundle.ious, now, tolerance)


def train_again(
    storage: Storage,
    settings: Settings,
    bundle: Bundle,
    train: Callable[[Storage, Settings, int], Run],
    *,
    tolerance: float = TOLERANCE,
) -> tuple[Run, Reproduction]:
    """Train once more with the same settings, seed and photographs, and compare what the best models score.

    train: trains a queued run to its end. Raises NotFound when a photograph or mask is not there, BadConfig for
    settings or weights to start from that cannot be had, TrainingFailed when the run did not end with a model.
    """
    found = _found(storage, [line for line, _ in bundle.entries])
    missing = len(bundle.entries) - len(found)
    if missing:
        raise NotFound(
            f"{missing} of the bundle's {len(bundle.entries)} photographs are not in this dataset with the same mask, "
            "so the same training cannot be repeated. Import them, or check the scores without --train."
        )
    config = _config(storage, settings, bundle)
    entries = [_with_split(found[line], split) for line, split in bundle.entries]
    snapshot = storage.snapshots.freeze(entries)
    run = storage.runs.create(name=f"{bundle.name}, again"[:120], config=config, snapshot_id=snapshot.id)
    ended = train(storage, settings, run.id)
    weights = judging.best_weights(storage, run.id)
    if ended.status is not RunStatus.FINISHED or weights is None:
        raise TrainingFailed(f"Run {run.id} {ended.status.value}: {ended.message} Nothing can be compared.")
    truths = {(found[line].item_id, line[1]): line for line in bundle.ious if line in found}
    scored = storage.scores.of(run.id, weights=weights)
    now = {truths[key]: each.score.iou for each in scored if (key := (each.item_id, each.truth)) in truths}
    return ended, _compared(bundle.ious, now, tolerance)


def _found(storage: Storage, lines: list[Line]) -> dict[Line, SnapshotEntry]:
    """Those lines whose photograph is here and has the same mask among its revisions."""
    items = {item.sha256: item for item in storage.items.find_many(sha256 for sha256, _ in lines)}
    found: dict[Line, SnapshotEntry] = {}
    for sha256, mask in lines:
        item = items.get(sha256)
        revisions = storage.revisions.of(item.id) if item else ()
        revision = next((each for each in revisions if each.blob == mask), None)
        if item is not None and revision is not None:
            found[sha256, mask] = SnapshotEntry(item.id, revision.number, Split.VAL, sha256, mask)
    return found


def _with_split(entry: SnapshotEntry, split: Split) -> SnapshotEntry:
    return SnapshotEntry(entry.item_id, entry.revision, split, entry.image_sha256, entry.mask_blob)


def _config(storage: Storage, settings: Settings, bundle: Bundle) -> TrainConfig:
    known = {spec.name for spec in fields(TrainConfig)}
    unknown = bundle.config.keys() - known
    if unknown:
        raise BadConfig(f"This plateseg does not know the setting {sorted(unknown)[0]!r} of the bundle. Update it.")
    config = TrainConfig(**bundle.config)
    feasibility.refuse_impossible(config)
    if is_number(config.start_from) and not bundle.start_weights:
        raise BadConfig(
            f"It is not known which weights of run {config.start_from} it began with: that run was trained on, or "
            "deleted, before the export. Check the scores without --train."
        )
    if bundle.start_weights and bundles.start_weights(storage, settings, config.start_from) != bundle.start_weights:
        raise BadConfig(
            f"The run began with the weights of run {config.start_from}, which are not here (any more). "
            "Check the scores without --train."
        )
    # Found by trying, it may come out otherwise here.
    return config if config.batch_size else replace(config, batch_size=bundle.batch_size)


def _compared(then: Mapping[Line, float], now: Mapping[Line, float], tolerance: float) -> Reproduction:
    common = [line for line in then if line in now]
    if not common:
        raise NotFound("None of the bundle's photographs was judged again, so nothing can be compared.")
    differences = {line: abs(now[line] - then[line]) for line in common}
    worst = max(common, key=lambda line: differences[line])
    return Reproduction(
        found=len(common),
        missing=len(then) - len(common),
        mean_then=float(np.mean([then[line] for line in common])),
        mean_now=float(np.mean([now[line] for line in common])),
        largest=differences[worst],
        worst=worst[0],
        tolerance=tolerance,
    )
