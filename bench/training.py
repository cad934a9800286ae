"""Our training loop against a plain one after the seed's recipe, and what it spends on anything but training."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image as Pillow
from torch.utils.data import DataLoader, Dataset

from bench.pictures import write_pairs
from bench.table import Row
from plateseg.domain import images, masks
from plateseg.domain.runs import MetricPoint, Run
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import Image, Mask, SnapshotEntry, Split
from plateseg.learning import letterbox, loop
from plateseg.learning.architectures import build
from plateseg.learning.cache import Sample
from plateseg.learning.losses import get_loss
from plateseg.services import dataset
from plateseg.services.run_reporter import RunReporter
from storage import Storage, open_storage

ARCHITECTURE = "unet_efficientnet_lite0"
REAL = Path(__file__).resolve().parents[2] / "shared" / "plates" / "green"
SIDE, BATCH, WORKERS = 384, 4, 2
TRAINED, VALIDATED, EPOCHS = 16, 4, 2
TURNS = 3
Pair = tuple[Path, Path]
Size = tuple[int, int]


def measure() -> list[Row]:
    """Images a second of the loops in alternating turns, and the shares of our own time; medians."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = _pairs(Path(folder))
        ours = []
        rates: dict[str, list[float]] = {"same pixels": [], "squashed": []}
        for turn in range(TURNS):
            rates["same pixels"].append(_plain_rate(pairs[:TRAINED], _padded(pairs), seed=turn))
            ours.append(_our_run(pairs, Path(folder) / f"turn{turn}"))
            rates["squashed"].append(_plain_rate(pairs[:TRAINED], (SIDE, SIDE), seed=turn))
    rate = np.array([each.rate for each in ours])
    ratio, squashed = (float(np.median(rate / np.array(plain))) for plain in rates.values())
    seen = f"{ARCHITECTURE}, {SIDE} px, batch {BATCH}, {torch.get_num_threads()} threads"
    told = f"{np.median(rate):.2f} images/s; {seen}; against squares, as the seed squashes, {squashed:.2f} x"
    waiting, telling = 100 * np.median([(each.waiting, each.telling) for each in ours], axis=0)
    return [
        Row("training images/s / a plain loop after the seed's recipe, same pixels", ratio, 1.3, "x", "more", told),
        Row("share of step time waiting for data", float(waiting), 5, "%", remark=seen),
        Row(
            "metrics, heartbeats and previews, share of the run",
            float(telling),
            2,
            "%",
            remark="written to SQLite, on disk",
        ),
    ]


def _pairs(folder: Path) -> list[Pair]:
    """Photographs and masks: real ones where they are, else drawn."""
    if not REAL.is_dir():
        write_pairs(folder / "drawn", count=TRAINED + VALIDATED, width=1280, height=960)
    root = REAL if REAL.is_dir() else folder / "drawn"
    pictures = sorted((root / "images").iterdir())
    found = ((path, next((root / "masks").glob(f"{path.stem}.*"), None)) for path in pictures)
    return list(itertools.islice(((path, mask) for path, mask in found if mask), TRAINED + VALIDATED))


def _padded(pairs: Sequence[Pair]) -> Size:
    """Height and width of what our loop computes on for most photographs."""
    width, height = Pillow.open(pairs[0][0]).size
    return letterbox.padded_shape(*letterbox.scaled_shape(height, width, longer_side=SIDE))


