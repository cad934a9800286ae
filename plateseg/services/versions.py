"""snapshots and diff: states of the dataset, named, compared and brought back. Nothing here deletes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plateseg.domain import masks
from plateseg.domain.metrics import count_pixels
from plateseg.domain.types import ImageItem, ItemStatus, RevisionSource, Snapshot, SnapshotEntry, Split
from plateseg.domain.versions import Difference, compare
from plateseg.errors import BadInput, NotFound, StaleRevision, WrongState
from plateseg.services import snapshotting
from storage import Storage
from storage.revisions import NewRevision

NOW = "now"
LONGEST_NAME = 100
_USABLE = (ItemStatus.LABELLED, ItemStatus.NO_PLATE)


@dataclass(frozen=True, slots=True)
class Restored:
    """What bringing a snapshot back did.

    masks: new revisions; splits: photographs moved; excluded: photographs set aside, none of them deleted. gone: lines
    whose photograph was deleted since. held: pinned photographs that keep their split. overtaken: saved by somebody
    meanwhile, and left as they saved it. before: the snapshot of how it was, None when nothing was labelled.
    """

    masks: int
    splits: int
    excluded: int
    gone: int
    held: int
    overtaken: int
    before: str | None


def summaries(storage: Storage) -> list[dict[str, Any]]:
    """Every snapshot, newest first, as plain JSON: name, hash, sizes, and the runs that trained on it."""
    runs: dict[int, list[str]] = {}
    for run in storage.runs.all():
        runs.setdefault(run.snapshot_id, []).append(run.name)
    sizes = storage.snapshots.sizes()
    return [
        {
            "id": head.id,
            "name": head.name,
            "sha256": head.sha256,
            "created_at": head.created_at.isoformat(),
            "sizes": {split.value: number for split, number in sizes.get(head.id, {}).items()},
            "runs": runs.get(head.id, []),
        }
        for head in storage.snapshots.heads()
    ]


def take(storage: Storage, name: str) -> Snapshot:
    """Freeze what is labelled now under a name. The same state twice is one snapshot, which then has this name.

    Raises BadInput for an unusable or a taken name, WrongState when there is too little to freeze.
    """
    _refuse_name(storage, name)
    frozen = snapshotting.freeze(storage)
    if frozen.name == name:
        return frozen
    if frozen.name != frozen.sha256[:8]:
        raise WrongState(f"This very state is frozen already, as {frozen.name!r}.")
    return storage.snapshots.rename(frozen.id, name)


def rename(storage: Storage, words: str, name: str) -> Snapshot:
    """Give a snapshot another name; what it holds never changes. Raises NotFound, BadInput."""
    snapshot = find(storage, words)
    _refuse_name(storage, name)
    return storage.snapshots.rename(snapshot.id, name)


def find(storage: Storage, words: str) -> Snapshot:
    """The snapshot of a name, a number or the beginning of a hash. Raises NotFound, of several as well."""
    heads = storage.snapshots.heads()
    for fits in (
        [head for head in heads if head.name == words],
        [head for head in heads if str(head.id) == words],
        [head for head in heads if len(words) >= 4 and head.sha256.startswith(words.lower())],
    ):
        if len(fits) == 1:
            return storage.snapshots.get(fits[0].id)
        if fits:
            raise NotFound(f"Several snapshots fit {words!r}. Name one by its number: python -m plateseg snapshots.")
    raise NotFound(f"There is no snapshot {words!r}. See those there are: python -m plateseg snapshots.")


def entries_of(storage: Storage, words: str) -> tuple[SnapshotEntry, ...]:
    """The lines of a snapshot, or with "now" of what is labelled at this moment, photographs without split too."""
    if words != NOW:
        return find(storage, words).entries
    return storage.items.lines()


def diff(storage: Storage, before: str, after: str = NOW) -> Difference:
    """What happened between two snapshots, each a name, a number, a hash or "now". Raises NotFound."""
    return compare(entries_of(storage, before), entries_of(storage, after))


def described(storage: Storage, difference: Difference) -> list[dict[str, Any]]:
    """A line for each difference: what, the photograph's name, and how far masks agree. Plain JSON."""
    entries = [*difference.added, *difference.removed, *(pair[0] for pair in (*difference.changed, *difference.moved))]
    names = {item.sha256: item.name for item in storage.items.find_many(entry.image_sha256 for entry in entries)}

    def line(what: str, entry: SnapshotEntry, **more: Any) -> dict[str, Any]:
        name = names.get(entry.image_sha256, f"(deleted) {entry.image_sha256[:12]}")
        return {"what": what, "item": entry.item_id, "name": name} | more

    return [
        *(line("added", entry, split=entry.split.value) for entry in difference.added),
        *(line("removed", entry, split=entry.split.value) for entry in difference.removed),
        *(line("changed", old, iou=_agreement(storage, old, new)) for old, new in difference.changed),
        *(line("moved", old, split=old.split.value, to=new.split.value) for old, new in difference.moved),
    ]


