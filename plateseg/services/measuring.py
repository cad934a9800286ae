"""Masks in numbers: each is looked at once, and what was measured is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from plateseg.domain import images, mask_health, masks
from plateseg.domain.mask_health import MaskFacts, Problem
from plateseg.domain.types import Image, ImageItem, Mask, MaskRevision
from plateseg.errors import BadInput, NotFound
from plateseg.services import confirming
from storage import Storage
from storage.facts import Measured

AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Judged:
    """A mask with what a person should see of it."""

    measured: Measured
    facts: MaskFacts
    problems: tuple[Problem, ...]


def measure_due(storage: Storage, *, seconds: float | None = None, clock: Callable[[], float] = time.monotonic) -> int:
    """Measure masks that were not yet; returns how many are left when the time is over. None: until all are."""
    begin = clock()
    while batch := storage.facts.due(mask_health.RULES, limit=AT_ONCE):
        facts = {}
        for item, revision in batch:
            facts[item.id, revision.number] = _measured(storage, item, revision)
            if seconds is not None and clock() - begin > seconds:
                break
        storage.facts.remember(mask_health.RULES, facts)
        if seconds is not None and clock() - begin > seconds:
            return storage.facts.count_due(mask_health.RULES)
    return 0


def measured(storage: Storage) -> tuple[tuple[Measured, MaskFacts], ...]:
    """Everything measured so far, unreadable masks left out."""
    return tuple(
        (each, MaskFacts(**_tuples(each.facts)))
        for each in storage.facts.all(mask_health.RULES)
        if "unreadable" not in each.facts
    )


def judge(storage: Storage) -> tuple[Judged, ...]:
    """Every measured mask that has a problem, in order of item; what a person confirmed to be right is left out."""
    every = measured(storage)
    right = confirming.confirmed(storage)
    normal = mask_health.usual([facts for _, facts in every], [each.pixels for each, _ in every])
    judged = (
        Judged(
            each,
            facts,
            tuple(
                problem
                for problem in mask_health.problems(facts, pixels=each.pixels, normal=normal)
                if (each.item_id, each.revision, problem.kind) not in right
            ),
        )
        for each, facts in every
    )
    return tuple(each for each in judged if each.problems)


def _measured(storage: Storage, item: ImageItem, revision: MaskRevision) -> dict[str, object]:
    """A mask that cannot be read is noted as such, or it would be tried at every look."""
    try:
        png = storage.blobs.get(revision.blob)
        mask = masks.check(masks.read_png(png), width=item.width, height=item.height)
        image = _photograph(storage, item, mask)
    except (BadInput, NotFound):
        return {"unreadable": True}
    levels = {str(level): number for level, number in mask_health.grey_levels(png).items()}
    return asdict(mask_health.measure(mask, image)) | {"levels": levels}


def _photograph(storage: Storage, item: ImageItem, mask: Mask) -> Image | None:
    """The photograph, where there is a reason to decode it: an upright box."""
    return images.read(storage.blobs.get(item.image_blob)) if mask_health.has_boxes(mask) else None


def _tuples(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
