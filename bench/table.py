"""Rows of a table with what was wanted beside what was seen."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. better: "less" or "more" is better than `wanted`; unit as printed behind both."""

    what: str
    seen: float
    wanted: float
    unit: str
    better: str = "less"
    remark: str = ""

    @property
    def holds(self) -> bool:
        """Whether the goal was reached."""
        return self.seen <= self.wanted if self.better == "less" else self.seen >= self.wanted

    def as_line(self) -> str:
        """A line of a Markdown table."""
        sign = "≤" if self.better == "less" else "≥"
        goal = f"{sign} {self.wanted:g} {self.unit}".strip()
        return (
            f"| {self.what} | {goal} | {self.seen:.3g} {self.unit} | {'yes' if self.holds else 'NO'} | {self.remark} |"
        )


def as_markdown(rows: Sequence[Row], *, command: str) -> str:
    """The table with command, machine and date."""
    head = f"`{command}` on {machine()}, {date.today():%Y-%m-%d}.\n\n"
    lines = ["| what | goal | seen | reached | remark |", "|---|---|---|---|---|", *(row.as_line() for row in rows)]
    return head + "\n".join(lines) + "\n"


def machine() -> str:
    """The machine in words."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def write_section(title: str, text: str) -> None:
    """Put a section into docs/benchmarks.md, in place of the one of the same title."""
    DOCUMENT.parent.mkdir(exist_ok=True)
    old = (
        DOCUMENT.read_text()
        if DOCUMENT.exists()
        else "# Benchmarks\n\nWritten by the commands named in each section.\n"
    )
    head, *sections = old.split("\n## ")
    kept = [section for section in sections if section.split("\n", 1)[0] != title]
    parts = [head.rstrip(), *(f"## {section.strip()}" for section in (*kept, f"{title}\n\n{text.strip()}"))]
    DOCUMENT.write_text("\n\n".join(parts) + "\n")
