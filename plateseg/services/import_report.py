"""What became of an upload's files: all of it, and as much of it as a page can show."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_SHOWN = 200
"""Files named of each kind of reason."""
MOST_KINDS = 20
_NUMBERS = re.compile(r"[0-9]+(?:[.,][0-9]+)*")


@dataclass(frozen=True, slots=True)
class Remark:
    """A file's name and one sentence about it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Remarks that say the same but for their numbers. text: the sentence; shown: the first of them."""

    text: str
    count: int
    shown: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the files that were handed in."""

    added: int = 0
    duplicates: int = 0
    masks_attached: int = 0
    proposals: int = 0
    rejected: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    item_ids: tuple[int, ...] = field(default=())

    @property
    def taken(self) -> bool:
        """Whether anything of it is in the dataset now; what was there before counts."""
        return self.added + self.duplicates + self.masks_attached + self.proposals > 0

    def as_json(self) -> dict[str, Any]:
        """Plain JSON for the page and the record, small however many files there were: counts are whole, names the
        first of each kind of reason. cut: whether there are more, which `as_csv` has.
        """
        rejected, notes = kinds_of(self.rejected), kinds_of(self.notes)
        return {
            "added": self.added,
            "duplicates": self.duplicates,
            "masks_attached": self.masks_attached,
            "proposals": self.proposals,
            "rejected": [{"name": r.name, "reason": r.text} for kind in rejected for r in kind.shown],
            "notes": [{"name": r.name, "note": r.text} for kind in notes for r in kind.shown],
            "rejected_kinds": [_plain(kind) for kind in rejected],
            "notes_kinds": [_plain(kind) for kind in notes],
            "rejected_count": len(self.rejected),
            "notes_count": len(self.notes),
            "cut": _is_cut(*rejected, *notes),
        }

    @property
    def is_cut(self) -> bool:
        """Whether `as_json` leaves names out."""
        return _is_cut(*kinds_of(self.rejected), *kinds_of(self.notes))

    def as_csv(self) -> Iterator[str]:
        """Every remark as a line of a table, with a head; a thousand lines at a time."""
        rows = [("rejected", r) for r in self.rejected] + [("note", r) for r in self.notes]
        yield "what,file,sentence\r\n"
        for start in range(0, len(rows), 1000):
            buffer = io.StringIO()
            csv.writer(buffer).writerows((what, _cell(r.name), r.text) for what, r in rows[start : start + 1000])
            yield buffer.getvalue()


def kinds_of(remarks: Sequence[Remark]) -> list[Kind]:
    """Remarks by what they say, the most frequent first. What is rarer than the first kinds is one kind of its own."""
    groups: dict[str, list[Remark]] = {}
    for remark in remarks:
        groups.setdefault(_NUMBERS.sub("…", remark.text), []).append(remark)
    ranked = sorted(groups.items(), key=lambda group: -len(group[1]))
    kinds = [_kind(pattern, group) for pattern, group in ranked[:MOST_KINDS]]
    rest = [remark for _, group in ranked[MOST_KINDS:] for remark in group]
    return [*kinds, Kind("Other reasons.", len(rest), tuple(rest[:MOST_SHOWN]))] if rest else kinds


def _kind(pattern: str, group: Sequence[Remark]) -> Kind:
    alike = all(remark.text == group[0].text for remark in group)
    return Kind(group[0].text if alike else pattern, len(group), tuple(group[:MOST_SHOWN]))


def _is_cut(*kinds: Kind) -> bool:
    return any(len(kind.shown) < kind.count for kind in kinds)


def _plain(kind: Kind) -> dict[str, Any]:
    return {"text": kind.text, "count": kind.count, "shown": len(kind.shown)}


def _cell(name: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name


@dataclass(slots=True)
class Ledger:
    """What became of the files so far. It grows in place: fifty thousand reasons are appended, never copied."""

    added: int = 0
    duplicates: int = 0
    masks: int = 0
    proposals: int = 0
    rejected: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    item_ids: list[int] = field(default_factory=list)

    def report(self) -> ImportReport:
        """The same, frozen."""
        return ImportReport(
            added=self.added,
            duplicates=self.duplicates,
            masks_attached=self.masks,
            proposals=self.proposals,
            rejected=tuple(self.rejected),
            notes=tuple(self.notes),
            item_ids=tuple(self.item_ids),
        )
