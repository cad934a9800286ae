"""snapshots and diff: states of the dataset, named, compared, deleted. Bringing one back is restoring.py's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from plateseg.domain import masks
from plateseg.domain.metrics import count_pixels
from plateseg.domain.runs import Run
from plateseg.domain.types import Snapshot, SnapshotEntry, Split
from plateseg.domain.versions import Difference, compare
from plateseg.errors import BadInput, BadMask, NotFound, WrongState
from plateseg.services import snapshotting
from storage import Storage
from storage.snapshots import SnapshotHead

NOW = "now"
LONGEST_NAME = 100
KINDS = ("added", "removed", "changed", "moved")
"""Of differences, in the order they are told."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A snapshot without its lines. sizes: photographs by split; without_plate: how many of these show none.

    names_only: it holds no masks; its photographs taught the starter model and are not the person's.
    """

    id: int
    name: str
    sha256: str
    created_at: datetime
    sizes: dict[Split, int]
    without_plate: dict[Split, int]
    runs: tuple[Run, ...]
    names_only: bool


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """Snapshots, newest first, from `offset` on; total: how many there are in all."""

    shown: tuple[Summary, ...]
    offset: int
    total: int


def summaries(storage: Storage) -> list[dict[str, Any]]:
    """Every snapshot, newest first, as plain JSON: name, hash, sizes, and the runs that trained on it."""
    sizes, runs = storage.snapshots.sizes(), _runs_by_snapshot(storage)
    naming_only = storage.snapshots.naming_only()
    return [
        {
            "id": head.id,
            "name": head.name,
            "sha256": head.sha256,
            "created_at": head.created_at.isoformat(),
            "sizes": {split.value: number for split, number in sizes.get(head.id, {}).items()},
            "runs": [run.name for run in runs.get(head.id, ())],
            "names_only": head.id in naming_only,
        }
        for head in storage.snapshots.heads()
    ]


def page(storage: Storage, *, offset: int = 0, limit: int = 20, holding: int | None = None) -> SummaryPage:
    """A few snapshots, newest first. holding: the page that has this one, whatever the offset, where there is one."""
    heads = storage.snapshots.heads()
    places = {head.id: at for at, head in enumerate(heads)}
    at = places.get(holding, offset) if holding else offset
    first = min(at, max(0, len(heads) - 1)) // limit * limit
    return SummaryPage(_summed_up(storage, heads[first : first + limit]), first, len(heads))


def _summed_up(storage: Storage, heads: Sequence[SnapshotHead]) -> tuple[Summary, ...]:
    sizes, runs = storage.snapshots.sizes(), _runs_by_snapshot(storage)
    without = storage.snapshots.without_plate(head.id for head in heads)
    naming_only = storage.snapshots.naming_only()
    return tuple(
        Summary(
            id=head.id,
            name=head.name,
            sha256=head.sha256,
            created_at=head.created_at,
            sizes=sizes.get(head.id, {}),
            without_plate=without[head.id],
            runs=tuple(runs.get(head.id, ())),
            names_only=head.id in naming_only,
        )
        for head in heads
    )


def _runs_by_snapshot(storage: Storage) -> dict[int, list[Run]]:
    found: dict[int, list[Run]] = {}
    for run in storage.runs.all():
        found.setdefault(run.snapshot_id, []).append(run)
    return found


def take(storage: Storage, name: str) -> Snapshot:
    """Freeze what is labelled now under a name. The same state twice is one snapshot, which then has this name.

    Raises BadInput for an unusable or a taken name, WrongState when there is too little to freeze.
    """
    name = _usable_name(name)
    if any(head.name == name for head in storage.snapshots.heads()):
        raise BadInput(f"There is a snapshot {name!r} already. Choose another name, or rename that one.")
    frozen = snapshotting.freeze(storage)
    if frozen.name != frozen.sha256[:8]:
        raise WrongState(f"This very state is frozen already, as {frozen.name!r}.")
    storage.snapshots.rename(frozen.id, name)
    return storage.snapshots.get(frozen.id)


def rename(storage: Storage, words: str, name: str) -> SnapshotHead:
    """Give a snapshot another name; what it holds never changes. Raises NotFound, BadInput."""
    head, name = head_of(storage, words), _usable_name(name)
    storage.snapshots.rename(head.id, name)
    return replace(head, name=name)


def delete(storage: Storage, words: str) -> int:
    """Delete a snapshot that no run holds, and with it the masks that nothing else keeps; returns how many these were.

    Masks and photographs of the dataset stay. Raises NotFound, and WrongState naming the run that holds it.
    """
    return storage.snapshots.delete(head_of(storage, words).id)


def find(storage: Storage, words: str) -> Snapshot:
    """The snapshot of a name, a number or the beginning of a hash. Raises NotFound, of several as well."""
    return storage.snapshots.get(head_of(storage, words).id)


def head_of(storage: Storage, words: str) -> SnapshotHead:
    """The same without its lines."""
    heads = storage.snapshots.heads()
    for fits in (
        [head for head in heads if head.name == words],
        [head for head in heads if str(head.id) == words],
        [head for head in heads if len(words) >= 4 and head.sha256.startswith(words.lower())],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise NotFound(f"Several snapshots fit {words!r}. Name one by its number: python -m plateseg snapshots.")
    raise NotFound(f"There is no snapshot {words!r}. See those there are: python -m plateseg snapshots.")


def entries_of(storage: Storage, words: str) -> tuple[SnapshotEntry, ...]:
    """The lines of a snapshot, or with "now" of what is labelled at this moment, photographs without split too.

    Raises NotFound, and WrongState for one that holds no masks.
    """
    if words == NOW:
        return storage.items.lines()
    snapshot = find(storage, words)
    refuse_names_only(snapshot)
    return snapshot.entries


def refuse_names_only(snapshot: Snapshot) -> None:
    """Raise WrongState for a snapshot that only names photographs: none of them is this dataset's to be missed."""
    if snapshot.names_only:
        raise WrongState(
            f"Snapshot {snapshot.name!r} only names the photographs that taught the starter model. They are not yours, "
            "and it holds no masks: it cannot be compared, exported or restored. Choose another snapshot."
        )


