"""Import against what one core needs just to decode and hash the same files."""

from __future__ import annotations

import hashlib
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from bench.pictures import write_pairs
from bench.table import Row
from plateseg.services import dataset
from storage import open_storage

REAL = Path(__file__).resolve().parents[2] / "shared" / "plates" / "green"
COUNT = 120


def measure() -> list[Row]:
    """Photographs a second, as a share of the bare rate on one thread; the median of three turns."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = REAL if REAL.is_dir() else root / "drawn"
        if source is not REAL:
            write_pairs(source, count=COUNT, width=1280, height=720)
        paths = sorted(path for path in source.rglob("*") if path.is_file())
        bare, ours = [], []
        for turn in range(3):
            bare.append(_bare_seconds(paths))
            ours.append(_import_seconds(source, root / f"home{turn}"))
    ratio = float(np.median(np.array(bare) / np.array(ours)))
    remark = f"{len(paths)} files, masks included, with thumbnails, hashes and rows written"
    return [Row("import rate / bare decode and hash on one core", 100 * ratio, 70, "%", "more", remark)]


def _bare_seconds(paths: list[Path]) -> float:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    start = time.perf_counter()
    for path in paths:
        data = path.read_bytes()
        hashlib.sha256(data).hexdigest()
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    seconds = time.perf_counter() - start
    cv2.setNumThreads(threads)
    return seconds


def _import_seconds(source: Path, home: Path) -> float:
    storage = open_storage(f"sqlite:///{home / 'plateseg.db'}", str(home / "blobs"))
    start = time.perf_counter()
    report = dataset.import_files(storage, list(dataset.files_under(source)))
    seconds = time.perf_counter() - start
    storage.close()
    assert report.added
    assert not report.rejected, report.rejected[:3]
    return seconds
