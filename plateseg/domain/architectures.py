"""The networks one can choose, in words: what the form and the command line show without loading torch.

The builders stand in learning/architectures; a test holds this list and their registry to each other.
"""

from __future__ import annotations

from dataclasses import dataclass

AUTO = "auto"
DEFAULT_ENCODER = "efficientnet_lite0"
ENCODERS = (DEFAULT_ENCODER, "mobilenet_v2", "resnet18", "resnet34", "resnet50", "resnet101")
"""Encoders the form offers. Any of timm's can be named besides, as `tu-` and its name there."""

BOX_MASKS = ("grabcut", "box")
"""How a network that answers in boxes draws its masks: cut out of the box, or the box filled."""
DEFAULT_BOX_MASK = "grabcut"


@dataclass(frozen=True, slots=True)
class Architecture:
    """One choice. about: one line for people."""

    name: str
    about: str
    takes_encoder: bool = False
    """Whether TrainConfig.encoder decides its pretrained part."""
    answers_boxes: bool = False
    """Whether TrainConfig.box_mask decides how its boxes become masks."""
    smallest_batch: int = 1
    """Photographs it trains on at a time at least: some normalise single pixels, which one photograph has one of."""
    extra: str = ""
    """The package it needs besides requirements.txt, as it is imported."""

    @property
    def needs(self) -> str:
        """How to get what it needs, empty when it needs nothing."""
        return f"pip install --no-deps -r requirements-{self.name}.txt" if self.extra else ""


ARCHITECTURES = (
    Architecture("unet_efficientnet_lite0", "U-Net at half scale on EfficientNet-Lite0: made for two CPU cores"),
    Architecture(
        "deeplabv3_resnet101", "DeepLabV3 on ResNet-101: the seed project's network, for a GPU", smallest_batch=2
    ),
    Architecture("deeplabv3_resnet50", "DeepLabV3 on ResNet-50: nearly as good, half as heavy", smallest_batch=2),
    Architecture("deeplabv3_mobilenet_v3_large", "DeepLabV3 on MobileNetV3: quick, coarse edges", smallest_batch=2),
    Architecture("lraspp_mobilenet_v3_large", "LR-ASPP on MobileNetV3: the quickest of torchvision"),
    Architecture("unet", "U-Net with the encoder of your choice, fine edges", takes_encoder=True),
    Architecture("unetplusplus", "U-Net++: nested skips, finer and slower than U-Net", takes_encoder=True),
    Architecture(
        "deeplabv3plus", "DeepLabV3+: wide context and a sharper decoder", takes_encoder=True, smallest_batch=2
    ),
    Architecture(
        "pspnet", "PSPNet: the picture pooled at four scales; light, coarse edges", takes_encoder=True, smallest_batch=2
    ),
    Architecture("fpn", "Feature pyramid: plates of very different sizes", takes_encoder=True),
    Architecture("segformer", "SegFormer's light decoder on the encoder of your choice", takes_encoder=True),
    Architecture("fasterrcnn_mobilenet_v3_large_fpn", "Faster R-CNN on MobileNetV3: quick boxes", answers_boxes=True),
    Architecture("fasterrcnn_resnet50_fpn_v2", "Faster R-CNN on ResNet-50: boxes, for a GPU", answers_boxes=True),
    Architecture("maskrcnn_resnet50_fpn_v2", "Mask R-CNN on ResNet-50: boxes with masks of its own, for a GPU"),
    Architecture(
        "yolo", "YOLOv9-tiny of libreyolo, an optional extra: boxes, quickly", answers_boxes=True, extra="libreyolo"
    ),
)


def described(name: str) -> Architecture | None:
    """The entry of a name; None for `auto` and for networks somebody registered without describing them here."""
    return next((each for each in ARCHITECTURES if each.name == name), None)


def choices() -> tuple[str, ...]:
    """What the form offers, `auto` first."""
    return (AUTO, *(each.name for each in ARCHITECTURES))
