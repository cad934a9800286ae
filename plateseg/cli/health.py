"""inspect and verify: what the dataset holds, and whether all of it is as it should be."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from plateseg.cli.opened import opened
from plateseg.domain.mask_health import KINDS, REPAIRS
from plateseg.services import inspection, measuring, repairs, verification
from plateseg.services.measuring import Judged
from plateseg.services.verification import Fault


def add(verbs: Any) -> None:
    """The verbs and their options."""
    verb = verbs.add_parser("inspect", help="counts, sizes, colour modes, mask values, plate sizes")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=inspect)
    verb = verbs.add_parser(
        "verify", help="check every photograph and mask; exit code 1 when a file is missing, changed or does not fit"
    )
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.add_argument("--strict", action="store_true", help="exit code 1 for labels that look wrong, too")
    verb.add_argument(
        "--repair",
        action="append",
        choices=list(REPAIRS),
        default=[],
        help="mend these problems by new revisions",
    )
    verb.set_defaults(run=verify)


def inspect(options: argparse.Namespace) -> int:
    """Print what the dataset holds."""
    with opened() as (storage, _):
        found = inspection.inspect(storage)
    print(json.dumps(found, indent=2) if options.json else inspection.as_table(found))
    return 0


def verify(options: argparse.Namespace) -> int:
    """Check everything; print a line a fault and return 1 when there is one. Label problems are warnings."""
    with opened() as (storage, _):
        faults = list(verification.faults(storage))
        measuring.measure_due(storage)
        judged = measuring.judge(storage)
        mended = {kind: repairs.repair_all(storage, judged, kind) for kind in options.repair}
        if mended:
            measuring.measure_due(storage)
            judged = measuring.judge(storage)
        total = storage.items.page(limit=1).total
    if options.json:
        print(json.dumps(_as_json(total, faults, judged), indent=2))
    else:
        for kind, report in mended.items():
            print(f"{report.mended} masks mended of {KINDS[kind].lower()}, {report.left} left as they were")
        _print(total, faults, judged)
    return 1 if faults or (options.strict and judged) else 0


def _print(total: int, faults: list[Fault], judged: tuple[Judged, ...]) -> None:
    for fault in faults:
        print(f"item {fault.item_id} {fault.name}: {fault.problem}")
    for each in judged:
        for problem in each.problems:
            print(f"warning: item {each.measured.item_id} {each.measured.name}: {problem.sentence}")
    warnings = f", {len(judged)} masks to look at" if judged else ""
    print(f"{total} photographs checked, {len(faults)} faults{warnings}")


def _as_json(total: int, faults: list[Fault], judged: tuple[Judged, ...]) -> dict[str, Any]:
    return {
        "items": total,
        "faults": [asdict(fault) for fault in faults],
        "warnings": [
            {"item_id": each.measured.item_id, "name": each.measured.name, "revision": each.measured.revision}
            | asdict(problem)
            for each in judged
            for problem in each.problems
        ],
    }
