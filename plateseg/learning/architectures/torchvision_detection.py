"""Faster R-CNN and Mask R-CNN of torchvision, with anchors of a plate's shape."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from torch import Tensor, nn
from torchvision import models
from torchvision.models import detection
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor
from torchvision.models.detection.mask_rcnn import MaskRCNNPredictor
from torchvision.models.detection.transform import GeneralizedRCNNTransform

from plateseg.learning.architectures.detection import Detection, Instances
from plateseg.learning.architectures.downloads import Source, State, into_backbone, load_first
from plateseg.learning.architectures.registry import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Blueprint,
    BuiltModel,
    quicken_batch_norm,
    register,
)

_COCO_CLASSES = 91
# A photograph holds a few plates, not the dozens of things COCO's do: fewer candidates cost a quarter of the time.
_FEW = {
    "box_detections_per_img": 20,
    "box_batch_size_per_image": 64,
    "rpn_pre_nms_top_n_train": 1000,
    "rpn_post_nms_top_n_train": 500,
    "rpn_pre_nms_top_n_test": 500,
    "rpn_post_nms_top_n_test": 100,
}
_MASK_CHANNELS = 256
# A plate is two to five times as wide as it is high, and of 512 pixels rarely wider than 256. As many anchors as
# torchvision's own, so that its weights fit.
_SIDES = (16, 32, 64, 128, 256)
_RATIOS = (0.25, 0.5, 1.0)
_COCO: dict[str, Any] = {
    "fasterrcnn_mobilenet_v3_large_fpn": detection.FasterRCNN_MobileNet_V3_Large_FPN_Weights.COCO_V1,
    "fasterrcnn_resnet50_fpn_v2": detection.FasterRCNN_ResNet50_FPN_V2_Weights.COCO_V1,
    "maskrcnn_resnet50_fpn_v2": detection.MaskRCNN_ResNet50_FPN_V2_Weights.COCO_V1,
}


class AlreadyScaled(GeneralizedRCNNTransform):  # type: ignore[misc]
    """Hands photographs through: they come letterboxed and normalised, like every other network's."""

    def __init__(self) -> None:
        super().__init__(min_size=0, max_size=0, image_mean=[0.0] * 3, image_std=[1.0] * 3)

    def resize(self, image: Tensor, target: Any = None) -> tuple[Tensor, Any]:
        """Nothing to do."""
        return image, target


@register(*_COCO)
def rcnn(plan: Blueprint) -> BuiltModel:
    """A detector with its region proposals; the masked one draws its own masks."""
    make = getattr(detection, plan.name)
    network = make(weights=None, weights_backbone=None, num_classes=_COCO_CLASSES, **_FEW)
    loaded, note = load_first(_sources(plan.name, network), pretrained=plan.pretrained)
    if not loaded:
        quicken_batch_norm(network)
    _fit_to_plates(network, plan.classes)
    masked = hasattr(network.roi_heads, "mask_predictor") and network.roi_heads.mask_predictor is not None
    return BuiltModel(
        name=plan.name,
        classes=plan.classes,
        module=network,
        backbone=network.backbone.body,
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
        weights_note=note,
        new_layers_factor=1.0,  # proposals and heads come pretrained; ten times as fast, losses ran into hundreds
        task=Detection(partial(_loss, masked=masked), _find, plan.classes, IMAGENET_MEAN, IMAGENET_STD, plan.box_mask),
    )


def _sources(name: str, network: Any) -> list[Source]:
    imagenet: Any = models.ResNet50_Weights.IMAGENET1K_V1
    if "mobilenet" in name:
        imagenet = models.MobileNet_V3_Large_Weights.IMAGENET1K_V1
    return [
        Source(_COCO[name], "COCO weights of torchvision (COCO_V1)", partial(_load_all, network)),
        Source(imagenet, "ImageNet weights of torchvision for the backbone", into_backbone(network.backbone.body)),
    ]


def _load_all(network: nn.Module, state: State) -> None:
    """Files made with frozen BatchNorm lack its counters, and nothing else."""
    kept = {key: value for key, value in network.state_dict().items() if key.endswith("num_batches_tracked")}
    network.load_state_dict({**kept, **state})


def _fit_to_plates(network: Any, classes: int) -> None:
    network.transform = AlreadyScaled()
    levels = len(network.rpn.anchor_generator.sizes)
    sides = [(side,) for side in _SIDES] if levels == len(_SIDES) else [_SIDES] * levels
    network.rpn.anchor_generator = AnchorGenerator(tuple(sides), (_RATIOS,) * levels)
    heads = network.roi_heads
    heads.box_predictor = FastRCNNPredictor(heads.box_predictor.cls_score.in_features, classes + 1)
    if getattr(heads, "mask_predictor", None) is not None:
        channels = heads.mask_predictor.conv5_mask.in_channels
        heads.mask_predictor = MaskRCNNPredictor(channels, _MASK_CHANNELS, classes + 1)


def _loss(module: nn.Module, inputs: Tensor, truth: Sequence[Instances], *, masked: bool) -> Tensor:
    """The sum of the network's losses: proposals, classes, boxes, and masks where it draws them."""
    targets = [{"boxes": each.boxes, "labels": each.labels} for each in truth]
    if masked:
        targets = [{**target, "masks": each.masks} for target, each in zip(targets, truth, strict=True)]  # type: ignore[dict-item]
    losses: dict[str, Tensor] = module(list(inputs), targets)
    return sum(losses.values(), inputs.new_zeros(()))


def _find(module: nn.Module, inputs: Tensor) -> list[Instances]:
    return [
        Instances(found["boxes"], found["labels"], found["masks"][:, 0] if "masks" in found else None, found["scores"])
        for found in module(list(inputs))
    ]
