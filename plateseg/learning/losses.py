"""What a network is asked to make small, by name. A new loss is one function under `@register_loss("name")`.

A configuration names one, or a weighted sum: `bce:0.5+lovasz:0.5` (domain/losses.py reads it, and lists the names that
the form and the command line know without torch).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, relu

from plateseg.domain.losses import parse_loss, refuse_unknown_losses

Loss = Callable[[Tensor, Tensor], Tensor]
"""(logits (N, C, H, W) float, target (N, C, H, W) float of 0 and 1) -> scalar."""

Term = Callable[[Tensor, Tensor, float], Tensor]
"""A Loss that is also told how much a plate's pixel counts against one of the background; most take no notice."""

AnyTerm = TypeVar("AnyTerm", bound=Term)

AUXILIARY_WEIGHT = 0.4

_FOCUS = 2.0
_FALSE_POSITIVES, _FALSE_NEGATIVES = 0.3, 0.7

_terms: dict[str, Term] = {}


def register_loss(name: str) -> Callable[[AnyTerm], AnyTerm]:
    """Enter a loss under its name. Raises ValueError when the name is taken."""

    def enter(term: AnyTerm) -> AnyTerm:
        if name in _terms:
            raise ValueError(f"A loss called {name!r} is registered already.")
        _terms[name] = term
        return term

    return enter


def loss_names() -> tuple[str, ...]:
    """Every registered name."""
    return tuple(_terms)


def get_loss(words: str, *, positive_weight: float = 1.0) -> Loss:
    """The loss of a name, or of a sum such as `bce:0.5+lovasz:0.5`. Raises BadConfig for what cannot be read.

    positive_weight: how much a plate's pixel counts in cross-entropy and focal loss.
    """
    terms = parse_loss(words)
    refuse_unknown_losses(terms, _terms)
    parts = [(weight, _terms[name]) for name, weight in terms]

    def loss(logits: Tensor, target: Tensor) -> Tensor:
        return torch.stack([weight * term(logits, target, positive_weight) for weight, term in parts]).sum()

    return loss


def one_channel_per_class(masks: Tensor, classes: int) -> Tensor:
    """(N, H, W) uint8 of class indices -> (N, classes, H, W) float32: channel c is 1 where the class is c + 1."""
    wanted = torch.arange(1, classes + 1, device=masks.device, dtype=masks.dtype).view(1, classes, 1, 1)
    return (masks.unsqueeze(1) == wanted).float()


@register_loss("bce_dice")
def bce_dice(logits: Tensor, target: Tensor, positive_weight: float = 1.0) -> Tensor:
    """0.6 binary cross-entropy + 0.4 soft Dice."""
    return 0.6 * cross_entropy(logits, target, positive_weight) + 0.4 * soft_dice(logits, target)


@register_loss("focal_dice")
def focal_dice(logits: Tensor, target: Tensor, positive_weight: float = 1.0) -> Tensor:
    """0.6 focal loss + 0.4 soft Dice."""
    return 0.6 * focal(logits, target, positive_weight) + 0.4 * soft_dice(logits, target)


@register_loss("lovasz")
def lovasz(logits: Tensor, target: Tensor, _positive_weight: float = 1.0) -> Tensor:
    """Lovász hinge: the convex surrogate of 1 - IoU, per photograph and class, then the mean.

    Berman, Triki, Blaschko, "The Lovász-Softmax loss" (CVPR 2018, arXiv:1705.08790), algorithm 1: hinge errors in
    falling order, weighted by how much each would raise the Jaccard loss if its pixel were the next one wrong.
    """
    truth = target.flatten(2)
    errors, order = (1 - logits.flatten(2) * (2 * truth - 1)).sort(dim=-1, descending=True)
    truth = truth.gather(-1, order)
    held = truth.sum(dim=-1, keepdim=True)
    jaccard = 1 - (held - truth.cumsum(-1)) / (held + (1 - truth).cumsum(-1))
    steps = torch.cat([jaccard[..., :1], jaccard.diff(dim=-1)], dim=-1)
    return (relu(errors) * steps).sum(dim=-1).mean()


@register_loss("tversky")
def tversky(logits: Tensor, target: Tensor, _positive_weight: float = 1.0) -> Tensor:
    """1 - TP / (TP + 0.3 FP + 0.7 FN) per class, counted softly over the whole batch: what is missed costs more.

    Salehi, Erdogmus, Gholipour (MLMI 2017, arXiv:1706.05721), equation 2. Over the batch, so that photographs
    without a plate teach as well: alone they have no true positive to win.
    """
    said = torch.sigmoid(logits)
    found = (said * target).sum(dim=(0, 2, 3))
    wrong = said.sum(dim=(0, 2, 3)) - found
    missed = target.sum(dim=(0, 2, 3)) - found
    return (1 - (found + 1) / (found + _FALSE_POSITIVES * wrong + _FALSE_NEGATIVES * missed + 1)).mean()


@register_loss("bce")
def cross_entropy(logits: Tensor, target: Tensor, positive_weight: float = 1.0) -> Tensor:
    """Binary cross-entropy, the mean over all pixels; a plate's pixel counts `positive_weight` times."""
    weight = None if positive_weight == 1.0 else logits.new_tensor(positive_weight)
    return binary_cross_entropy_with_logits(logits, target, pos_weight=weight)


@register_loss("focal")
def focal(logits: Tensor, target: Tensor, positive_weight: float = 1.0) -> Tensor:
    """Cross-entropy times (1 - p)², p being the probability given to the truth: what is right already hardly counts.

    Lin, Goyal, Girshick, He, Dollár (ICCV 2017, arXiv:1708.02002), equation 4 with gamma 2; `positive_weight` has the
    place of alpha.
    """
    costs = binary_cross_entropy_with_logits(logits, target, reduction="none")
    right = torch.exp(-costs)
    return (costs * (1 - right) ** _FOCUS * (1 + (positive_weight - 1) * target)).mean()


@register_loss("dice")
def soft_dice(logits: Tensor, target: Tensor, _positive_weight: float = 1.0) -> Tensor:
    """1 - Dice per photograph and class, averaged over those that hold the class; 0 where none does.

    A photograph without a plate has no overlap to improve: cross-entropy alone teaches it.
    """
    said = torch.sigmoid(logits)
    overlap = (said * target).sum(dim=(2, 3))
    size = said.sum(dim=(2, 3)) + target.sum(dim=(2, 3))
    held = (target.amax(dim=(2, 3)) > 0).to(said.dtype)
    missing = 1.0 - (2.0 * overlap + 1.0) / (size + 1.0)
    return (missing * held).sum() / held.sum().clamp(min=1.0)
