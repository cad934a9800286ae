"""DeepLabV3 and LR-ASPP of torchvision, with torchvision's own weights when they can be had."""

from __future__ import annotations

from typing import Any

from torch import nn
from torchvision import models
from torchvision.models import segmentation

from plateseg.learning.architectures.downloads import Source, into_backbone, load_first
from plateseg.learning.architectures.registry import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Blueprint,
    BuiltModel,
    expect_rare,
    quicken_batch_norm,
    register,
)
from plateseg.learning.architectures.tasks import Segmentation, torchvision_logits

_COCO_CLASSES = 21
_COCO: dict[str, Any] = {
    "deeplabv3_resnet101": segmentation.DeepLabV3_ResNet101_Weights.COCO_WITH_VOC_LABELS_V1,
    "deeplabv3_resnet50": segmentation.DeepLabV3_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1,
    "deeplabv3_mobilenet_v3_large": segmentation.DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1,
    "lraspp_mobilenet_v3_large": segmentation.LRASPP_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1,
}
_IMAGENET: dict[str, Any] = {
    "deeplabv3_resnet101": models.ResNet101_Weights.IMAGENET1K_V2,
    "deeplabv3_resnet50": models.ResNet50_Weights.IMAGENET1K_V2,
    "deeplabv3_mobilenet_v3_large": models.MobileNet_V3_Large_Weights.IMAGENET1K_V2,
    "lraspp_mobilenet_v3_large": models.MobileNet_V3_Large_Weights.IMAGENET1K_V2,
}


@register("deeplabv3_resnet101", "deeplabv3_resnet50", "deeplabv3_mobilenet_v3_large")
def deeplab(plan: Blueprint) -> BuiltModel:
    """DeepLabV3 with its auxiliary head."""
    make = getattr(segmentation, plan.name)
    network = make(weights=None, weights_backbone=None, num_classes=_COCO_CLASSES, aux_loss=True)
    note = _pretrain(network, plan)
    for head in (network.classifier, network.aux_classifier):
        head[-1] = expect_rare(nn.Conv2d(head[-1].in_channels, plan.classes, kernel_size=1))
    return _built(network, plan, note, training_only=("aux_classifier",))


@register("lraspp_mobilenet_v3_large")
def lraspp(plan: Blueprint) -> BuiltModel:
    """LR-ASPP; it adds the logits of two scales."""
    network = segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=_COCO_CLASSES)
    note = _pretrain(network, plan)
    head = network.classifier
    head.low_classifier = nn.Conv2d(head.low_classifier.in_channels, plan.classes, kernel_size=1)
    head.high_classifier = expect_rare(nn.Conv2d(head.high_classifier.in_channels, plan.classes, kernel_size=1))
    return _built(network, plan, note)


def _pretrain(network: Any, plan: Blueprint) -> str:
    loaded, note = load_first(
        [
            Source(_COCO[plan.name], "COCO weights of torchvision (COCO_WITH_VOC_LABELS_V1)", network.load_state_dict),
            Source(
                _IMAGENET[plan.name],
                "ImageNet weights of torchvision for the backbone",
                into_backbone(network.backbone),
            ),
        ],
        pretrained=plan.pretrained,
    )
    if not loaded:
        quicken_batch_norm(network)
    return note


def _built(network: Any, plan: Blueprint, note: str, *, training_only: tuple[str, ...] = ()) -> BuiltModel:
    return BuiltModel(
        name=plan.name,
        classes=plan.classes,
        module=network,
        backbone=network.backbone,
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
        weights_note=note,
        task=Segmentation(torchvision_logits),
        smallest_batch=plan.smallest_batch,  # DeepLab's image pooling branch normalises one pixel per photograph
        training_only=training_only,
    )
