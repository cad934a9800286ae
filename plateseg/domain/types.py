"""The nouns of the field, frozen and valid from birth.

A mask is `(H, W) uint8` of class indices: 0 = background, 1 = plate. On disk and at every import and
export it is a PNG of 0 and 255 (the seed project's convention).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from plateseg.domain.architectures import AUTO, BOX_MASKS, DEFAULT_BOX_MASK, DEFAULT_ENCODER
from plateseg.errors import BadConfig, BadMask

Image = NDArray[np.uint8]
"""(H, W, 3) uint8, RGB, upright."""
Mask = NDArray[np.uint8]
"""(H, W) uint8 of class indices."""
Probability = NDArray[np.float32]
"""(H, W) float32 in 0..1."""
MOST_CLASSES = 100
Quad = NDArray[np.float32]
"""(4, 2) float32, x and y in pixels, clockwise from the top-left corner of the plate."""


class ItemStatus(StrEnum):
    """Where an item stands. `PROPOSED`: only a model has drawn on it so far."""

    UNLABELLED = "unlabelled"
    PROPOSED = "proposed"
    LABELLED = "labelled"
    NO_PLATE = "no_plate"
    EXCLUDED = "excluded"


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


class RunStatus(StrEnum):
    """State of a run. LOST is derived from a silent or dead process, never stored."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"


STARTER = "starter"
"""Origin of the model that is shipped with plateseg."""


class CheckpointKind(StrEnum):
    """BEST by validation mean IoU, LAST for resuming, EPOCH kept every k epochs."""

    BEST = "best"
    LAST = "last"
    EPOCH = "epoch"


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

    def part(self, split: Split) -> tuple[SnapshotEntry, ...]:
        """The entries of one split, in their frozen order."""
        return tuple(entry for entry in self.entries if entry.split is split)


def _ranged(default: object, label: str, low: float, high: float, help_text: str, group: str = "") -> object:
    metadata = {"label": label, "low": low, "high": high, "help": help_text, "group": group}
    return field(default=default, metadata=metadata)


def _named(default: object, label: str, choices: tuple[str, ...], help_text: str, group: str = "") -> object:
    return field(default=default, metadata={"label": label, "choices": choices, "help": help_text, "group": group})


LEARNING, PICTURES, MACHINE = "How it learns", "What it sees", "Time, machine and files"
"""Groups of rarely needed settings; the form shows the others first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Everything that decides a training run. The form, the CLI and the checkpoint are drawn from it.

    Raises BadConfig when a value is out of its range.
    """

    architecture: str = _named(AUTO, "Architecture", (), "auto: DeepLabV3 on a GPU, U-Net Lite0 on a CPU")  # type: ignore[assignment]
    encoder: str = _named(DEFAULT_ENCODER, "Encoder", (), "of unet to segformer; tu-NAME takes any of timm's")  # type: ignore[assignment]
    box_mask: str = _named(  # type: ignore[assignment]
        DEFAULT_BOX_MASK, "Masks from boxes", BOX_MASKS, "of the networks that answer in boxes", LEARNING
    )
    device: str = _named("auto", "Device", ("auto", "cuda", "mps", "cpu"), "auto takes the GPU where there is one")  # type: ignore[assignment]
    epochs: int = _ranged(50, "Epochs", 1, 10_000, "passes over the training photographs")  # type: ignore[assignment]
    batch_size: int = _ranged(4, "Batch size", 0, 512, "photographs at a time; 0: as many as memory holds, up to 16")  # type: ignore[assignment]
    learning_rate: float = _ranged(  # type: ignore[assignment]
        1e-4, "Learning rate", 1e-7, 1.0, "of the pretrained part; the new layers take ten times as much"
    )
    image_size: int = _ranged(512, "Image size", 64, 4096, "longer side in pixels; a multiple of 32")  # type: ignore[assignment]
    classes: str = field(
        default="plate",
        metadata={
            "label": "Classes",
            "offered": ("plate",),
            "help": "names of what the masks hold, 1 first, with commas between",
            "group": PICTURES,
        },
    )
    freeze_backbone: bool = field(
        default=False, metadata={"label": "Freeze backbone", "help": "train the new layers only: faster, less exact"}
    )
    augment: str = _named(  # type: ignore[assignment]
        "light", "Augmentation", ("off", "light", "strong"), "joint on photograph and mask", PICTURES
    )
    crop_size: int = _ranged(  # type: ignore[assignment]
        0, "Crop size", 0, 4096, "train on crops this wide, most around plates; 0: whole photographs", PICTURES
    )
    loss: str = field(
        default="bce_dice",
        metadata={
            "label": "Loss",
            "offered": ("bce_dice", "focal_dice", "lovasz", "tversky", "bce:0.5+lovasz:0.5"),
            "help": "a name, or a sum such as bce:0.5+lovasz:0.5",
            "group": LEARNING,
        },
    )
    positive_weight: float = _ranged(  # type: ignore[assignment]
        1.0, "Positive weight", 0.01, 1_000, "of a plate's pixel in cross-entropy and focal loss", LEARNING
    )
    optimizer: str = _named("adamw", "Optimiser", ("adamw", "sgd"), "sgd: with momentum 0.9", LEARNING)  # type: ignore[assignment]
    schedule: str = _named(  # type: ignore[assignment]
        "cosine",
        "Schedule",
        ("constant", "cosine", "poly", "plateau"),
        "of the learning rate; all but constant warm up first",
        LEARNING,
    )
    accumulate: int = _ranged(1, "Accumulation", 1, 256, "batches in one step of the optimiser", LEARNING)  # type: ignore[assignment]
    clip_gradient: float = _ranged(5.0, "Largest gradient", 0, 10_000, "longer ones are cut; 0: none is", LEARNING)  # type: ignore[assignment]
    average_weights: bool = field(
        default=True,
        metadata={
            "label": "Average weights",
            "help": "judge and keep a running average of the weights",
            "group": LEARNING,
        },
    )
    start_from: str = field(
        default="", metadata={"label": "Start from", "help": "a run, or a weights file; empty: pretrained weights"}
    )
    time_budget_minutes: float = _ranged(0.0, "Time budget (minutes)", 0, 100_000, "0: no limit", MACHINE)  # type: ignore[assignment]
    patience: int = _ranged(  # type: ignore[assignment]
        0, "Patience", 0, 10_000, "epochs without a better model before it ends; 0: all epochs", MACHINE
    )
    checkpoint_minutes: float = _ranged(  # type: ignore[assignment]
        5.0, "Checkpoint every (minutes)", 0.01, 1_000, "besides every epoch", MACHINE
    )
    keep_every_epochs: int = _ranged(10, "Keep every k-th epoch", 0, 10_000, "0: keep best and last only", MACHINE)  # type: ignore[assignment]
    seed: int = _ranged(0, "Seed", 0, 2**31 - 1, "same seed, same data, same CPU: same result", MACHINE)  # type: ignore[assignment]
    workers: int = _ranged(-1, "Loader workers", -1, 64, "-1: chosen from this machine", MACHINE)  # type: ignore[assignment]
    compile: bool = field(
        default=False,
        metadata={
            "label": "Compile",
            "help": "torch.compile: a slow start, then quicker steps on a GPU; goes on without where it fails",
            "group": MACHINE,
        },
    )

    @property
    def class_names(self) -> tuple[str, ...]:
        """Name of class c at place c - 1; as many as the network has channels."""
        return tuple(name.strip() for name in self.classes.split(","))

    def __post_init__(self) -> None:
        names = self.class_names
        if not all(names) or len(set(names)) < len(names) or len(names) > MOST_CLASSES:
            raise BadConfig(
                f"Classes are 1 to {MOST_CLASSES} different names with commas between, not {self.classes!r}. "
                "Try plate, or plate, sticker."
            )
        for spec in fields(self):
            _check_range(spec.name, getattr(self, spec.name), spec.metadata)
        _check_multiple("Image size", self.image_size)
        _check_multiple("Crop size", self.crop_size)
        if self.crop_size > self.image_size:
            raise BadConfig(
                f"Crop size {self.crop_size} is larger than the image size {self.image_size}. "
                "Make it smaller, or 0 for whole photographs."
            )


