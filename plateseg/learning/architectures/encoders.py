"""Encoders of segmentation-models-pytorch by name: Lite0 and MobileNetV2 from packages, the others from their hubs."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import segmentation_models_pytorch as smp
import timm
from torch import Tensor, nn

from plateseg.domain.architectures import ENCODERS
from plateseg.errors import BadConfig
from plateseg.learning.architectures import packaged_weights
from plateseg.learning.architectures.downloads import FAULTS, RANDOM_AS_ASKED, hub
from plateseg.learning.architectures.registry import IMAGENET_MEAN, IMAGENET_STD, Triple

LITE0 = "efficientnet_lite0"
# Lite0's packaged weights were trained on (x - 127) / 128 with x in 0..255.
_LITE0_MEAN: Triple = (127 / 255, 127 / 255, 127 / 255)
_LITE0_STD: Triple = (128 / 255, 128 / 255, 128 / 255)
_TIMM = "tu-"


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder and what one must know to feed it. loaded: whether it holds pretrained weights; note says which."""

    module: nn.Module
    mean: Triple
    std: Triple
    loaded: bool
    note: str


def library_name(name: str) -> str:
    """What the library calls an encoder. Raises BadConfig for an unknown one."""
    if name == LITE0:
        return "tu-tf_efficientnet_lite0"
    # A short list on purpose: names of the library that no test here has seen are had through timm.
    if name in ENCODERS or (name.startswith(_TIMM) and timm.is_model(_timm_model(name))):
        return name
    raise BadConfig(
        f"There is no encoder called {name!r}. Choose one of {', '.join(ENCODERS)}, or {_TIMM} and the name of one "
        f"of timm's models, such as tu-convnext_tiny.{_similar(name)}"
    )


def build_encoder(name: str, *, pretrained: bool, depth: int = 5) -> Encoder:
    """An encoder of `depth` halvings. Raises BadConfig for an unknown or unfit one."""
    module = bare_encoder(name, depth=depth)
    loaded, note = load_pretrained(module, name) if pretrained else (False, RANDOM_AS_ASKED)
    return Encoder(module, *normalisation(name), loaded, note)


def bare_encoder(name: str, *, depth: int = 5) -> nn.Module:
    """The same with random weights."""
    with fitting(name):
        module: nn.Module = smp.encoders.get_encoder(library_name(name), in_channels=3, depth=depth, weights=None)
    return module


@contextlib.contextmanager
def fitting(name: str, architecture: str = "") -> Iterator[None]:
    """Translate the many ways in which the libraries refuse an encoder that has no such feature maps."""
    try:
        yield
    except BadConfig:
        raise
    except (ValueError, TypeError, KeyError, RuntimeError, AttributeError, AssertionError, IndexError) as error:
        network = f" for {architecture}" if architecture else ""
        reason = (str(error) or type(error).__name__).splitlines()[0][:160]
        raise BadConfig(f"The encoder {name} does not serve{network} ({reason}). Choose {LITE0} or another.") from error


def normalisation(name: str) -> tuple[Triple, Triple]:
    """(mean, std) on the scale 0..1 of the photographs an encoder's pretrained weights have seen."""
    if name == LITE0:
        return _LITE0_MEAN, _LITE0_STD
    if not name.startswith(_TIMM):
        return IMAGENET_MEAN, IMAGENET_STD
    about = timm.get_pretrained_cfg(_timm_model(name))
    if about is None:
        return IMAGENET_MEAN, IMAGENET_STD
    return _triple(about.mean), _triple(about.std)


def load_pretrained(encoder: nn.Module, name: str) -> tuple[bool, str]:
    """Put ImageNet weights into an encoder: (whether there were any, a sentence on where they come from)."""
    if name in packaged_weights.PACKAGED:
        package, read = packaged_weights.PACKAGED[name]
        with contextlib.suppress(ImportError):
            _load(encoder, read())
            return True, f"ImageNet weights from {package}."
        if name == LITE0:
            return False, f"Random initialisation: the pretrained weights are in {package}, which is not installed."
    try:
        with hub(), contextlib.redirect_stderr(io.StringIO()):  # progress bars are of no use in a log
            weights = True if name.startswith(_TIMM) else "imagenet"
            depth = len(encoder.out_channels) - 1  # type: ignore[arg-type]
            ready = smp.encoders.get_encoder(library_name(name), in_channels=3, depth=depth, weights=weights)
    except FAULTS as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:160]
        return False, f"Random initialisation: the weights of {name} could not be downloaded ({reason})."
    encoder.load_state_dict(ready.state_dict())
    return True, f"ImageNet weights of {name}, from Hugging Face's hub."


def _load(encoder: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Strictly, but for the last stages of the weights, which an encoder of less depth does without."""
    wanted = encoder.state_dict()
    encoder.load_state_dict({key: value for key, value in state.items() if key in wanted})


def _timm_model(name: str) -> str:
    return name.removeprefix(_TIMM)


def _triple(values: Sequence[float]) -> Triple:
    red, green, blue = values
    return red, green, blue


def _similar(name: str) -> str:
    stem = re.split(r"[-_.\d]", _timm_model(name))[0]
    found = timm.list_models(f"{stem}*")[:3] if len(stem) > 3 else []
    return f" timm knows {', '.join(_TIMM + each for each in found)}." if found else ""