def diff(storage: Storage, before: str, after: str = NOW) -> Difference:
    """What happened between two snapshots, each a name, a number, a hash or "now". Raises NotFound, WrongState."""
    return compare(entries_of(storage, before), entries_of(storage, after))


def described(storage: Storage, difference: Difference) -> list[dict[str, Any]]:
    """A line for each difference: what, the photograph's name, and how far masks agree. Plain JSON."""
    return [line for kind in KINDS for line in lines(storage, difference, kind)]


def lines(
    storage: Storage, difference: Difference, kind: str, *, offset: int = 0, limit: int | None = None
) -> list[dict[str, Any]]:
    """Some lines of one kind of difference, in the state's order. Raises BadInput for an unknown kind."""
    if kind not in KINDS:
        raise BadInput(f"Differences are {', '.join(KINDS)}, not {kind!r}.")
    whole: tuple[SnapshotEntry | tuple[SnapshotEntry, SnapshotEntry], ...] = getattr(difference, kind)
    some = [each if isinstance(each, tuple) else (each, each) for each in whole[offset:][:limit]]
    items = {item.sha256: item for item in storage.items.find_many(old.image_sha256 for old, _ in some)}
    found: list[dict[str, Any]] = []
    for old, new in some:
        item = items.get(old.image_sha256)
        name = item.name if item else f"(deleted) {old.image_sha256[:12]}"
        line = {"what": kind, "item": item.id if item else old.item_id, "name": name}
        found.append(line | _details(storage, kind, old, new))
    return found


def _details(storage: Storage, kind: str, old: SnapshotEntry, new: SnapshotEntry) -> dict[str, Any]:
    if kind == "changed":
        return {"iou": _agreement(storage, old, new), "masks": [old.mask_blob, new.mask_blob]}
    if kind == "moved":
        return {"split": old.split.value, "to": new.split.value}
    return {"split": old.split.value}


def _agreement(storage: Storage, old: SnapshotEntry, new: SnapshotEntry) -> float | None:
    """IoU of the two masks in 0..1; None when they differ in size, or one cannot be read."""
    try:
        first, second = (masks.read_png(storage.blobs.get(entry.mask_blob)) for entry in (old, new))
    except (NotFound, BadMask):
        return None
    return round(count_pixels(first, second).iou, 4) if first.shape == second.shape else None


def _usable_name(name: str) -> str:
    """The name as it is kept, without spaces around it. Raises BadInput."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or name == NOW or name.isdigit():
        raise BadInput(f'A snapshot\'s name has 1 to {LONGEST_NAME} characters, is no number and not "{NOW}".')
    return name
