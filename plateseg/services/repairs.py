"""One-click repairs: a mended mask as a new revision on top of the one that was looked at. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from plateseg.domain import masks
from plateseg.domain.mask_health import REPAIRS
from plateseg.domain.types import MaskRevision, RevisionSource
from plateseg.errors import BadConfig, NotFound, StaleRevision, WrongState
from plateseg.services import annotation
from plateseg.services.measuring import Judged
from storage import Storage
from storage.revisions import NewRevision


@dataclass(frozen=True, slots=True)
class RepairReport:
    """mended: masks that have a new revision. left: masks that were saved or deleted meanwhile, or are well by now."""

    mended: int
    left: int


def repair(storage: Storage, item_id: int, kind: str, *, after: int) -> MaskRevision:
    """Append a mended copy of revision `after`, if that is still the newest.

    kind: a problem's that has a repair. Raises BadConfig for another, StaleRevision, NotFound, and WrongState when
    there is nothing to mend.
    """
    if kind not in REPAIRS:
        raise BadConfig(_no_repair(kind))
    saved = annotation.read_mask(storage, storage.items.get(item_id), after)
    mended = REPAIRS[kind](saved.mask)
    if np.array_equal(mended, saved.mask):
        raise WrongState("There is nothing to mend in this mask any more.")
    new = NewRevision(
        source=RevisionSource.MANUAL,
        png=masks.to_png(mended),
        plate_pixels=masks.plate_pixels(mended),
        author=f"repair: {kind}",
        parent=after,
        seeded_from=saved.revision.seeded_from,
    )
    return storage.revisions.append(item_id, new, after=after)


def repair_all(storage: Storage, judged: Iterable[Judged], kind: str) -> RepairReport:
    """Mend every mask that has that problem. Raises BadConfig when there is no such repair."""
    if kind not in REPAIRS:
        raise BadConfig(_no_repair(kind))
    mended = left = 0
    for each in judged:
        if not any(problem.kind == kind for problem in each.problems):
            continue
        try:
            repair(storage, each.measured.item_id, kind, after=each.measured.revision)
            mended += 1
        except (StaleRevision, NotFound, WrongState):
            left += 1
    return RepairReport(mended, left)


def _no_repair(kind: str) -> str:
    return f"There is no repair for {kind!r}; there are {', '.join(REPAIRS)}. Open it in Annotate."
