"""Masks that hold a class which the network has no channel for are refused by name, not learnt as background."""

from __future__ import annotations

from dataclasses import replace

from plateseg.domain.types import Mask
from plateseg.errors import BadMask
from plateseg.learning.cache import Sample


def known_classes(sample: Sample, classes: int) -> Sample:
    """The same sample; reading its mask raises BadMask when it holds more than `classes` classes."""

    def read_mask() -> Mask:
        mask = sample.read_mask()
        highest = int(mask.max(initial=0))
        if highest > classes:
            raise BadMask(f"the mask holds class {highest}, and the run knows {classes}: name all of them in Classes")
        return mask

    return replace(sample, read_mask=read_mask)
