"""Pretrained weights from where their makers keep them, and a plain word where they could not be had."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from torch import Tensor, nn

_TIMEOUT_SECONDS = 10.0
_REACH_SECONDS = 5.0
RANDOM_AS_ASKED = "Random initialisation, as asked."
FAULTS = (OSError, RuntimeError)
"""No network, a proxy's error page, a broken download."""

State = Mapping[str, Tensor]


class Source(NamedTuple):
    """weights: a member of one of torchvision's enums. says: what they are. load: puts them into the network."""

    weights: Any
    says: str
    load: Callable[[State], None]


def load_first(sources: Sequence[Source], *, pretrained: bool) -> tuple[bool, str]:
    """Load the best source that can be had: (whether there was one, a sentence on where the weights come from)."""
    if not pretrained:
        return False, RANDOM_AS_ASKED
    why = ""
    for source in sources:
        try:
            state = fetch(source.weights)
        except FAULTS as error:
            why = why or str(error) or type(error).__name__
            continue
        source.load(state)
        return True, f"{source.says}; better ones could not be downloaded ({why})." if why else f"{source.says}."
    return False, f"Random initialisation: pretrained weights could not be downloaded ({why})."


def fetch(weights: Any) -> State:
    """The state dict of a member of torchvision's enums, from its cache or its server. Raises one of FAULTS."""
    with _socket_timeout(_TIMEOUT_SECONDS):
        state: State = weights.get_state_dict(progress=False, check_hash=True, weights_only=True)
    return state


def into_backbone(backbone: nn.Module) -> Callable[[State], None]:
    """Loads a classifier's weights into the part of it that serves as a backbone, under torchvision's names."""

    def load(state: State) -> None:
        wanted = backbone.state_dict()
        short = {key.removeprefix("features."): value for key, value in state.items()}
        backbone.load_state_dict({key: value for key, value in short.items() if key in wanted})

    return load


@contextmanager
def hub() -> Iterator[None]:
    """Hugging Face's hub, or only what was downloaded before, where it cannot be reached.

    Its client tries an unreachable hub for a minute and more; a run must not wait for that.
    """
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or not _answers(constants.ENDPOINT)
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=_REACH_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True  # it is there, and says no to this question
    except (OSError, ValueError):
        return False


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """torch.hub opens its connection without a limit; a silent network must not hold a run for minutes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
