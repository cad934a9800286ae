"""Predictions of dropped photographs, kept in memory so that another threshold needs no second model run."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from plateseg.domain import images, masks, splits
from plateseg.domain.types import ItemStatus, Mask, PlateInstance, Prediction, Probability
from plateseg.errors import NotFound
from plateseg.services import annotation, dataset
from plateseg.services.prediction import MARK, Models
from storage import Storage

KEPT = 16


@dataclass(frozen=True, slots=True)
class Reading:
    """A prediction cut at a threshold in 0..1."""

    threshold: float
    mask: Mask
    mask_pixels: int
    score: float
    plates: tuple[PlateInstance, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One photograph with its probabilities as (H, W) uint8, 0..255 for 0..1: what the browser gets, too."""

    key: str
    name: str
    sha256: str
    photo: images.DecodedImage
    levels: NDArray[np.uint8]
    model: str
    model_id: str
    mark: str
    seconds: float

    @property
    def stem(self) -> str:
        """The photograph's name without its ending."""
        return self.name.rsplit(".", 1)[0]

    def read(self, threshold: float) -> Reading:
        """Mask, score and plates at a threshold in 0..1. A pixel is plate when its level is at least ceil(255 t)."""
        mask = (self.levels >= max(1, ceil(threshold * 255))).astype(np.uint8)
        probability = _shares(self.levels)
        found = masks.instances(mask, probability)
        pixels = masks.plate_pixels(mask)
        score = float(probability[mask > 0].mean()) if pixels else 0.0
        return Reading(threshold, mask, pixels, score, found)

    def probability_png(self) -> bytes:
        """The levels as an 8-bit grey PNG."""
        return cv2.imencode(".png", self.levels, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()

    def mask_png(self, threshold: float) -> bytes:
        """The mask as a PNG of 0 and 255."""
        return masks.to_png(self.read(threshold).mask)

    def overlay_jpeg(self, threshold: float) -> bytes:
        """The photograph with the mask laid over it."""
        return images.encode_jpeg(masks.overlay(self.photo.pixels, self.read(threshold).mask))


class Predictions:
    """The last few predictions. In memory only: a dropped photograph is not stored unless it is added."""

    def __init__(self, storage: Storage, models: Models) -> None:
        self._storage = storage
        self._models = models
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def predict(self, data: bytes, *, model: str, name: str) -> Kept:
        """Predict on a photograph's bytes. Raises BadImage, NotFound (no model), BadCheckpoint."""
        photo = images.decode(data)
        weights, prediction = self._models.predict_with(self._storage, photo.pixels, model=model)
        kept = Kept(
            key=uuid.uuid4().hex,
            name=name.replace("\\", "/").rsplit("/", 1)[-1][:200] or "photograph",
            sha256=hashlib.sha256(data).hexdigest(),
            photo=photo,
            levels=np.round(prediction.probability * 255).astype(np.uint8),
            model=weights.name,
            model_id=weights.id,
            mark=weights.key[:MARK],
            seconds=prediction.seconds,
        )
        with self._lock:
            self._kept[kept.key] = kept
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return kept

    def get(self, key: str) -> Kept:
        """A prediction made before. Raises NotFound when it was forgotten."""
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            raise NotFound("This prediction was forgotten. Drop the photograph again.")
        return kept

    def keep(self, key: str, *, threshold: float) -> tuple[int, bool]:
        """Add the photograph to the dataset with its mask as a proposal; returns the item's id, and whether it was
        there already. A person's answer to it stays as it is."""
        kept = self.get(key)
        reading = kept.read(threshold)
        photo = kept.photo
        thumbnail = images.thumbnail(photo.pixels, side=dataset.THUMBNAIL_SIDE)
        new = dataset.new_item(
            self._storage,
            photo,
            path=kept.name,
            sha256=kept.sha256,
            thumbnail=thumbnail,
            fingerprint=splits.fingerprint(photo.pixels),
        )
        item, created = self._storage.items.add(new, pictures=dataset.pictures_of(photo, thumbnail))
        if item.head == 0 and item.status is not ItemStatus.EXCLUDED:
            drawn = Prediction(
                probability=_shares(kept.levels),
                mask=reading.mask,
                instances=reading.plates,
                score=reading.score,
                model=kept.model,
                seconds=kept.seconds,
                threshold=threshold,
            )
            annotation.keep_proposal(self._storage, item.id, drawn, author=kept.mark)
        return item.id, not created


def _shares(levels: NDArray[np.uint8]) -> Probability:
    return np.multiply(levels, 1 / 255, dtype=np.float32)
