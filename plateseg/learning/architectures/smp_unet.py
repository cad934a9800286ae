"""U-Net of segmentation-models-pytorch on EfficientNet-Lite0: small enough to train on two CPU cores."""

from __future__ import annotations

from collections.abc import Sequence

from segmentation_models_pytorch.decoders.unet.decoder import UnetDecoder
from torch import Tensor, nn
from torch.nn.functional import interpolate

from plateseg.learning.architectures.encoders import LITE0, build_encoder
from plateseg.learning.architectures.registry import Blueprint, BuiltModel, expect_rare, quicken_batch_norm, register

_DECODER_CHANNELS = (128, 64, 48, 32)


class HalfScaleUnet(nn.Module):
    """A U-Net that decides at half the input's scale and interpolates its logits to the full one.

    The last decoder stage of the usual U-Net costs half the training time on a CPU; a plate's straight edges lose
    nothing by interpolation. forward: (N, 3, H, W) float32 -> (N, classes, H, W) logits.
    """

    def __init__(self, encoder: nn.Module, encoder_channels: Sequence[int], classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = UnetDecoder(encoder_channels, _DECODER_CHANNELS, n_blocks=len(_DECODER_CHANNELS))
        self.head = expect_rare(nn.Conv2d(_DECODER_CHANNELS[-1], classes, kernel_size=3, padding=1))

    def forward(self, inputs: Tensor) -> Tensor:
        logits: Tensor = self.head(self.decoder(self.encoder(inputs)))
        return interpolate(logits, size=inputs.shape[-2:], mode="bilinear", align_corners=False)


@register("unet_efficientnet_lite0")
def unet_lite0(plan: Blueprint) -> BuiltModel:
    """The default on a CPU."""
    encoder = build_encoder(LITE0, pretrained=plan.pretrained)
    network = HalfScaleUnet(encoder.module, encoder.module.out_channels, plan.classes)  # type: ignore[arg-type]
    if not encoder.loaded:
        quicken_batch_norm(network)
    return BuiltModel(
        name=plan.name,
        classes=plan.classes,
        module=network,
        backbone=encoder.module,
        mean=encoder.mean,
        std=encoder.std,
        weights_note=encoder.note,
    )
