"""`make bench-scale`: a hundred thousand photographs. Rows are generated, small photographs imported, killed, resumed
and exported.

ITEMS= and PHOTOGRAPHS= as environment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from sqlalchemy import insert
from starlette.testclient import TestClient

from bench.table import Row, as_markdown, write_section
from plateseg.domain.types import TO_DO, ItemStatus, Split
from plateseg.services import snapshotting, versions
from plateseg.settings import read_settings
from plateseg.ui.server import build_app
from storage import Storage, open_storage
from storage.filters import ItemFilter
from storage.storage import utc_now
from storage.tables import ItemRow, RevisionRow

ROOT = Path(__file__).resolve().parents[1]
ITEMS = int(os.environ.get("ITEMS", "100000"))
PHOTOGRAPHS = int(os.environ.get("PHOTOGRAPHS", "5000"))
_STATUSES = ("labelled", "labelled", "labelled", "unlabelled", "proposed", "no_plate", "excluded")


def main() -> int:
    """Measure and write; 1 when a goal was missed."""
    rows = measure()
    table = as_markdown(rows, command="make bench-scale")
    print(table)
    write_section("Scale", table)
    return 0 if all(row.holds for row in rows) else 1


def measure() -> list[Row]:
    """The rows of the table."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*_measure_rows(Path(folder) / "rows")]
    with tempfile.TemporaryDirectory() as folder:
        return [*rows, *_measure_files(Path(folder))]


