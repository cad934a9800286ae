"""`make bench`: the speed table, printed and written into docs/benchmarks.md."""

from __future__ import annotations

import sys

from bench import importing, pages, predicting, training
from bench.table import as_markdown, write_section


def main() -> int:
    """Measure everything; 1 when a goal was missed."""
    rows = [row for part in (importing, predicting, training, pages) for row in part.measure()]
    table = as_markdown(rows, command="make bench")
    print(table)
    write_section("Speed", table)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
