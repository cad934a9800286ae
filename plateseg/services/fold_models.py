"""One small model on all folds but one: what it says of masks it never saw."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from plateseg.domain import images, masks
from plateseg.domain.runs import CheckpointKind, MetricPoint, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import Image, ImageItem, Mask, MaskRevision, Prediction
from storage import Storage

if TYPE_CHECKING:
    from plateseg.learning.cache import Sample

Labelled = tuple[ImageItem, MaskRevision]
_ASK_SECONDS = 2.0


@dataclass(slots=True)
class FoldReporter:
    """learning.reporter.Reporter that keeps the best weights as a file and passes on where the training is.

    tell: called with one sentence, not more often than every two seconds. stop: asked as often, whether to end.
    """

    folder: Path
    tell: Callable[[str], None]
    stop: Callable[[], bool]
    epochs: int
    _told: float = field(default=0.0)
    _asked: float = field(default=0.0)
    _stopped: bool = field(default=False)

    @property
    def best(self) -> Path:
        """Where the best weights are."""
        return self.folder / "best.pt"

    def metrics(self, points: Sequence[MetricPoint]) -> None:
        """Curves of models that live for minutes are not kept."""

    def begin(self, batch_size: int, worked: float) -> None:
        """A fold's batch is configured, and none is resumed."""

    def progress(self, epoch: int, step: int, steps_per_epoch: int, seconds_per_step: float) -> None:
        """Where the training is."""
        now = time.monotonic()
        if now - self._told >= _ASK_SECONDS:
            self._told = now
            self.tell(f"epoch {min(epoch + 1, self.epochs)} of {self.epochs}, step {step}")

    def checkpoint(self, kind: CheckpointKind, path: Path, epoch: int, step: int, val_iou: float | None) -> None:
        """Keep the best weights; a model this small is trained again rather than resumed."""
        if kind is CheckpointKind.BEST:
            shutil.move(path, self.best)
            return
        path.unlink(missing_ok=True)

    def preview(self, epoch: int, index: int, image: Image, truth: Mask, predicted: Mask) -> None:
        """No pictures of models that nobody looks at."""

    def note(self, message: str) -> None:
        """One sentence for the log: those of a fold say nothing new."""

    def stop_requested(self) -> bool:
        """Whether a person asked to stop."""
        now = time.monotonic()
        if not self._stopped and now - self._asked >= _ASK_SECONDS:
            self._asked = now
            self._stopped = self.stop()
        return self._stopped


def train_fold(
    storage: Storage,
    config: TrainConfig,
    train: Sequence[Labelled],
    val: Sequence[Labelled],
    reporter: FoldReporter,
) -> Path | None:
    """The best weights of a model trained on `train`, chosen by `val`; None when a person asked to stop."""
    from plateseg.learning import loop, threads  # torch is loaded here

    threads.leave_room()
    cache = reporter.folder / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    result = loop.fit(
        config,
        [_sample(storage, *each) for each in train],
        [_sample(storage, *each) for each in val],
        reporter,
        cache_dir=cache,
    )
    shutil.rmtree(cache, ignore_errors=True)
    return None if result.status is RunStatus.STOPPED else reporter.best


def predict_fold(
    storage: Storage, weights: Path, held: Sequence[Labelled], *, device: str
) -> Iterator[tuple[Labelled, Image, Mask, Prediction]]:
    """Each held-out photograph with the person's mask and what the model says; unreadable ones are left out."""
    from plateseg.errors import BadInput, NotFound
    from plateseg.learning.predictor import Predictor

    predictor = Predictor.load(weights, device=device, name="label check")
    for item, revision in held:
        try:
            image = images.read(storage.blobs.get(item.image_blob))
            mask = masks.read_png(storage.blobs.get(revision.blob))
        except (BadInput, NotFound):  # `verify` tells of it
            continue
        if mask.shape == image.shape[:2]:
            yield (item, revision), image, mask, predictor.predict(image)


def _sample(storage: Storage, item: ImageItem, revision: MaskRevision) -> Sample:
    from plateseg.learning.cache import Sample

    return Sample(
        name=item.name,
        read_image=lambda: images.read(storage.blobs.get(item.image_blob)),
        read_mask=lambda: masks.read_png(storage.blobs.get(revision.blob)),
    )
