"""DeepLabV3 of torchvision, with its own weights when they can be had."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn
from torchvision.models import ResNet101_Weights
from torchvision.models.segmentation import DeepLabV3_ResNet101_Weights, deeplabv3_resnet101

from plateseg.learning.architectures.registry import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    BuiltModel,
    expect_rare,
    quicken_batch_norm,
    register,
)
from plateseg.learning.architectures.tasks import Segmentation, torchvision_logits

_DOWNLOAD_TIMEOUT_SECONDS = 10.0
_COCO_CLASSES = 21


@register("deeplabv3_resnet101")
def deeplab(name: str, classes: int, pretrained: bool) -> BuiltModel:
    """DeepLabV3 with a ResNet-101 backbone and its auxiliary head."""
    network = deeplabv3_resnet101(weights=None, weights_backbone=None, num_classes=_COCO_CLASSES, aux_loss=True)
    loaded, note = _load_pretrained(network) if pretrained else (False, "Random initialisation, as asked.")
    if not loaded:
        quicken_batch_norm(network)
    network.classifier[-1] = expect_rare(nn.Conv2d(256, classes, kernel_size=1))
    network.aux_classifier[-1] = expect_rare(nn.Conv2d(256, classes, kernel_size=1))
    return BuiltModel(
        name=name,
        classes=classes,
        module=network,
        backbone=network.backbone,
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
        weights_note=note,
        task=Segmentation(torchvision_logits),
        smallest_batch=2,  # the image pooling branch normalises one pixel per photograph
        training_only=("aux_classifier",),
    )


def _load_pretrained(network: Any) -> tuple[bool, str]:
    try:
        network.load_state_dict(_fetch(DeepLabV3_ResNet101_Weights.COCO_WITH_VOC_LABELS_V1))
        return True, "COCO weights of torchvision (COCO_WITH_VOC_LABELS_V1)."
    except (OSError, RuntimeError) as error:  # no network, a proxy's error page, a broken download
        why = str(error) or type(error).__name__
    try:
        backbone = _fetch(ResNet101_Weights.IMAGENET1K_V2)
    except (OSError, RuntimeError):
        return False, f"Random initialisation: pretrained weights could not be downloaded ({why})."
    network.backbone.load_state_dict({key: value for key, value in backbone.items() if not key.startswith("fc.")})
    return True, f"ImageNet weights of torchvision for the backbone; COCO weights could not be downloaded ({why})."


def _fetch(weights: Any) -> Mapping[str, Tensor]:
    with _socket_timeout(_DOWNLOAD_TIMEOUT_SECONDS):
        state: Mapping[str, Tensor] = weights.get_state_dict(progress=False, check_hash=True, weights_only=True)
    return state


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """torch.hub opens its connection without a limit; a silent network must not hold a run for minutes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
