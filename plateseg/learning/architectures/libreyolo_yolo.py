"""YOLOv9-tiny of libreyolo (MIT): its network and its loss in our loop; an optional extra, imported when asked for."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.ops import batched_nms

from plateseg.learning.architectures.detection import Detection, Instances
from plateseg.learning.architectures.downloads import FAULTS, RANDOM_AS_ASKED, hub
from plateseg.learning.architectures.registry import Blueprint, BuiltModel, Triple, quicken_batch_norm, register

_SIZE = "t"
_WEIGHTS = "LibreYOLO9t"
_MEAN: Triple = (0.0, 0.0, 0.0)
_STD: Triple = (1.0, 1.0, 1.0)
_EXPECTED = -4.0
_LEAST_SCORE = 0.05
_OVERLAP = 0.5
_MOST_FOUND = 20


@register("yolo")
def yolo(plan: Blueprint) -> BuiltModel:
    """About 2 million parameters: the smallest detector here."""
    from libreyolo.models.yolo9.nn import LibreYOLO9Model  # takes seconds: nobody else shall wait for it

    network = LibreYOLO9Model(_SIZE, nb_classes=plan.classes)
    loaded, note = _pretrain(network) if plan.pretrained else (False, RANDOM_AS_ASKED)
    if not loaded:
        quicken_batch_norm(network)
    for tower in network.head.cv3:
        # Its own -10 is meant for hundreds of epochs: a run of ours would spend its first ones on the way up.
        nn.init.constant_(tower[-1].bias, _EXPECTED)
    return BuiltModel(
        name=plan.name,
        classes=plan.classes,
        module=network,
        backbone=network.backbone,
        mean=_MEAN,
        std=_STD,
        weights_note=note,
        task=Detection(_loss, _find, plan.classes, _MEAN, _STD, plan.box_mask),
    )


def _loss(module: nn.Module, inputs: Tensor, truth: Sequence[Instances]) -> Tensor:
    """YOLOv9's sum of CIoU, focal distribution and class loss, with its task-aligned assignment."""
    height, width = inputs.shape[-2:]
    scale = inputs.new_tensor([width, height, width, height])
    targets = inputs.new_zeros((len(truth), max(len(each.boxes) for each in truth), 5))
    for number, each in enumerate(truth):  # what is left zero has no area, and is no target
        targets[number, : len(each.boxes), 0] = each.labels - 1
        targets[number, : len(each.boxes), 1:] = each.boxes / scale
    total: Tensor = module(inputs, targets=targets)["total_loss"]
    return total


def _find(module: nn.Module, inputs: Tensor) -> list[Instances]:
    """Boxes above a low score, the surest of those that overlap."""
    return [_surest(each) for each in module(inputs)["predictions"]]


def _surest(predictions: Tensor) -> Instances:
    """predictions: (4 + C, A) float32: left, top, right, bottom in pixels, then a probability per class."""
    boxes = predictions[:4].T
    scores, classes = predictions[4:].max(dim=0)
    likely = torch.where(scores >= _LEAST_SCORE)[0]
    kept = likely[batched_nms(boxes[likely], scores[likely], classes[likely], _OVERLAP)[:_MOST_FOUND]]
    return Instances(boxes[kept], classes[kept] + 1, None, scores[kept])


def _pretrain(network: nn.Module) -> tuple[bool, str]:
    """COCO weights (MIT) from libreyolo's room on Hugging Face's hub, but for what depends on the classes."""
    try:
        state = _fetch()
    except (*FAULTS, pickle.UnpicklingError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:160]
        return False, f"Random initialisation: the weights {_WEIGHTS} could not be had ({reason})."
    ours = network.state_dict()
    fitting = {key: value for key, value in state.items() if key in ours and value.shape == ours[key].shape}
    if any(key.startswith("backbone.") and key not in fitting for key in ours):
        return False, f"Random initialisation: the file of {_WEIGHTS} is of another network than this libreyolo's."
    network.load_state_dict({**ours, **fitting})
    return True, f"COCO weights {_WEIGHTS} of libreyolo."


def _fetch() -> Mapping[str, Tensor]:
    from huggingface_hub import hf_hub_download

    with hub():
        path = hf_hub_download(f"LibreYOLO/{_WEIGHTS}", f"{_WEIGHTS}.pt")
    file: Any = torch.load(path, map_location="cpu", weights_only=True)
    state = file.get("model", file)
    return {key: value for key, value in state.items() if isinstance(value, Tensor)}
