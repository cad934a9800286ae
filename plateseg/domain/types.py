"""Arrays, photographs, masks and predictions: the nouns of the field, frozen and valid from birth.

A mask is `(H, W) uint8` of class indices: 0 = background, 1 = plate. On disk and at every import and
export it is a PNG of 0 and 255 (the seed project's convention).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from plateseg.errors import BadMask

Image = NDArray[np.uint8]
"""(H, W, 3) uint8, RGB, upright."""
Mask = NDArray[np.uint8]
"""(H, W) uint8 of class indices."""
Probability = NDArray[np.float32]
"""(H, W) float32 in 0..1."""
Quad = NDArray[np.float32]
"""(4, 2) float32, x and y in pixels, clockwise from the top-left corner of the plate."""


class ItemStatus(StrEnum):
    """Where an item stands. `PROPOSED`: only a model has drawn on it so far."""

    UNLABELLED = "unlabelled"
    PROPOSED = "proposed"
    LABELLED = "labelled"
    NO_PLATE = "no_plate"
    EXCLUDED = "excluded"


TO_DO = (ItemStatus.UNLABELLED, ItemStatus.PROPOSED)
"""What waits for a person: a proposal is a model's word and answers nothing."""
TO_DO_NAME = "todo"
STATUS_NAMES = (TO_DO_NAME, *(status.value for status in ItemStatus))
"""Every name that `statuses_named` knows."""


def statuses_named(name: str) -> tuple[ItemStatus, ...]:
    """The statuses a person asks for by one name, "todo" for all of `TO_DO`. Raises ValueError for any other name."""
    return TO_DO if name == TO_DO_NAME else (ItemStatus(name),)


class Split(StrEnum):
    """Which part of the dataset an item belongs to."""

    UNASSIGNED = "unassigned"
    TRAIN = "train"
    VAL = "val"
    TEST = "test"


class RevisionSource(StrEnum):
    """Who drew a mask. Everything but MODEL is a person's answer and is never overwritten."""

    MANUAL = "manual"
    MODEL = "model"
    IMPORTED = "imported"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class ImageItem:
    """One photograph. `head` is the number of the person's newest mask revision, 0 when there is none."""

    id: int
    sha256: str
    name: str
    width: int
    height: int
    capture_group: str
    split: Split
    status: ItemStatus
    head: int
    image_blob: str
    thumbnail_blob: str
    media_type: str
    created_at: datetime
    fingerprint: str = ""
    """Perceptual hash, 16 hex digits; empty where it is not known."""
    mode: str = ""
    """Colour mode of the file that was handed in, as Pillow names it: RGB, L, CMYK; empty where it is not known."""
    pinned: bool = False
    """Whether a person chose the split; nothing moves it but a person."""

    def __post_init__(self) -> None:
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f"An image has at least one pixel, not {self.width}x{self.height}.")


@dataclass(frozen=True, slots=True)
class MaskRevision:
    """One mask somebody or some model drew; never changed once written. Numbers count from 1 per item."""

    item_id: int
    number: int
    source: RevisionSource
    author: str
    parent: int
    """Number of the revision this one began from, 0 for none."""
    seeded_from: str
    """Name of the model whose proposal it began from, empty for none."""
    blob: str
    plate_pixels: int
    score: float | None
    """The model's own confidence in 0..1; None for a person's mask."""
    no_plate: bool
    """Whether the person said that there is no plate; an empty mask alone says nothing."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SnapshotEntry:
    """One labelled item as it stood when the snapshot was taken."""

    item_id: int
    revision: int
    split: Split
    image_sha256: str
    mask_blob: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen, hashed list of entries: what a run was trained and judged on."""

    id: int
    name: str
    sha256: str
    created_at: datetime
    entries: tuple[SnapshotEntry, ...]

    @property
    def names_only(self) -> bool:
        """Whether it holds no mask: then it says which photographs taught the starter model, and none was ever here."""
        return not any(entry.mask_blob for entry in self.entries)

    def part(self, split: Split) -> tuple[SnapshotEntry, ...]:
        """The entries of one split, in their frozen order."""
        return tuple(entry for entry in self.entries if entry.split is split)


@dataclass(frozen=True, slots=True)
class PlateInstance:
    """One connected plate of a mask. bbox: x, y, width, height in pixels. score: mean probability in 0..1."""

    bbox: tuple[int, int, int, int]
    area: int
    score: float
    quad: Quad


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one photograph, at the photograph's resolution.

    probability: (H, W) float32 in 0..1. mask: (H, W) uint8, probability >= threshold.
    """

    probability: Probability
    mask: Mask
    instances: tuple[PlateInstance, ...]
    score: float
    """Mean probability over the mask's pixels; 0.0 for an empty mask."""
    model: str
    seconds: float
    threshold: float = 0.5

    def __post_init__(self) -> None:
        if self.probability.shape != self.mask.shape:
            raise BadMask(f"Probability is {self.probability.shape}, mask is {self.mask.shape}; they must agree.")
