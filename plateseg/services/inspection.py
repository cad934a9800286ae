"""inspect: what the dataset holds, in numbers, for the table, for JSON and for the charts of the Dataset tab."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from plateseg.domain import mask_health
from plateseg.domain.mask_health import MaskFacts
from plateseg.domain.types import ItemStatus, Split
from plateseg.domain.versions import USABLE
from plateseg.services import measuring
from storage import Storage
from storage.facts import Measured

SHOWN_SIZES = 10
_SPLITS = (Split.TRAIN, Split.VAL, Split.TEST, Split.UNASSIGNED)
PERCENT_EDGES = (0, 0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100)
WIDTH_EDGES = (0, 20, 40, 60, 80, 100, 130, 160, 200, 250, 300, 400, 500, 700, 1000, 2000, 100_000)


@dataclass(frozen=True, slots=True)
class Overview:
    """What a dataset holds. Charts are (label, count) pairs in their order.

    Of rows, so of every photograph: items, by_status, capture_groups, sizes, modes, and of every answered one by_split
    and empty. Of measured masks, so without the `unmeasured` ones: everything on plates, and mask_values.
    """

    items: int
    by_status: dict[str, int]
    by_split: dict[str, int]
    image_sizes: dict[str, int]
    other_sizes: int
    modes: dict[str, int]
    mask_values: dict[str, int]
    plates: int
    plates_per_image: dict[str, int]
    several_plates: int
    empty: int
    plate_pixels: dict[str, float]
    plate_percent: dict[str, float]
    plate_width: dict[str, float]
    percent_chart: list[tuple[str, int]]
    width_chart: list[tuple[str, int]]
    capture_groups: int
    unmeasured: int


def inspect(storage: Storage) -> dict[str, Any]:
    """Everything, all masks measured first. Plain JSON."""
    measuring.measure_due(storage)
    return asdict(overview(storage))


def overview(storage: Storage) -> Overview:
    """What is known so far, quickly: rows only, no picture is opened."""
    every, statuses, splits = measuring.measured(storage), storage.items.counts(), Counter[Split]()
    for (status, split), number in storage.items.tally().items():
        splits[split] += number if status in USABLE else 0
    sizes = Counter({f"{width}x{height}": number for (width, height), number in storage.facts.sizes().items()})
    areas = np.array([area for _, facts in every for area in facts.areas], np.float64)
    widths = np.array([width for _, facts in every for width in facts.widths], np.float64)
    percent = np.array([100 * area / each.pixels for each, facts in every for area in facts.areas], np.float64)
    per_image = Counter(len(facts.areas) for _, facts in every)
    shown = dict(sizes.most_common(SHOWN_SIZES))
    return Overview(
        items=sum(sizes.values()),
        by_status={status.value: number for status, number in statuses.items()},
        by_split={split.value: splits[split] for split in _SPLITS if splits[split]},
        image_sizes=shown,
        other_sizes=sum(sizes.values()) - sum(shown.values()),
        modes={mode or "unknown": number for mode, number in sorted(storage.facts.modes().items())},
        mask_values=_values(every),
        plates=len(areas),
        plates_per_image={str(number): times for number, times in sorted(per_image.items())},
        several_plates=sum(times for number, times in per_image.items() if number > 1),
        empty=statuses.get(ItemStatus.NO_PLATE, 0),
        plate_pixels=_spread(areas),
        plate_percent=_spread(percent),
        plate_width=_spread(widths),
        percent_chart=_chart(percent, PERCENT_EDGES, "%"),
        width_chart=_chart(widths, WIDTH_EDGES, "px"),
        capture_groups=storage.facts.captures(),
        unmeasured=storage.facts.count_due(mask_health.RULES),
    )


def as_table(found: dict[str, Any]) -> str:
    """The same for a person's eyes."""
    lines: list[str] = []
    for key, value in found.items():
        lines.append(f"{key.replace('_', ' '):<18}{_shown(value) or '-'}")
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {number}" for key, number in value.items())
    if isinstance(value, list):
        return ", ".join(f"{label}: {number}" for label, number in value if number)
    return str(value)


def _values(every: Sequence[tuple[Measured, MaskFacts]]) -> dict[str, int]:
    """Pixels of all masks by the grey level they are written as."""
    levels: Counter[str] = Counter()
    for _, facts in every:
        levels.update(facts.levels)
    return dict(sorted(levels.items(), key=lambda each: int(each[0])))


def _spread(values: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float]:
    if not len(values):
        return {}
    low, middle, high = np.percentile(values, [0, 50, 100])
    return {"smallest": round(float(low), 3), "median": round(float(middle), 3), "largest": round(float(high), 3)}


def _chart(values: np.ndarray[Any, np.dtype[np.float64]], edges: Sequence[float], unit: str) -> list[tuple[str, int]]:
    counts = np.histogram(values, bins=np.array(edges, np.float64))[0]
    last = len(edges) - 2
    return [
        (f"{low:g} {unit} and more" if index == last else f"{low:g} to {edges[index + 1]:g} {unit}", int(counts[index]))
        for index, low in enumerate(edges[:-1])
    ]
