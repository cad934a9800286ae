"""What a run starts from: the weights of another run or of a file, and the network they are of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from plateseg.domain.architectures import AUTO, described
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadCheckpoint, BadConfig
from plateseg.services.models import Weights, is_number, weights_of
from storage import Storage


@dataclass(frozen=True, slots=True)
class Origin:
    """id: "3" for run 3, or the file's path. words: for sentences. encoder: empty where the network brings its own."""

    id: str
    words: str
    architecture: str
    encoder: str
    classes: int
    class_words: str


def find(storage: Storage, model: str, *, scratch: Path) -> Origin:
    """The weights that `start_from` means. A file is read (by torch) and its network built, to see that they fit.

    Raises NotFound, and BadCheckpoint with the way out for a file that is not usable.
    """
    weights = weights_of(storage, model, scratch=scratch)
    return _of_run(storage, weights) if is_number(weights.id) else _of_file(weights)


def follow(config: TrainConfig, origin: Origin) -> TrainConfig:
    """What `auto` means where a run starts from weights: their network, on whatever device it trains."""
    if config.architecture != AUTO:
        return config
    return replace(config, architecture=origin.architecture, encoder=origin.encoder or config.encoder)


def followed(storage: Storage, config: TrainConfig, *, scratch: Path) -> TrainConfig:
    """The same for a configuration that may start from nothing. Raises as `find` does."""
    if not config.start_from or config.architecture != AUTO:
        return config
    return follow(config, find(storage, config.start_from, scratch=scratch))


def _of_run(storage: Storage, weights: Weights) -> Origin:
    run = storage.runs.get(int(weights.id))
    about = described(run.config.architecture)
    return Origin(
        id=weights.id,
        words=f"run {run.id} ({run.name})",
        architecture=run.config.architecture,
        encoder=run.config.encoder if about and about.takes_encoder else "",
        classes=len(run.config.class_names),
        class_words=f"the classes {run.config.classes}",
    )


def _of_file(weights: Weights) -> Origin:
    from plateseg.learning import checkpoint

    data = checkpoint.load_weights(weights.path)
    try:
        checkpoint.rebuild(data, name=weights.name)
    except BadConfig as error:
        raise BadCheckpoint(f"{weights.name} cannot be used here: {error}") from error
    return Origin(
        id=weights.id,
        words=f"the file {weights.name}",
        architecture=data.architecture,
        encoder=data.options.get("encoder", ""),
        classes=data.classes,
        class_words="1 class" if data.classes == 1 else f"{data.classes} classes",
    )