def restore(storage: Storage, words: str, *, only: bool = False, author: str = "") -> Restored:
    """Bring a snapshot back as the working set: its masks as new revisions on top, its splits, nothing lost.

    only: photographs labelled since are set aside as excluded, so that the working set is the snapshot and no more.
    How it was is frozen first, so that this can be undone. Raises NotFound.
    """
    snapshot = find(storage, words)
    present = entries_of(storage, NOW)
    before = storage.snapshots.freeze(present) if present else None
    items = {item.sha256: item for item in storage.items.find_many(entry.image_sha256 for entry in snapshot.entries)}
    done: list[bool | None] = []
    for entry in snapshot.entries:
        item = items.get(entry.image_sha256)
        if item is not None:
            done.append(_bring_back(storage, item, entry, note=f"{author} (snapshot {snapshot.name})".strip()))
    moves = {
        items[entry.image_sha256].id: entry.split
        for entry in snapshot.entries
        if entry.image_sha256 in items and items[entry.image_sha256].split is not entry.split
    }
    storage.splits.assign(moves)
    held = sum(items[entry.image_sha256].pinned for entry in snapshot.entries if _moves(items, entry, moves))
    wanted = {entry.image_sha256 for entry in snapshot.entries}
    others = [entry.item_id for entry in present if entry.image_sha256 not in wanted] if only else []
    for item_id in others:
        storage.items.set_status(item_id, ItemStatus.EXCLUDED)
    return Restored(
        masks=sum(answer is True for answer in done),
        splits=len(moves) - held,
        excluded=len(others),
        gone=len(snapshot.entries) - len(items),
        held=held,
        overtaken=sum(answer is None for answer in done),
        before=before.name if before else None,
    )


def _moves(items: dict[str, ImageItem], entry: SnapshotEntry, moves: dict[int, Split]) -> bool:
    item = items.get(entry.image_sha256)
    return item is not None and item.id in moves


def _bring_back(storage: Storage, item: ImageItem, entry: SnapshotEntry, *, note: str) -> bool | None:
    """Whether a new revision was written; None when somebody saved meanwhile."""
    head = storage.revisions.get(item.id, item.head) if item.head else None
    if head is not None and head.blob == entry.mask_blob:
        if item.status not in _USABLE:
            storage.items.set_status(item.id, ItemStatus.NO_PLATE if head.no_plate else ItemStatus.LABELLED)
        return False
    png = storage.blobs.get(entry.mask_blob)
    pixels = masks.plate_pixels(masks.read_png(png))
    new = NewRevision(
        source=RevisionSource.MANUAL,
        png=png,
        plate_pixels=pixels,
        author=note,
        parent=item.head,
        no_plate=pixels == 0,
    )
    try:
        storage.revisions.append(item.id, new, after=item.head)
    except StaleRevision:
        return None
    return True


def _agreement(storage: Storage, old: SnapshotEntry, new: SnapshotEntry) -> float | None:
    """IoU of the two masks in 0..1; None when they differ in size."""
    first, second = (masks.read_png(storage.blobs.get(entry.mask_blob)) for entry in (old, new))
    return round(count_pixels(first, second).iou, 4) if first.shape == second.shape else None


def _refuse_name(storage: Storage, name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or name == NOW or name.isdigit():
        raise BadInput(f'A snapshot\'s name has 1 to {LONGEST_NAME} characters, is no number and not "{NOW}".')
    if any(head.name == name for head in storage.snapshots.heads()):
        raise BadInput(f"There is a snapshot {name!r} already. Choose another name, or rename that one.")
