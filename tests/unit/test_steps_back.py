"""What brings a photograph back to its line of a snapshot, decided without any storage."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from plateseg.domain.types import ImageItem, ItemStatus, SnapshotEntry, Split
from plateseg.domain.versions import Step, steps_back

LABELLED, EXCLUDED, UNLABELLED = ItemStatus.LABELLED, ItemStatus.EXCLUDED, ItemStatus.UNLABELLED
NOW = datetime(2026, 1, 2, tzinfo=UTC)
TRAIN, VAL = Split.TRAIN, Split.VAL


def item(status=LABELLED, split=TRAIN, *, pinned=False):
    return ImageItem(
        id=7, sha256="a" * 64, name="a.jpg", width=64, height=48, capture_group="a", split=split, status=status, head=1,
        image_blob="i.jpg", thumbnail_blob="t.jpg", media_type="image/jpeg", created_at=NOW,
        pinned=pinned,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "mask", "mask_comes", "back", "moves", "held"),
    [
        (item(), "then", False, False, False, False),
        (item(), "since", True, False, False, False),
        (item(split=VAL), "then", False, False, True, False),
        (item(split=VAL, pinned=True), "then", False, False, False, True),
        (item(split=VAL, pinned=True), "since", True, False, False, True),
        (item(EXCLUDED), "then", False, True, False, False),
        (item(EXCLUDED), "since", True, False, False, False),
        (item(UNLABELLED), "then", False, True, False, False),
        (item(UNLABELLED), None, True, False, False, False),
    ],
)
def test_only_what_differs_comes_back(now, mask, mask_comes, back, moves, held):
    entry = SnapshotEntry(3, 1, TRAIN, "a" * 64, "then")

    (step,) = steps_back([entry], items={"a" * 64: now}, masks={7: mask} if mask else {})

    assert step == Step(item=now, entry=entry, mask=mask_comes, back=back, moves=moves, held=held)
    assert step.idle == (not (mask_comes or back or moves))


def test_a_photograph_that_was_deleted_has_no_step():
    assert list(steps_back([SnapshotEntry(3, 1, TRAIN, "b" * 64, "then")], items={}, masks={})) == []
