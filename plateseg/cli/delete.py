"""delete: photographs go for good."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from plateseg.cli.dataset import show_progress
from plateseg.cli.opened import opened
from plateseg.domain.types import STATUS_NAMES, statuses_named
from plateseg.errors import BadInput
from plateseg.services import deleting
from storage import Storage
from storage.filters import ItemFilter


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("delete", help="delete photographs for good, with their masks; tells what snapshots hold")
    verb.add_argument("items", type=int, nargs="*", metavar="ID", help="numbers of photographs")
    verb.add_argument("--status", choices=STATUS_NAMES, help="all of one status; todo: unlabelled and proposed")
    sure = verb.add_mutually_exclusive_group()
    sure.add_argument("--dry-run", action="store_true", help="only tell what would go and what snapshots hold")
    sure.add_argument("--yes", action="store_true", help="really delete; there is no way back")
    verb.set_defaults(run=delete)


def delete(options: argparse.Namespace) -> int:
    """Tell what goes and what stays; delete when it was confirmed. Returns 1 when it was not."""
    with opened() as (storage, _):
        chosen = _chosen(storage, options)
        if not options.yes:
            seen = deleting.foresee(storage, chosen)
            _tell(seen, "would be deleted")
            if not options.dry_run:
                print("Nothing was deleted. This cannot be undone: say --yes to delete.", file=sys.stderr)
            return 0 if options.dry_run else 1
        _tell(deleting.delete(storage, chosen, lambda done, total: show_progress(done, total, "")), "deleted")
    return 0


def _chosen(storage: Storage, options: argparse.Namespace) -> list[int]:
    """Raises BadInput when both or neither was said."""
    if bool(options.items) == bool(options.status):
        raise BadInput(
            "Name photographs by their numbers, or all of one status: delete 12 13, delete --status excluded."
        )
    if options.items:
        return list(options.items)
    return [item.id for item in storage.items.walk(ItemFilter(status=statuses_named(options.status)))]


def _tell(seen: deleting.Foresight, verb: str) -> None:
    print(f"{len(seen.items)} photographs with {sum(seen.masks.values())} masks {verb}.")
    if sentence := deleting.held_sentence(seen.held):
        print(sentence)
