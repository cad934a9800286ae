"""Label problems of which a person said "it is right so": they are not told again until the mask is another."""

from __future__ import annotations

from plateseg.domain.mask_health import KINDS
from plateseg.errors import BadConfig, StaleRevision
from storage import Storage

EVENT = "label-confirmed"


def confirm(storage: Storage, item_id: int, kind: str, *, revision: int, right: bool = True) -> None:
    """Remember that a mask is right in spite of a problem; `right` False takes that back.

    It holds for this revision only. Raises NotFound, BadConfig for an unknown kind, StaleRevision when the mask is
    another by now.
    """
    if kind not in KINDS:
        raise BadConfig(f"There is no label problem {kind!r}; there are {', '.join(KINDS)}.")
    head = storage.items.get(item_id).head
    if head != revision:
        raise StaleRevision(
            f"This mask was saved again since, as revision {head}: reload the page and look at that one.", current=head
        )
    storage.events.add(EVENT, {"kind": kind, "revision": revision, "right": right}, item_id=item_id)


def confirmed(storage: Storage) -> frozenset[tuple[int, int, str]]:
    """What persons said is right: item, revision, kind of problem."""
    found: dict[tuple[int, int, str], bool] = {}
    for item_id, payload in storage.events.of_items(EVENT):
        found[item_id, payload["revision"], payload["kind"]] = payload["right"]
    return frozenset(key for key, right in found.items() if right)