def _check_multiple(label: str, value: int) -> None:
    if value % 32:
        nearest = max(64, round(value / 32) * 32)
        raise BadConfig(f"{label} must be a multiple of 32, not {value}. Try {nearest}.")


def _check_range(name: str, value: object, metadata: object) -> None:
    assert hasattr(metadata, "get")
    label, choices, low = metadata.get("label"), metadata.get("choices"), metadata.get("low")
    if choices and value not in choices:
        raise BadConfig(f"{label} must be one of {', '.join(choices)}, not {value!r}.")
    if low is None:
        return
    high = metadata.get("high")
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadConfig(f"{label} ({name}) must be between {low:g} and {high:g}, not {value!r}.")


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One measured number of a run. `epoch` is fractional within an epoch; `step` counts optimiser steps from 1.

    Names in use: `train/loss`, `train/iou` by step; `val/loss`, `val/iou` (pooled counts), `val/mean_iou`
    (per-image mean) by epoch; `images_per_second`, `data_wait` (share 0..1), `memory_mb`.
    """

    step: int
    epoch: float
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Saved weights of a run. `blob` holds a file torch.load reads with weights_only=True."""

    id: int
    run_id: int
    kind: CheckpointKind
    epoch: int
    step: int
    val_iou: float | None
    blob: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One training run as it stands."""

    id: int
    name: str
    config: TrainConfig
    snapshot_id: int
    status: RunStatus
    stop_requested: bool
    device: str
    host: str
    pid: int
    heartbeat_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    created_at: datetime
    epoch: int
    step: int
    steps_per_epoch: int
    seconds_per_step: float | None
    message: str
    """Why it ended, or what it is doing now: one sentence."""
    best_iou: float | None
    best_epoch: int | None
    champion: bool
    origin: str = "trained"
    """"trained" here, or STARTER: shipped with plateseg, and replaced as champion by the first run that is better."""


@dataclass(frozen=True, slots=True)
class PixelCounts:
    """Pixels of one class: true positive, false positive, false negative, true negative. Add, then divide."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0

    def __add__(self, other: PixelCounts) -> PixelCounts:
        return PixelCounts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn)

    @property
    def iou(self) -> float:
        """Intersection over union in 0..1; 1.0 when neither holds a pixel of the class."""
        union = self.tp + self.fp + self.fn
        return self.tp / union if union else 1.0

    @property
    def dice(self) -> float:
        """2 tp / (2 tp + fp + fn) in 0..1; 1.0 when neither holds a pixel of the class."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else 1.0


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
