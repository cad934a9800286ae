"""`make bench`: the speed table, printed and written into docs/benchmarks.md.

PARTS= leaves some out: PARTS="importing predicting training" needs no browser.
"""

from __future__ import annotations

import os
import sys

from bench import importing, pages, predicting, training
from bench.table import as_markdown, write_section

MEASURES = {
    "importing": importing.measure,
    "predicting": predicting.measure,
    "training": training.measure,
    "pages": pages.measure,
}


def main() -> int:
    """Measure everything that was asked for; 1 when a goal was missed."""
    parts = os.environ.get("PARTS", "").split() or list(MEASURES)
    rows = [row for part in parts for row in MEASURES[part]()]
    left_out = f' PARTS="{" ".join(parts)}"' if len(parts) < len(MEASURES) else ""
    table = as_markdown(rows, command=f"make bench{left_out}")
    print(table)
    write_section("Speed", table)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
