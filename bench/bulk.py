"""Rows in bulk: ten thousand items and metric points, written past the services as no person could."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from plateseg.domain import images
from plateseg.domain.drawn import draw
from plateseg.domain.runs import MetricPoint
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import SnapshotEntry, Split
from plateseg.services import liveness, training
from plateseg.settings import read_settings
from storage import Storage, open_storage
from storage.items import NewItem
from storage.storage import utc_now
from tests.e2e.app_process import App


def fill(home: Path, *, items: int, points: int) -> int:
    """Items that share 24 thumbnails, and a run with a long curve; returns the run's id."""
    storage = _open(home)
    thumbnails = [storage.blobs.put(images.thumbnail(draw(np.random.default_rng([3, n]))[0]), "jpg") for n in range(24)]
    for number in range(items):
        thumbnail = thumbnails[number % 24]
        storage.items.add(
            NewItem(
                sha256=f"{number:064x}",
                name=f"bulk_{number:05d}.jpg",
                width=640,
                height=480,
                capture_group=str(number),
                image_blob=thumbnail,
                thumbnail_blob=thumbnail,
                media_type="image/jpeg",
            )
        )
    entries = [SnapshotEntry(n + 1, 1, split, f"{n:064x}", "") for n, split in enumerate((Split.TRAIN, Split.VAL))]
    run = storage.runs.create(name="long", config=TrainConfig(), snapshot_id=storage.snapshots.freeze(entries).id)
    settings = read_settings({"PLATESEG_HOME": str(home)})
    storage.runs.claim(run.id, device="cpu", host=settings.machine, pid=os.getpid())
    storage.metrics.add(run.id, [_point(step) for step in range(1, points + 1)])
    storage.close()
    return run.id


@contextmanager
def growing(home: Path, run_id: int) -> Iterator[None]:
    """The run lives and its curve grows by ten points a second while this block runs."""
    settings = read_settings({"PLATESEG_HOME": str(home)})
    storage = _open(home)
    end = threading.Event()

    def grow() -> None:
        step = 10_000
        with liveness.held_alive(settings, run_id):
            while not end.wait(1.0):
                storage.metrics.add(run_id, [_point(step + n) for n in range(1, 11)])
                step += 10
                storage.runs.beat(
                    run_id, pid=os.getpid(), epoch=1, step=step, steps_per_epoch=5000, seconds_per_step=0.1,
                    message="Training.",
                )  # fmt: skip

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
        storage.close()


def start_run(app: App) -> int:
    """Queue a run that keeps the machine busy; the app's launcher starts it."""
    storage = _open(app.home)
    settings = read_settings({"PLATESEG_HOME": str(app.home)})
    run = training.start(storage, TrainConfig(image_size=512), settings=settings, now=utc_now())
    storage.close()
    return run.id


def _point(step: int) -> MetricPoint:
    return MetricPoint(step, step / 5000, "train/loss", math.exp(-step / 4000) + 0.05 * math.sin(step))


def _open(home: Path) -> Storage:
    settings = read_settings({"PLATESEG_HOME": str(home)})
    return open_storage(settings.database_url, settings.blob_url)
