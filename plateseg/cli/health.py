"""inspect and verify: what the dataset holds, and whether all of it is as it should be."""

from __future__ import annotations

import argparse
import json
from typing import Any

from plateseg.cli.opened import opened
from plateseg.services import inspection


def add(verbs: Any) -> None:
    """The verbs and their options."""
    verb = verbs.add_parser("inspect", help="counts, sizes, plate sizes")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=inspect)
    verb = verbs.add_parser("verify", help="check every photograph and mask; exit code 1 when something is wrong")
    verb.set_defaults(run=verify)


def inspect(options: argparse.Namespace) -> int:
    """Print what the dataset holds."""
    with opened() as (storage, _):
        found = inspection.inspect(storage)
    print(json.dumps(found, indent=2) if options.json else inspection.as_table(found))
    return 0


def verify(_options: argparse.Namespace) -> int:
    """Check everything; print a line a fault and return 1 when there is one."""
    with opened() as (storage, _):
        faults = list(inspection.verify(storage))
        total = storage.items.page(limit=1).total
    for fault in faults:
        print(f"item {fault.item_id} {fault.name}: {fault.problem}")
    print(f"{total} photographs checked, {len(faults)} faults")
    return 1 if faults else 0
