"""split and pin: whole groups into train, val and test, and the leak that this avoided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from plateseg.domain import images, splits
from plateseg.domain.captures import Shot, captures
from plateseg.domain.grouping import Links, drawn_at_random
from plateseg.domain.lookalikes import NEAR
from plateseg.domain.types import ItemStatus, Split
from plateseg.errors import BadConfig, NotFound, PlatesegError
from storage import Storage
from storage.splits import Member

DEFAULT_VAL_SHARE = 0.2
_NUMBER = {Split.TRAIN: 0, Split.VAL: 1, Split.TEST: 2}


@dataclass(frozen=True, slots=True)
class Leak:
    """Linked pairs: photographs of one capture, or that look alike.

    pairs: how many there are. at_random: how many a plain random split of the same shares and seed would have parted.
    parted: how many stand apart now.
    """

    pairs: int
    at_random: int
    parted: int


@dataclass(frozen=True, slots=True)
class Linked:
    """Photographs of one group that stand in several splits, because the link came to light too late."""

    members: tuple[Member, ...]

    def sentence(self) -> str:
        """In words, for a person."""
        shown = ", ".join(f"{m.id} {m.name} ({m.split.value})" for m in self.members[:6])
        more = f" and {len(self.members) - 6} more" if len(self.members) > 6 else ""
        return f"show the same scene and stand in different splits: {shown}{more}"


@dataclass(frozen=True, slots=True)
class SplitReport:
    """sizes: usable photographs in each split. linked: groups that stand apart. gold: pinned test photographs."""

    sizes: dict[Split, int]
    leak: Leak
    linked: tuple[Linked, ...]
    gold: int


@dataclass(frozen=True, slots=True)
class PinReport:
    """pinned: the photographs named. followed: others of their groups, which came along."""

    pinned: int
    followed: int
    linked: tuple[Linked, ...]


@dataclass(slots=True)
class _Group:
    """Photographs that links hold together, by sha256 of the first, so that its draw does not depend on numbers."""

    members: list[Member] = field(default_factory=list)

    @property
    def name(self) -> str:
        return min(member.sha256 for member in self.members)

    @property
    def usable(self) -> list[Member]:
        return [member for member in self.members if member.usable]

    def stands(self, *, anew: bool) -> Counter[Split]:
        """Where its photographs are already; `anew`: where a person pinned them."""
        return Counter(m.split for m in self.members if m.split is not Split.UNASSIGNED and (m.pinned or not anew))

    def home(self, *, anew: bool) -> Split:
        """Where what joins it goes: to the pinned ones, else to the many, else to train."""
        if len(self.members) == 1:  # most groups by far, and counting one takes ten times as long as looking
            (alone,) = self.members
            return alone.split if alone.pinned or not anew else Split.UNASSIGNED
        pinned = self.stands(anew=True)
        found = pinned or self.stands(anew=anew)
        return max(_NUMBER, key=lambda split: found[split]) if found else Split.UNASSIGNED


def split(
    storage: Storage,
    *,
    val: float = DEFAULT_VAL_SHARE,
    test: float = 0.0,
    seed: int = 0,
    anew: bool = False,
    gold: int = 0,
    distance: int = NEAR,
) -> SplitReport:
    """Give every usable photograph a split, whole groups at a time, and tell what that avoided.

    What has a split keeps it for ever, unless `anew`; what is pinned keeps it in any case. A newcomer that joins a
    group takes its split. gold: that many test photographs are pinned there, never to train. Photographs without an
    answer get no split. Raises BadConfig for impossible wishes.
    """
    members = members_with_looks(storage)
    _divide(storage, members, val=val, test=test, seed=seed, anew=anew, gold=gold, distance=distance)
    return _report(storage, val=val, test=test, seed=seed, distance=distance)


def settle(storage: Storage, *, val: float = DEFAULT_VAL_SHARE, seed: int = 0) -> None:
    """Give newcomers their split, quickly: nothing is told, and no thumbnail is read to find out looks."""
    tally = storage.items.tally()
    if not any(tally.get((status, Split.UNASSIGNED)) for status in (ItemStatus.LABELLED, ItemStatus.NO_PLATE)):
        return
    _divide(storage, storage.splits.members(), val=val, test=0.0, seed=seed, anew=False, gold=0, distance=NEAR)


def pin(storage: Storage, item_ids: Iterable[int], where: Split, *, distance: int = NEAR) -> PinReport:
    """A person's word that photographs belong to a split; the rest of their groups comes along, unless pinned itself.

    Raises NotFound for a photograph that is not there or excluded, BadConfig for no split.
    """
    if where is Split.UNASSIGNED:
        raise BadConfig("A photograph is pinned to train, val or test.")
    wanted = set(item_ids)
    members = members_with_looks(storage)
    missing = wanted - {member.id for member in members}
    if missing:
        raise NotFound(f"There is no photograph {min(missing)} to pin, or it is excluded.")
    touched = [g for g in _groups(members, distance) if any(m.id in wanted for m in g.members)]
    following = [
        m.id for g in touched for m in g.members if m.id not in wanted and not m.pinned and m.split is not where
    ]
    pinned = storage.splits.pin(wanted, where)
    storage.splits.assign(dict.fromkeys(following, where))
    ours = {member.id for group in touched for member in group.members}
    after = [group for group in _groups(storage.splits.members(), distance) if group.members[0].id in ours]
    return PinReport(pinned, len(following), _linked(after))


def unpin(storage: Storage, item_ids: Iterable[int]) -> int:
    """Let photographs go; they keep their split. Returns how many there were of them."""
    return storage.splits.unpin(set(item_ids))


def _divide(
    storage: Storage,
    members: Sequence[Member],
    *,
    val: float,
    test: float,
    seed: int,
    anew: bool,
    gold: int,
    distance: int,
) -> None:
    groups = {group.name: group for group in _groups(members, distance)}
    pins = _gold(groups, gold, anew=anew, seed=seed) if gold else {}
    wanted = {
        name: splits.Group(len(group.usable), pins.get(name, group.home(anew=anew)))
        for name, group in groups.items()
        if group.usable
    }
    answer = splits.assign(wanted, val=val, test=test, seed=seed)
    moved = {
        member.id: answer[name]
        for name, group in groups.items()
        for member in group.members
        if member.usable and not member.pinned and (anew or name in pins or member.split is Split.UNASSIGNED)
    }
    storage.splits.assign(moved, pin=[member.id for name in pins for member in groups[name].usable])


def scenes(storage: Storage, *, distance: int = NEAR) -> dict[int, str]:
    """The group of every photograph that has an answer or a split, by item: what shows one scene has one name."""
    groups = _groups(storage.splits.members(), distance)
    return {member.id: group.name for group in groups for member in group.members}


def members_with_looks(storage: Storage) -> tuple[Member, ...]:
    """All photographs, those imported before looks were kept looked at now: their thumbnails tell."""
    members = storage.splits.members()
    found: dict[int, str] = {}
    known: dict[str, str] = {}
    for member in members:
        if member.fingerprint:
            continue
        if member.thumbnail_blob not in known:
            known[member.thumbnail_blob] = _look_of(storage, member)
        if known[member.thumbnail_blob]:
            found[member.id] = known[member.thumbnail_blob]
    if not found:
        return members
    storage.splits.remember_looks(found)
    return storage.splits.members()


def _look_of(storage: Storage, member: Member) -> str:
    """How a photograph looks, or empty when its thumbnail cannot be read: `verify` tells of that."""
    try:
        return splits.fingerprint(images.read(storage.blobs.get(member.thumbnail_blob)))
    except PlatesegError:
        return ""


def _links(members: Sequence[Member], counts: Callable[[Member], bool], distance: int) -> tuple[list[Member], Links]:
    """Those of the members that count, and their links. What is one capture, all members beside each other tell."""
    of_all = captures([Shot(member.capture_group, member.name, member.fingerprint) for member in members])
    counted = [(member, capture) for member, capture in zip(members, of_all, strict=True) if counts(member)]
    chosen = [member for member, _ in counted]
    return chosen, Links([capture for _, capture in counted], [member.fingerprint for member in chosen], distance)


def _groups(members: Sequence[Member], distance: int) -> list[_Group]:
    """The groups; photographs that have neither an answer nor a split link nothing."""
    counted, links = _links(members, lambda each: each.usable or each.split is not Split.UNASSIGNED, distance)
    found: defaultdict[int, _Group] = defaultdict(_Group)
    for member, root in zip(counted, links.groups().tolist(), strict=True):
        found[root].members.append(member)
    return list(found.values())


def _gold(groups: dict[str, _Group], wanted: int, *, anew: bool, seed: int) -> dict[str, Split]:
    """Groups to pin into test until `wanted` usable photographs are pinned there: of test first, then of no split."""
    missing = wanted - sum(m.pinned and m.split is Split.TEST for g in groups.values() for m in g.usable)
    usable = {name: group for name, group in groups.items() if group.usable}
    chosen: list[str] = []
    for stand in ({Split.TEST}, set[Split]()):
        free = {
            name: splits.Group(len(group.usable))
            for name, group in usable.items()
            if set(group.stands(anew=anew)) == stand and not all(m.pinned for m in group.usable)
        }
        spare = len(usable) - len(chosen) - 2
        taken = splits.draw(free, wanted=missing, most=spare, seed=seed)
        missing -= sum(free[name].size for name in taken)
        chosen += taken
    if missing > 0 and not chosen:
        raise BadConfig(
            f"{missing} more photographs cannot be set aside as gold: the others train or validate already. "
            "Label new ones, pin some yourself (`pin ID --split test`), or divide all with --anew."
        )
    return dict.fromkeys(chosen, Split.TEST)


def _report(storage: Storage, *, val: float, test: float, seed: int, distance: int) -> SplitReport:
    members = storage.splits.members()
    usable, links = _links(members, lambda each: each.usable and each.split is not Split.UNASSIGNED, distance)
    now = np.array([_NUMBER[member.split] for member in usable], np.int64)
    plain = drawn_at_random(len(usable), val=val, test=test, seed=seed)
    pairs, (parted, at_random) = links.parted(np.stack([now, plain]))
    sizes = Counter(member.split for member in usable)
    return SplitReport(
        sizes={part: sizes[part] for part in Split},
        leak=Leak(pairs=pairs, at_random=at_random, parted=parted),
        linked=_linked(_groups(members, distance)) if parted else (),
        gold=sum(member.pinned and member.split is Split.TEST for member in usable),
    )


def _linked(groups: Iterable[_Group]) -> tuple[Linked, ...]:
    return tuple(Linked(tuple(group.members)) for group in groups if len(group.stands(anew=False)) > 1)