def _measure_rows(home: Path) -> Iterator[Row]:
    settings = read_settings({"PLATESEG_HOME": str(home), "PLATESEG_STARTER": "off"})
    storage = open_storage(settings.database_url, settings.blob_url)
    fill(storage, ITEMS)
    items, many = storage.items, f"of {ITEMS} photographs"
    labelled, both = ItemFilter(status=ItemStatus.LABELLED), ItemFilter(ItemStatus.LABELLED, Split.VAL)
    to_do, visited = ItemFilter(TO_DO), range(1, ITEMS, max(1, ITEMS // 300))
    asks: dict[str, Callable[[int], object]] = {
        "list page, anywhere": lambda at: (items.page(offset=at // 48 * 48), items.tally()),
        "filter by status": lambda at: (items.page(labelled, offset=at // 3), items.tally()),
        "filter by status and split": lambda at: (items.page(both, offset=at // 12), items.tally()),
        "filter by what is to do, 300 visited": lambda at: (
            items.page(to_do, offset=at * 2 // 7, also=visited),
            items.tally(),
        ),
        "search in names": lambda at: (items.page(ItemFilter(text=f"{at:06d}"[:4])), items.tally()),
        "next to label": lambda at: items.neighbours(at),
        "next to label within a filter": lambda at: items.neighbours(at, labelled),
    }
    for what, ask in asks.items():
        yield Row(f"{what} {many}, 95th percentile", 1000 * _percentile(ask), 50, "ms")
    browser = TestClient(build_app(storage, settings, utc_now), base_url=f"http://{settings.host}:{settings.port}")
    urls: dict[str, Callable[[int], str]] = {
        "list page": lambda at: f"/api/items?limit=48&offset={at // 48 * 48}",
        "filter by status": lambda at: f"/api/items?limit=48&status=labelled&offset={at // 3}",
    }
    for what, url in urls.items():
        seen = _percentile(lambda at, url=url: browser.get(url(at)).raise_for_status())  # type: ignore[misc]
        yield Row(f"{what} {many} through the app's route, 95th percentile", 1000 * seen, 50, "ms")
    yield Row(f"first snapshot {many}, splits given", _seconds(lambda: snapshotting.freeze(storage)), 5, "s")
    item = items.page(labelled).items[0]
    storage.splits.assign({item.id: Split.VAL if item.split is Split.TRAIN else Split.TRAIN})
    yield Row(f"another snapshot {many}", _seconds(lambda: snapshotting.freeze(storage)), 5, "s")
    last, first = storage.snapshots.heads()
    yield Row(f"diff of two snapshots {many}", _seconds(lambda: versions.diff(storage, first.name, last.name)), 5, "s")
    storage.close()


def fill(storage: Storage, count: int) -> None:
    """Rows of that many photographs and masks, written past the services as no person could; no bytes behind them."""
    rng = np.random.default_rng(0)
    now = utc_now()
    for start in range(0, count, 5000):
        numbers = range(start, min(count, start + 5000))
        rows: list[dict[str, Any]] = []
        for number in numbers:
            status = _STATUSES[int(rng.integers(len(_STATUSES)))]
            rows.append(
                {
                    "id": number + 1, "sha256": f"{number:064x}", "name": f"IMG_{rng.integers(10**6):06d}_{number}.jpg",
                    "width": 640, "height": 480, "capture_group": f"look:{number // 2:016x}", "mode": "",
                    "fingerprint": f"{int(rng.integers(2**63)):016x}", "pinned": False, "split": "unassigned",
                    "status": status, "head": int(status in ("labelled", "no_plate")), "revisions": 1,
                    "image_blob": f"{number:064x}.jpg", "thumbnail_blob": f"{number + 10**8:064x}.jpg",
                    "media_type": "image/jpeg", "created_at": now,
                }
            )  # fmt: skip
        masks = [
            {
                "item_id": row["id"], "number": 1, "source": "manual", "author": "", "parent": 0, "seeded_from": "",
                "blob": f"{row['id'] + 2 * 10**8:064x}.png", "plate_pixels": 900 * (row["status"] == "labelled"),
                "no_plate": row["status"] == "no_plate", "created_at": now,
            }
            for row in rows
            if row["head"]
        ]  # fmt: skip
        with storage.database.writing() as session:
            session.execute(insert(ItemRow), rows)
            session.execute(insert(RevisionRow), masks)


def _percentile(ask: Callable[[int], object]) -> float:
    rng = np.random.default_rng(1)
    places = rng.integers(1, ITEMS, 60)
    return float(np.percentile([_seconds(lambda at=int(at): ask(at)) for at in places], 95))  # type: ignore[misc]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@dataclass(frozen=True, slots=True)
class _Ended:
    seconds: float
    megabytes: float


def _measure_files(folder: Path) -> Iterator[Row]:
    few, all_of_them = PHOTOGRAPHS // 5, PHOTOGRAPHS
    source = folder / "source"
    write_small(source / "first", range(few))
    write_small(source / "rest", range(few, all_of_them))
    home = folder / "home"
    _plateseg(home, "import", str(source / "first"))
    narrow = _plateseg(home, "export", str(folder / "few"), "--format", "masks")
    _plateseg(home, "import", str(source / "rest"), kill_at=all_of_them // 2)
    there = _count(home)
    resumed = _plateseg(home, "import", str(source / "rest"))
    wide = _plateseg(home, "export", str(folder / "all"), "--format", "masks")
    yield Row(
        f"photographs missing or double after an import killed at {there} of {all_of_them} and repeated",
        abs(_count(home) - all_of_them), 0, "",
    )  # fmt: skip
    yield Row(f"memory of importing {all_of_them} photographs", resumed.megabytes, 1024, "MB")
    yield Row(f"memory more for exporting {all_of_them} than {few}", wide.megabytes - narrow.megabytes, 50, "MB")


def write_small(folder: Path, numbers: range) -> None:
    """Small photographs, every one another, with their masks."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    mask = np.zeros((120, 160), np.uint8)
    mask[50:70, 40:120] = 255
    for number in numbers:
        rng = np.random.default_rng(number)
        small = rng.integers(0, 255, (12, 16, 3), np.uint8)
        cv2.imwrite(str(folder / "images" / f"small_{number:06d}.jpg"), cv2.resize(small, (160, 120)))
        cv2.imwrite(str(folder / "masks" / f"small_{number:06d}.png"), mask)


def _plateseg(home: Path, *arguments: str, kill_at: int = 0) -> _Ended:
    """Run a verb; with `kill_at` it is killed once so many photographs are in."""
    environment = dict(os.environ) | {"PLATESEG_HOME": str(home)}
    command = [sys.executable, "-m", "plateseg", *arguments]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while kill_at and _count(home) < kill_at:
        time.sleep(0.2)
    if kill_at:
        process.send_signal(signal.SIGKILL)
    _, status, usage = os.wait4(process.pid, 0)
    if status and not kill_at:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return _Ended(time.perf_counter() - start, usage.ru_maxrss / unit)


def _count(home: Path) -> int:
    storage = open_storage(f"sqlite:///{home / 'plateseg.db'}", str(home / "blobs"))
    total = storage.items.page(limit=1).total
    storage.close()
    return total


if __name__ == "__main__":
    sys.exit(main())
