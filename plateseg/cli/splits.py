"""split, pin, duplicates: what trains, what judges, and what is there twice."""

from __future__ import annotations

import argparse
import json
from typing import Any

from plateseg.cli.opened import opened
from plateseg.domain.lookalikes import NEAR
from plateseg.domain.types import ImageItem, Split
from plateseg.services import duplicates, splitting
from plateseg.services.duplicates import Lookalikes

FREE = "free"


def add(verbs: Any) -> None:
    """The verbs and their options."""
    verb = verbs.add_parser("split", help="divide the labelled photographs into train, val and test, scene by scene")
    verb.add_argument("--val", type=float, default=splitting.DEFAULT_VAL_SHARE, help="share to validate on")
    verb.add_argument("--test", type=float, default=0.0, help="share kept aside")
    verb.add_argument("--seed", type=int, default=0)
    verb.add_argument("--anew", action="store_true", help="move photographs that have a split already, too")
    verb.add_argument("--gold", type=int, default=0, metavar="N", help="pin N test photographs: they never train")
    _add_near(verb)
    verb.set_defaults(run=split)
    verb = verbs.add_parser("pin", help="fix the split of photographs by hand; nothing moves them but you")
    verb.add_argument("items", type=int, nargs="+", metavar="ID", help="numbers of photographs")
    verb.add_argument("--split", choices=[*_parts(), FREE], required=True, help="where they belong; free: let go")
    verb.set_defaults(run=pin)
    verb = verbs.add_parser("duplicates", help="groups of photographs that look alike")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.add_argument("--exclude", action="store_true", help="exclude all of each group but the best")
    _add_near(verb)
    verb.set_defaults(run=show_duplicates)


def split(options: argparse.Namespace) -> int:
    """Divide the labelled photographs; photographs of one scene stay together."""
    with opened() as (storage, _):
        report = splitting.split(
            storage,
            val=options.val,
            test=options.test,
            seed=options.seed,
            anew=options.anew,
            gold=options.gold,
            distance=options.near,
        )
    gold = f" ({report.gold} of them gold)" if report.gold else ""
    print(", ".join(f"{report.sizes[part]} {part.value}" for part in (Split.TRAIN, Split.VAL, Split.TEST)) + gold)
    leak = report.leak
    print(
        f"{leak.pairs} pairs show one scene or look alike: {leak.parted} stand apart; "
        f"a plain random split would have parted {leak.at_random}"
    )
    for linked in report.linked:
        print(f"linked: these {linked.sentence()}")
    return 0


def pin(options: argparse.Namespace) -> int:
    """Pin photographs, or let them go."""
    with opened() as (storage, _):
        if options.split == FREE:
            print(f"{splitting.unpin(storage, options.items)} let go")
            return 0
        report = splitting.pin(storage, options.items, Split(options.split))
    print(f"{report.pinned} pinned to {options.split}, {report.followed} more of the same scenes moved along")
    for linked in report.linked:
        print(f"linked: these {linked.sentence()}")
    return 0


def show_duplicates(options: argparse.Namespace) -> int:
    """Show the groups; exclude the surplus when asked to."""
    with opened() as (storage, _):
        groups = duplicates.find(storage, distance=options.near)
        excluded = sum(duplicates.exclude_surplus(storage, group) for group in groups) if options.exclude else 0
    if options.json:
        print(json.dumps([[_view(item) for item in group.items] for group in groups], indent=2))
        return 0
    for group in groups:
        print(_line(group))
    photographs = sum(len(group.items) for group in groups)
    print(f"{len(groups)} groups of {photographs} photographs that look alike, {excluded} excluded")
    return 0


def _line(group: Lookalikes) -> str:
    first, *rest = (f"{item.id} {item.name}" for item in group.items)
    return f"keep {first}; as well: {', '.join(rest)}"


def _view(item: ImageItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "width": item.width,
        "height": item.height,
        "status": item.status.value,
        "split": item.split.value,
        "pinned": item.pinned,
    }


def _parts() -> list[str]:
    return [part.value for part in (Split.TRAIN, Split.VAL, Split.TEST)]


def _add_near(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--near", type=int, default=NEAR, metavar="BITS", help=f"bits of 64 in which looks may differ [{NEAR}]"
    )