class _Decoded(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """The seed's way: every photograph is opened by PIL, scaled and turned into floats each time it is asked for."""

    def __init__(self, pairs: Sequence[Pair], size: Size) -> None:
        self._pairs = pairs
        self._size = size

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        width_height = self._size[::-1]
        photo, mask = (Pillow.open(path) for path in self._pairs[index])
        pixels = np.array(photo.convert("RGB").resize(width_height), np.float32) / 255
        if np.random.rand() < 0.5:
            pixels = pixels[:, ::-1].copy()  # the photograph alone, as the seed did
        truth = np.array(mask.convert("L").resize(width_height, Pillow.Resampling.NEAREST)) > 127
        normal = (torch.from_numpy(pixels).permute(2, 0, 1).contiguous() - 0.5) / 0.5
        return normal, torch.from_numpy(truth).float().unsqueeze(0)


def _plain_rate(pairs: Sequence[Pair], size: Size, *, seed: int) -> float:
    """Images a second, the first step and the start of the loader processes left out."""
    torch.manual_seed(seed)
    network = build(ARCHITECTURE, pretrained=False).module.train()
    optimiser = torch.optim.AdamW(network.parameters(), 1e-4)
    loss_of = get_loss("bce_dice")
    loader = DataLoader(_Decoded(pairs, size), BATCH, shuffle=True, num_workers=WORKERS, persistent_workers=True)
    begin, seen = 0.0, -1
    for inputs, target in itertools.chain.from_iterable(itertools.repeat(loader, EPOCHS)):
        logits = network(inputs)
        loss = loss_of(logits, target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        said = torch.sigmoid(logits) > 0.5
        _told = loss.item(), ((said & (target > 0)).sum() / (said | (target > 0)).sum().clamp(min=1)).item()
        begin, seen = (time.perf_counter(), 0) if seen < 0 else (begin, seen + len(inputs))
    return seen / (time.perf_counter() - begin)


@dataclass(frozen=True, slots=True)
class _Told:
    """rate: images a second. waiting, telling: shares of time in 0..1."""

    rate: float
    waiting: float
    telling: float


class _Watched(RunReporter):
    """The real reporter, and the time that it takes: in the loop's thread all of it, in its own what it computes."""

    def __init__(self, storage: Storage, run: Run) -> None:
        super().__init__(storage, run)
        self.points: list[MetricPoint] = []
        self.seconds = 0.0

    def metrics(self, points: Sequence[MetricPoint]) -> None:
        begin = time.perf_counter()
        super().metrics(points)
        self.points += points
        self.seconds += time.perf_counter() - begin

    def progress(self, epoch: int, step: int, steps_per_epoch: int, seconds_per_step: float) -> None:
        begin = time.perf_counter()
        super().progress(epoch, step, steps_per_epoch, seconds_per_step)
        self.seconds += time.perf_counter() - begin

    def preview(self, epoch: int, index: int, image: Image, truth: Mask, predicted: Mask) -> None:
        begin = time.perf_counter()
        super().preview(epoch, index, image, truth, predicted)
        self.seconds += time.perf_counter() - begin

    def _beat(self) -> None:
        begin = time.thread_time()
        super()._beat()
        self.seconds += time.thread_time() - begin


def _our_run(pairs: Sequence[Pair], home: Path) -> _Told:
    """A run as a person would start it, on disk; the first step left out of the rate."""
    home.mkdir()
    storage = open_storage(f"sqlite:///{home / 'plateseg.db'}", str(home / "blobs"))
    dataset.import_files(storage, [dataset.SourceFile(photo.name, photo) for photo, _ in pairs[-VALIDATED:]])
    items = storage.items.page(limit=VALIDATED).items
    entries = [SnapshotEntry(item.id, 1, Split.VAL, item.sha256, "") for item in items]
    config = TrainConfig(architecture=ARCHITECTURE, device="cpu", image_size=SIDE, batch_size=BATCH, epochs=EPOCHS)
    queued = storage.runs.create(name="bench", config=config, snapshot_id=storage.snapshots.freeze(entries).id)
    run = storage.runs.claim(queued.id, device="cpu", host="bench", pid=os.getpid())
    samples = [_sample(*pair) for pair in pairs]
    begin = time.perf_counter()
    with _Watched(storage, run) as reporter:
        reporter.watch(tuple(item.id for item in items))
        loop.fit(config, samples[:TRAINED], samples[TRAINED:], reporter, cache_dir=home / "cache")
        took = time.perf_counter() - begin
    storage.close()
    return _summed(reporter, took)


def _summed(reporter: _Watched, took: float) -> _Told:
    """The loop tells images a second and the share of waiting, each for the steps since it told before."""
    told: dict[int, dict[str, float]] = {}
    for point in reporter.points:
        told.setdefault(point.step, {})[point.name] = point.value
    steps = sorted(step for step, values in told.items() if "images_per_second" in values)
    counts = np.diff([0, *steps])[1:] * BATCH
    seconds = counts / np.array([told[step]["images_per_second"] for step in steps[1:]])
    waits = np.array([told[step]["data_wait"] for step in steps[1:]])
    return _Told(counts.sum() / seconds.sum(), float((waits * seconds).sum() / seconds.sum()), reporter.seconds / took)


def _sample(photo: Path, mask: Path) -> Sample:
    return Sample(
        photo.name,
        lambda: images.decode(photo.read_bytes()).pixels,
        lambda: masks.read_png(mask.read_bytes()),
    )
