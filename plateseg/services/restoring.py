"""A snapshot as the working set again: first what that would do, then doing it. No mask is overwritten or deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from plateseg.domain import masks
from plateseg.domain.types import ImageItem, ItemStatus, RevisionSource, Snapshot, SnapshotEntry
from plateseg.domain.versions import Step, steps_back
from plateseg.errors import BadMask, NotFound
from plateseg.services import versions
from storage import Storage
from storage.revisions import NewRevision, Return

AT_ONCE = 100
"""Photographs in one transaction: a fraction of a second, so that a person who saves meanwhile hardly waits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What bringing a snapshot back would do.

    present: what is labelled now, to be frozen first. steps: photographs that would change. since: photographs that
    the snapshot lacks, which stay as they are or, with `only`, are set aside. gone: lines whose photograph was
    deleted. held: pinned photographs that keep their split.
    """

    snapshot: Snapshot
    present: tuple[SnapshotEntry, ...]
    steps: tuple[Step, ...]
    since: tuple[ImageItem, ...]
    only: bool
    gone: int
    held: int

    @property
    def excluded(self) -> tuple[ImageItem, ...]:
        """Photographs that would be set aside."""
        return self.since if self.only else ()

    @property
    def counts(self) -> dict[str, int]:
        """How many masks come back, photographs move and count again, are excluded, stay, are gone or held."""
        return {
            "masks": sum(step.mask for step in self.steps),
            "splits": sum(step.moves for step in self.steps),
            "back": sum(step.back for step in self.steps),
            "excluded": len(self.excluded),
            "stay": 0 if self.only else len(self.since),
            "gone": self.gone,
            "held": self.held,
        }


@dataclass(frozen=True, slots=True)
class Restored:
    """What bringing a snapshot back did.

    masks: new revisions; splits: photographs moved; back: photographs that count again with the mask they had;
    excluded: photographs set aside, none of them deleted. gone: lines whose photograph was deleted since. held:
    pinned photographs that keep their split. overtaken: saved, excluded, pinned or deleted by somebody meanwhile, and
    left so. unreadable: masks whose file cannot be read. before: the snapshot of how it was, None when nothing was
    labelled or nothing had to change.
    """

    masks: int
    splits: int
    back: int
    excluded: int
    gone: int
    held: int
    overtaken: int
    unreadable: int
    before: str | None


def restore(storage: Storage, words: str, *, only: bool = False, author: str = "") -> Restored:
    """Bring a snapshot back as the working set: its masks as new revisions on top, its splits, nothing lost.

    only: photographs labelled since are set aside as excluded, so that the working set is the snapshot and no more.
    How it was is frozen first, so that this can be undone. Killed half-way, it is done again: what came back stays
    and gets no second revision. Raises NotFound, WrongState.
    """
    return carry_out(storage, plan(storage, versions.find(storage, words), only=only), author=author)


def plan(storage: Storage, snapshot: Snapshot, *, only: bool = False) -> Plan:
    """What bringing it back would do now; changes nothing. Raises WrongState for one that holds no masks."""
    versions.refuse_names_only(snapshot)
    present = storage.items.lines()
    now = {entry.image_sha256: entry for entry in present}
    # Only these are looked at closely: of a hundred thousand most stand as they stood.
    others = [entry for entry in snapshot.entries if not _stands(entry, now.get(entry.image_sha256))]
    found = storage.items.find_many(entry.image_sha256 for entry in others)
    items = {item.sha256: _as_frozen(item, now.get(item.sha256)) for item in found}
    steps = tuple(steps_back(others, items=items, masks=_masks(storage, items, present)))
    wanted = {entry.image_sha256 for entry in snapshot.entries}
    since = storage.items.get_many(entry.item_id for entry in present if entry.image_sha256 not in wanted)
    return Plan(
        snapshot=snapshot,
        present=present,
        steps=tuple(step for step in steps if not step.idle),
        since=tuple(since.values()),
        only=only,
        gone=len(others) - len(items),
        held=sum(step.held for step in steps),
    )


def carry_out(
    storage: Storage, plan: Plan, *, author: str = "", progress: Callable[[int, int], None] = lambda done, total: None
) -> Restored:
    """Do what was planned, a hundred photographs in a transaction; those that changed since the plan are left alone.

    author: who asked, written beside the snapshot's name on each mask. progress: photographs done, of how many.
    """
    todo = len(plan.steps) + len(plan.excluded)
    before = storage.snapshots.freeze(plan.present) if plan.present and todo else None
    note = f"{author} (snapshot {plan.snapshot.name})".strip()
    done: Counter[str] = Counter()
    waiting = _returns(storage, plan, note, done)
    while some := list(islice(waiting, AT_ONCE)):
        for each, untouched in zip(some, storage.revisions.bring_back(some), strict=True):
            done.update(_told(each) if untouched else ["overtaken"])
            done["tried"] += 1
        progress(done["tried"], todo)
    return Restored(
        masks=done["masks"],
        splits=done["splits"],
        back=done["back"],
        excluded=done["excluded"],
        gone=plan.gone,
        held=plan.held,
        overtaken=done["overtaken"],
        unreadable=done["unreadable"],
        before=before.name if before else None,
    )


def _stands(entry: SnapshotEntry, now: SnapshotEntry | None) -> bool:
    return now is not None and (now.mask_blob, now.split) == (entry.mask_blob, entry.split)


def _as_frozen(item: ImageItem, now: SnapshotEntry | None) -> ImageItem:
    """A photograph with the mask it has in the state that is frozen: one saved since is somebody's newer word."""
    return item if now is None else replace(item, head=now.revision)


def _masks(storage: Storage, items: dict[str, ImageItem], present: tuple[SnapshotEntry, ...]) -> dict[int, str]:
    """The blob of each item's newest mask: the working set tells it of most, the rows of the others."""
    known = {entry.item_id: entry.mask_blob for entry in present}
    others = [item.id for item in items.values() if item.id not in known and item.head]
    return known | storage.revisions.head_blobs(others)


def _returns(storage: Storage, plan: Plan, note: str, done: Counter[str]) -> Iterator[Return]:
    """One after another, so that few masks are in memory at once. What cannot be read is left out and counted."""
    for step in plan.steps:
        try:
            yield _return_of(storage, step, note)
        except (NotFound, BadMask):
            done["unreadable"] += 1
    for item in plan.excluded:
        yield Return(item=item, status=ItemStatus.EXCLUDED)


def _return_of(storage: Storage, step: Step, note: str) -> Return:
    """Raises NotFound and BadMask when the frozen mask cannot be had."""
    item, split = step.item, step.entry.split if step.moves else None
    if not (step.mask or step.back):
        return Return(item=item, split=split)
    png = storage.blobs.get(step.entry.mask_blob)
    pixels = masks.plate_pixels(masks.read_png(png))
    if step.back:
        return Return(item=item, split=split, status=ItemStatus.LABELLED if pixels else ItemStatus.NO_PLATE)
    new = NewRevision(
        source=RevisionSource.MANUAL,
        png=png,
        plate_pixels=pixels,
        author=note,
        parent=item.head,
        no_plate=pixels == 0,
    )
    return Return(item=item, mask=new, split=split)


def _told(each: Return) -> Iterator[str]:
    if each.mask is not None:
        yield "masks"
    if each.split is not None:
        yield "splits"
    if each.status is ItemStatus.EXCLUDED:
        yield "excluded"
    elif each.status is not None:
        yield "back"
