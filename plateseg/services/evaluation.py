"""How good a model is: on a folder of photographs and masks, or on a run's own validation photographs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from plateseg.domain import images, mask_files, scores
from plateseg.domain.runs import Run
from plateseg.domain.types import Image, Mask, Prediction, Split
from plateseg.errors import BadMask, NotFound
from plateseg.services import lineage, naming_on_disk, training
from plateseg.services.judging import Pairs, frozen_pairs, present_pairs, read_pair
from plateseg.services.models import CHAMPION, is_number
from plateseg.services.prediction import Models
from storage import Storage

log = logging.getLogger(__name__)

GOLD = "gold"
PARTS = (Split.TRAIN.value, Split.VAL.value, Split.TEST.value, GOLD)

Pair = tuple[str, Image, Mask]
Predict = Callable[[Image], Prediction]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores at the photographs' resolution; seconds per image include the model only, peak memory the process."""

    summary: scores.Summary
    seconds_per_image: float
    peak_memory_mb: float

    def as_json(self) -> dict[str, Any]:
        """Plain numbers, rounded to what they are good for."""
        costs = {"seconds_per_image": round(self.seconds_per_image, 5), "peak_memory_mb": round(self.peak_memory_mb, 1)}
        return self.summary.as_json() | costs


def evaluate_folders(
    storage: Storage, models: Models, *, model: str, image_folder: Path, mask_folder: Path, threshold: float = 0.5
) -> Evaluation:
    """Judge a model on photographs and masks of the seed's naming. Raises NotFound when no pair is there."""
    pairs = naming_on_disk.pairs(image_folder, mask_folder)
    if not pairs:
        raise NotFound(
            f"No photograph in {image_folder} has a mask in {mask_folder}. Name masks image1.png or image1.jpg.png."
        )
    return _evaluate(storage, models, _read(pairs), model=model, threshold=threshold)


def evaluate_run(
    storage: Storage, models: Models, *, model: str, part: str | None = None, threshold: float = 0.5
) -> Evaluation:
    """Judge a model on a part of the dataset: train, val, test or gold (the pinned ones of test). None: a run's val.

    A run's own train and val are those it was trained and validated on, as they were frozen, as far as they are still
    there. Test and gold are what stands there now, without what the run or one it started from has learnt from; so
    are all parts for a weights file, of which nobody knows what it has seen. Raises NotFound when there is nothing.
    """
    run = training.find(storage, model or CHAMPION) if model in ("", CHAMPION) or is_number(model) else None
    if run is None and part is None:
        raise NotFound(
            f"{model!r} is no run with photographs of its own. Say on which to judge: --split, or --images and --masks."
        )
    part = part or Split.VAL.value
    pairs = _part(storage, run, part)
    if not pairs:
        raise NotFound(_nothing(run, part))
    read = ((item.name, *read_pair(storage, item, entry)) for item, entry in pairs)
    return _evaluate(storage, models, read, model=str(run.id) if run else model, threshold=threshold)


def _part(storage: Storage, run: Run | None, part: str) -> Pairs:
    split = Split.TEST if part == GOLD else Split(part)
    if run is not None and split is not Split.TEST:
        return frozen_pairs(storage, run.snapshot_id, split)
    pairs = present_pairs(storage, split, pinned=part == GOLD)
    if run is None:
        return pairs
    seen = lineage.photographs_seen(storage, lineage.trace(storage, run))
    unseen = [(item, entry) for item, entry in pairs if item.sha256 not in seen]
    if len(unseen) < len(pairs):
        log.warning("%d photographs are left out: run %d learnt from them.", len(pairs) - len(unseen), run.id)
    return unseen


def _nothing(run: Run | None, part: str) -> str:
    other = "Judge with --images and --masks, or on another --split."
    if run is not None and part in (Split.TRAIN.value, Split.VAL.value):
        return f"The {part} photographs of run {run.id} were deleted, or it came without any. {other}"
    how = {"test": "`split --test 0.1` or `pin`", GOLD: "`split --gold 20`"}.get(part, "`split` or `pin`")
    return f"No labelled photograph that the model did not learn from stands in {part}: {how} sets some aside. {other}"


def score(pairs: Iterable[Pair], predict: Predict, *, memory: Callable[[], float] = lambda: 0.0) -> Evaluation:
    """Judge predictions pair by pair; counts are summed first and divided last. memory: peak so far, in MB."""
    found: list[scores.ImageScore] = []
    seconds = 0.0
    for _, image, truth in pairs:
        start = time.perf_counter()
        predicted = predict(image).mask
        seconds += time.perf_counter() - start
        found.append(scores.score(predicted, truth))
    return Evaluation(scores.summarise(found, np.random.default_rng(0)), seconds / len(found), memory())


def _evaluate(storage: Storage, models: Models, pairs: Iterable[Pair], *, model: str, threshold: float) -> Evaluation:
    models.load(storage, model)  # what loading takes is not the first photograph's fault
    return score(
        pairs,
        lambda image: models.predict(storage, image, model=model, threshold=threshold),
        memory=models.peak_memory_mb,
    )


def _read(pairs: list[tuple[Path, Path]]) -> Iterator[Pair]:
    for image_path, mask_path in pairs:
        photo = images.decode(image_path.read_bytes())
        try:
            mask, _ = mask_files.from_png(mask_path.read_bytes(), width=photo.width, height=photo.height)
        except BadMask as error:
            raise BadMask(f"{mask_path.name}: {error}") from error
        yield image_path.name, photo.pixels, mask
