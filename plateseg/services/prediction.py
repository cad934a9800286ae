"""Predict and propose: one loaded model, used by whoever asks, reloaded when the champion changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plateseg.domain import images, masks
from plateseg.domain.types import Image, ImageItem, Mask, PlateInstance, Prediction, RevisionSource
from plateseg.services import annotation
from plateseg.services.models import CHAMPION, Weights, weights_of
from storage import Storage

if TYPE_CHECKING:
    from plateseg.learning.predictor import Predictor

MARK = 16
"""A proposal's author is this much of the hash of the weights that drew it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A model's mask for an item. score: the model's confidence in 0..1."""

    mask: Mask
    instances: tuple[PlateInstance, ...]
    score: float
    model: str
    model_id: str


class Models:
    """Loads models on first use and keeps the one in use. Safe to share between threads."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._lock = threading.Lock()
        self._loaded: tuple[str, Predictor] | None = None

    def predict(self, storage: Storage, image: Image, *, model: str = CHAMPION, threshold: float = 0.5) -> Prediction:
        """What a model says of a photograph. Raises NotFound, BadCheckpoint."""
        return self.predict_with(storage, image, model=model, threshold=threshold)[1]

    def predict_with(
        self, storage: Storage, image: Image, *, model: str = CHAMPION, threshold: float = 0.5
    ) -> tuple[Weights, Prediction]:
        """The same, with the weights that said it."""
        weights = weights_of(storage, model, scratch=self._scratch)
        return weights, self._run(weights, image, threshold)

    def load(self, storage: Storage, model: str = CHAMPION) -> None:
        """Have a model ready. Raises NotFound, BadCheckpoint."""
        with self._lock:
            self._predictor(weights_of(storage, model, scratch=self._scratch))

    def peak_memory_mb(self) -> float:
        """The most memory used so far, in MB: on the GPU where the loaded model lies on one, else by this process."""
        from plateseg.learning.meter import memory_mb

        return memory_mb(self._loaded[1].device if self._loaded else "cpu")

    def propose(self, storage: Storage, item: ImageItem, *, model: str = CHAMPION) -> Proposal:
        """What a model says of an item. Raises NotFound, BadCheckpoint.

        While nobody has answered it is kept as the item's proposal, and read from there the next time.
        """
        weights = weights_of(storage, model, scratch=self._scratch)
        mark = weights.key[:MARK]
        kept = next((r for r in storage.revisions.of(item.id) if r.source is RevisionSource.MODEL), None)
        if kept is not None and kept.author == mark:
            mask = masks.read_png(storage.blobs.get(kept.blob))
            return Proposal(mask, masks.instances(mask), kept.score or 0.0, weights.name, weights.id)
        prediction = self._run(weights, images.read(storage.blobs.get(item.image_blob)), 0.5)
        if item.head == 0:
            annotation.keep_proposal(storage, item.id, prediction, author=mark)
        return Proposal(prediction.mask, prediction.instances, prediction.score, weights.name, weights.id)

    def _run(self, weights: Weights, image: Image, threshold: float) -> Prediction:
        # One prediction at a time: two at once would only share the same cores, and double the memory.
        with self._lock:
            return self._predictor(weights).predict(image, threshold=threshold)

    def _predictor(self, weights: Weights) -> Predictor:
        if self._loaded is None or self._loaded[0] != weights.key:
            from plateseg.learning.predictor import Predictor  # torch is loaded here, not to show a page

            self._loaded = (weights.key, Predictor.load(weights.path, name=weights.name))
        return self._loaded[1]
