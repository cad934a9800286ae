"""U-Net of segmentation-models-pytorch on EfficientNet-Lite0: small enough to train on two CPU cores."""

from __future__ import annotations

from collections.abc import Sequence

import segmentation_models_pytorch as smp
from segmentation_models_pytorch.decoders.unet.decoder import UnetDecoder
from torch import Tensor, nn
from torch.nn.functional import interpolate

from plateseg.learning.architectures.lite0_weights import PACKAGE, read_lite0
from plateseg.learning.architectures.registry import BuiltModel, Triple, expect_rare, quicken_batch_norm, register

# Inputs there are (x - 127) / 128 with x in 0..255.
_MEAN: Triple = (127 / 255, 127 / 255, 127 / 255)
_STD: Triple = (128 / 255, 128 / 255, 128 / 255)
_ENCODER = "tu-tf_efficientnet_lite0"
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
def unet_lite0(name: str, classes: int, pretrained: bool) -> BuiltModel:
    """The default on a CPU."""
    encoder = smp.encoders.get_encoder(_ENCODER, in_channels=3, depth=5, weights=None)
    loaded, note = _load_imagenet(encoder) if pretrained else (False, "Random initialisation, as asked.")
    network = HalfScaleUnet(encoder, encoder.out_channels, classes)
    if not loaded:
        quicken_batch_norm(network)
    return BuiltModel(
        name=name, classes=classes, module=network, backbone=encoder, mean=_MEAN, std=_STD, weights_note=note
    )


def _load_imagenet(encoder: nn.Module) -> tuple[bool, str]:
    try:
        weights = read_lite0()
    except ImportError:
        return False, f"Random initialisation: the pretrained weights are in {PACKAGE}, which is not installed."
    encoder.load_state_dict({f"model.{key}": value for key, value in weights.items()})
    return True, f"ImageNet weights from {PACKAGE}."
