"""The losses one can choose, in words: what the form and the command line check without loading torch.

The functions stand in learning/losses.py, whose registry has the last word on what there is; a test holds this list
to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from plateseg.errors import BadConfig

DEFAULT_LOSS = "bce_dice"
LOSSES = (DEFAULT_LOSS, "focal_dice", "lovasz", "tversky", "bce", "focal", "dice")
EXAMPLE = "bce:0.5+lovasz:0.5"
OFFERED = (*LOSSES[:4], EXAMPLE)
"""What the form shows; any other name or sum can be typed."""

Terms = tuple[tuple[str, float], ...]
"""Names with their weights, in the order in which they are added up."""


def parse_loss(words: str) -> Terms:
    """Read a name, or a sum such as `bce:0.5+lovasz:0.5`; a name without a weight has 1.

    Raises BadConfig for a missing name, and for a weight that is no number above 0.
    """
    return tuple(_parse_term(part.strip(), words) for part in words.split("+"))


def refuse_unknown_losses(terms: Terms, known: Iterable[str]) -> None:
    """Raise BadConfig for the first name that is not among the known ones."""
    names = tuple(known)
    for name, _ in terms:
        if name not in names:
            raise BadConfig(
                f"There is no loss called {name!r}. Choose one of {', '.join(names)}, or a sum such as {EXAMPLE}."
            )


def _parse_term(part: str, words: str) -> tuple[str, float]:
    name, colon, number = part.partition(":")
    if not name:
        refuse_unknown_losses((("", 1.0),), LOSSES)
    try:
        weight = float(number) if colon else 1.0
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        raise BadConfig(f"The loss {words!r} needs a weight above 0 behind {name}:, not {number!r}. Try {name}:0.5.")
    return name, weight
