"""Decoders of segmentation-models-pytorch on the encoder of one's choice."""

from __future__ import annotations

from typing import Any

import segmentation_models_pytorch as smp
from torch import nn

from plateseg.learning.architectures import encoders
from plateseg.learning.architectures.downloads import RANDOM_AS_ASKED
from plateseg.learning.architectures.registry import Blueprint, BuiltModel, expect_rare, quicken_batch_norm, register

_NETWORKS: dict[str, Any] = {
    "unet": smp.Unet,
    "unetplusplus": smp.UnetPlusPlus,
    "deeplabv3plus": smp.DeepLabV3Plus,
    "pspnet": smp.PSPNet,
    "fpn": smp.FPN,
    "segformer": smp.Segformer,
}


@register(*_NETWORKS)
def on_encoder(plan: Blueprint) -> BuiltModel:
    """One of the library's networks."""
    library_name = encoders.library_name(plan.encoder)
    with encoders.fitting(plan.encoder, plan.name):
        network = _NETWORKS[plan.name](library_name, encoder_weights=None, classes=plan.classes)
    loaded, note = (
        encoders.load_pretrained(network.encoder, plan.encoder) if plan.pretrained else (False, RANDOM_AS_ASKED)
    )
    if not loaded:
        quicken_batch_norm(network)
    head = next(part for part in network.segmentation_head.modules() if isinstance(part, nn.Conv2d))
    expect_rare(head)
    mean, std = encoders.normalisation(plan.encoder)
    return BuiltModel(
        name=plan.name,
        classes=plan.classes,
        module=network,
        backbone=network.encoder,
        mean=mean,
        std=std,
        weights_note=note,
        smallest_batch=plan.smallest_batch,
    )
