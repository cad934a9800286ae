"""gc: delete the files that nothing refers to any more."""

from __future__ import annotations

import argparse
from typing import Any

from plateseg.cli.opened import opened
from plateseg.services import garbage
from storage.storage import utc_now


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("gc", help="delete files that nothing refers to; tell what only snapshots hold")
    verb.add_argument("--dry-run", action="store_true", help="only tell what would go")
    verb.set_defaults(run=collect)


def collect(options: argparse.Namespace) -> int:
    """Collect, and print what went and what stays."""
    with opened() as (storage, _):
        done = garbage.collect(storage, now=utc_now(), dry_run=options.dry_run)
    went = "would be deleted" if options.dry_run else "deleted"
    print(f"{done.garbage.files} files ({done.garbage.bytes / 2**20:.1f} MB) that nothing refers to: {went}.")
    if done.garbage.young:
        print(f"{done.garbage.young} more are younger than an hour and may belong to an import: left alone.")
    for held in done.held:
        print(
            f"Snapshot {held.snapshot} still holds {held.masks} masks that no photograph has any more; "
            f"{held.deleted} of its photographs were deleted."
        )
    return 0
