"""Whether a configuration can be trained here at all: asked at Start, before anything is queued.

What the lists in domain/ answer costs no torch. Only what they do not name (a loss or a network that somebody
registered, one of timm's encoders, a GPU) is asked of learning, which has the last word and the sentence.
"""

from __future__ import annotations

from plateseg.domain.architectures import AUTO, ENCODERS, described
from plateseg.domain.losses import LOSSES, parse_loss
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadConfig
from plateseg.services.origins import Origin

_ALWAYS_THERE = ("auto", "cpu")


def refuse_impossible(config: TrainConfig) -> None:
    """Raise BadConfig for a loss, an architecture, an encoder or a device that cannot be had here."""
    if any(name not in LOSSES for name, _ in parse_loss(config.loss)):
        from plateseg.learning import losses

        losses.get_loss(config.loss)
    if not _is_listed(config):
        _resolved(config)


def refuse_small_batch(config: TrainConfig, *, train: int) -> None:
    """Raise BadConfig where the network cannot train on as few photographs at a time as asked, or as there are.

    train: photographs to train on.
    """
    at_once = min(config.batch_size or train, train)
    if at_once > 1:
        return
    name = _architecture(config)
    about = described(name)
    if about is None or at_once >= about.smallest_batch:
        return
    needed = about.smallest_batch
    if train < needed:
        raise BadConfig(f"{name} trains on {needed} photographs at a time, and there is {train}. Label more.")
    raise BadConfig(f"{name} needs a batch size of at least {needed}. Set the batch size to {needed} or more.")


def refuse_other_network(config: TrainConfig, origin: Origin) -> None:
    """Raise BadConfig when the weights to start from are of another network than the configured one."""
    name = _architecture(config)
    changes = [] if origin.architecture in (AUTO, name) else [f"the architecture {origin.architecture}"]
    if origin.encoder and origin.encoder != config.encoder:
        changes.append(f"the encoder {origin.encoder}")
    if origin.classes != len(config.class_names):
        changes.append(origin.class_words)
    if changes:
        raise BadConfig(
            f"The weights of {origin.words} are of another network than {name} as set here. Choose "
            f"{' and '.join(changes)} to start from them, or start from another run."
        )


def _is_listed(config: TrainConfig) -> bool:
    """Whether the lists alone say that network and device are there."""
    if config.device not in _ALWAYS_THERE:
        return False
    if config.architecture == AUTO:
        return True
    about = described(config.architecture)
    return about is not None and not about.extra and (not about.takes_encoder or config.encoder in ENCODERS)


def _architecture(config: TrainConfig) -> str:
    """What `auto` stands for here; another name is itself."""
    return _resolved(config) if config.architecture == AUTO else config.architecture


def _resolved(config: TrainConfig) -> str:
    from plateseg.learning import architectures

    return architectures.resolve(config)[0]
