"""The settings of a training run: names, ranges, help and what may not go together, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from plateseg.domain.architectures import AUTO, BOX_MASKS, DEFAULT_BOX_MASK, DEFAULT_ENCODER
from plateseg.domain.losses import DEFAULT_LOSS, EXAMPLE, OFFERED
from plateseg.errors import BadConfig

MOST_CLASSES = 100
_Number = TypeVar("_Number", int, float)


def _ranged(default: _Number, label: str, low: float, high: float, help_text: str, group: str = "") -> _Number:
    metadata = {"label": label, "low": low, "high": high, "help": help_text, "group": group}
    return field(default=default, metadata=metadata)


def _named(default: str, label: str, choices: tuple[str, ...], help_text: str, group: str = "") -> str:
    return field(default=default, metadata={"label": label, "choices": choices, "help": help_text, "group": group})


LEARNING, PICTURES, MACHINE = "How it learns", "What it sees", "Time, machine and files"
"""Groups of rarely needed settings; the form shows the others first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Everything that decides a training run. The form, the CLI and the checkpoint are drawn from it.

    Raises BadConfig when a value is out of its range.
    """

    architecture: str = _named(
        AUTO, "Architecture", (), "auto: that of what it starts from; else DeepLabV3 on a GPU, U-Net Lite0 on a CPU"
    )
    encoder: str = _named(DEFAULT_ENCODER, "Encoder", (), "of unet to segformer; tu-NAME takes any of timm's")
    box_mask: str = _named(
        DEFAULT_BOX_MASK, "Masks from boxes", BOX_MASKS, "of the networks that answer in boxes", LEARNING
    )
    device: str = _named("auto", "Device", ("auto", "cuda", "mps", "cpu"), "auto takes the GPU where there is one")
    epochs: int = _ranged(50, "Epochs", 1, 10_000, "passes over the training photographs")
    batch_size: int = _ranged(4, "Batch size", 0, 512, "photographs at a time; 0: as many as memory holds, up to 16")
    learning_rate: float = _ranged(
        1e-4, "Learning rate", 1e-7, 1.0, "of the pretrained part; the new layers take ten times as much"
    )
    image_size: int = _ranged(512, "Image size", 64, 4096, "longer side in pixels; a multiple of 32")
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
    augment: str = _named(
        "strong",
        "Augmentation",
        ("off", "light", "strong"),
        "strong prepares for other colours, angles and light; light for more of the same photographs",
        PICTURES,
    )
    crop_size: int = _ranged(
        0, "Crop size", 0, 4096, "train on crops this wide, most around plates; 0: whole photographs", PICTURES
    )
    loss: str = field(
        default=DEFAULT_LOSS,
        metadata={
            "label": "Loss",
            "offered": OFFERED,
            "help": f"a name, or a sum such as {EXAMPLE}",
            "group": LEARNING,
        },
    )
    positive_weight: float = _ranged(
        1.0, "Positive weight", 0.01, 1_000, "of a plate's pixel in cross-entropy and focal loss", LEARNING
    )
    optimizer: str = _named("adamw", "Optimiser", ("adamw", "sgd"), "sgd: with momentum 0.9", LEARNING)
    schedule: str = _named(
        "cosine",
        "Schedule",
        ("constant", "cosine", "poly", "plateau"),
        "of the learning rate; all but constant warm up first",
        LEARNING,
    )
    accumulate: int = _ranged(1, "Accumulation", 1, 256, "batches in one step of the optimiser", LEARNING)
    clip_gradient: float = _ranged(5.0, "Largest gradient", 0, 10_000, "longer ones are cut; 0: none is", LEARNING)
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
    time_budget_minutes: float = _ranged(0.0, "Time budget (minutes)", 0, 100_000, "0: no limit", MACHINE)
    patience: int = _ranged(
        0, "Patience", 0, 10_000, "epochs without a better model before it ends; 0: all epochs", MACHINE
    )
    checkpoint_minutes: float = _ranged(5.0, "Checkpoint every (minutes)", 1e-4, 1_000, "besides every epoch", MACHINE)
    keep_every_epochs: int = _ranged(10, "Keep every k-th epoch", 0, 10_000, "0: keep best and last only", MACHINE)
    seed: int = _ranged(0, "Seed", 0, 2**31 - 1, "same seed, same data, same CPU: same result", MACHINE)
    workers: int = _ranged(-1, "Loader workers", -1, 64, "-1: chosen from this machine", MACHINE)
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


def _check_range(name: str, value: object, metadata: Mapping[str, Any]) -> None:
    label, choices = metadata["label"], metadata.get("choices")
    if choices and value not in choices:
        raise BadConfig(f"{label} must be one of {', '.join(choices)}, not {value!r}.")
    if "low" not in metadata:
        return
    low, high = metadata["low"], metadata["high"]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadConfig(f"{label} ({name}) must be between {low:g} and {high:g}, not {value!r}.")
