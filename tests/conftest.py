"""What every test may ask for: a clock that stands still, a storage of its own, photographs with masks."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
REAL_PLATES = ROOT.parent / "shared" / "plates" / "green"
sys.path.insert(0, str(ROOT))  # `pytest` works like `python -m pytest`

# Most tests begin with a folder that has no model; tests/integration/test_starter.py and the page's have the starter.
os.environ.setdefault("PLATESEG_STARTER", "off")

from plateseg.domain import drawn, images, masks  # noqa: E402
from storage import Storage, open_storage  # noqa: E402

DRAWN_PLATES = 46
"""How many photographs `plates` draws where the real ones are not at hand: a set to train on and one to predict."""


# Chance belongs to a person's machine, where it finds new cases; CI draws the same ones each time.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "here")


class Clock:
    """Says the same moment until told otherwise; hand it to `open_storage(clock=...)`."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **units: float) -> datetime:
        """Move on by `timedelta(**units)`; negative values are a clock that jumps back."""
        self.now += timedelta(**units)
        return self.now


@pytest.fixture(autouse=True)
def smallest_numbers_stay() -> Iterator[None]:
    """A training on the CPU tells it to take the smallest numbers for zero; Hypothesis draws them in later tests."""
    yield
    if torch := sys.modules.get("torch"):
        torch.set_flush_denormal(False)


@pytest.fixture
def clock() -> Clock:
    """The clock of `storage`."""
    return Clock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and nothing in it, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("empty")
    open_storage(f"sqlite:///{folder / 'plateseg.db'}", str(folder / "blobs")).close()
    return folder / "plateseg.db"


@pytest.fixture
def urls(tmp_path: Path) -> tuple[str, str]:
    """Where `storage` lies, for another process to open: `open_storage(*urls)`."""
    return f"sqlite:///{tmp_path / 'plateseg.db'}", str(tmp_path / "blobs")


@pytest.fixture
def storage(tmp_path: Path, urls: tuple[str, str], clock: Clock, empty_database: Path) -> Iterator[Storage]:
    """An empty storage: SQLite in `tmp_path/plateseg.db`, blobs in `tmp_path/blobs`."""
    shutil.copy(empty_database, tmp_path / "plateseg.db")
    opened = open_storage(*urls, clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def plates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in the seed's layout: `images/x.jpg` and `masks/x.png` (0 and 255), every photograph with its mask.

    The real ones of `../shared/plates/green` where they are there, else drawn ones. Do not write into it.
    """
    return REAL_PLATES if REAL_PLATES.is_dir() else draw_plates(tmp_path_factory.mktemp("plates"), DRAWN_PLATES)


def draw_plates(folder: Path, count: int) -> Path:
    """Draw `count` photographs with their masks into `folder`, in the seed's layout; returns the folder."""
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        image, mask, _ = drawn.draw(np.random.default_rng([7, number]))
        (folder / "images" / f"drawn_{number:03d}.jpg").write_bytes(images.encode_jpeg(image))
        (folder / "masks" / f"drawn_{number:03d}.png").write_bytes(masks.to_png(mask))
    return folder
