"""Everything between a configuration and the first step: scaled photographs, the network, its state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from plateseg.domain.train_config import TrainConfig
from plateseg.errors import BadCheckpoint, BadConfig, TrainingFailed
from plateseg.learning import checkpoint, letterbox
from plateseg.learning.architectures import BuiltModel, build_configured, resolve
from plateseg.learning.cache import BuiltCache, PixelCache, Sample, build_cache
from plateseg.learning.chance import restore_chance, seed_everything
from plateseg.learning.class_check import known_classes
from plateseg.learning.dataset import TrainingData, epoch_batches
from plateseg.learning.files import CheckpointFiles
from plateseg.learning.judge import Judge
from plateseg.learning.learner import Learner
from plateseg.learning.losses import get_loss
from plateseg.learning.prefetch import Feeder, worker_count
from plateseg.learning.probe import batch_size_that_fits
from plateseg.learning.records import Records
from plateseg.learning.reporter import Reporter
from plateseg.learning.team import Team

_PREVIEWS = 6
_UNREADABLE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a run needs, ready to take its next step."""

    data: TrainingData
    val: PixelCache
    learner: Learner
    judge: Judge
    feeder: Feeder
    files: CheckpointFiles
    records: Records

    def steps(self, config: TrainConfig, epoch: int) -> list[tuple[int, ...]]:
        """The photographs of each step of an epoch."""
        at_once, smallest = self.records.batch_size * config.accumulate, self.learner.built.smallest_batch
        return epoch_batches(self.data.shapes, at_once, seed=config.seed, epoch=epoch, smallest=smallest)


def prepare(
    config: TrainConfig,
    train: Sequence[Sample],
    val: Sequence[Sample],
    reporter: Reporter,
    *,
    cache_dir: Path,
    resume: Path | None,
    start_from: Path | None,
    clock: Callable[[], float],
    team: Team,
) -> Prepared | None:
    """None when a person asked to stop meanwhile."""
    architecture, device = resolve(config)
    get_loss(config.loss)  # an unknown one is refused before photographs are read
    seed_everything(config.seed)
    if device == "cpu":
        torch.set_flush_denormal(True)  # numbers too small to matter would slow the CPU down
    if device == "cuda":
        torch.backends.cudnn.benchmark = True
    caches = _scaled_once(config, train, val, reporter, cache_dir, team)
    if caches is None:
        return None
    data = TrainingData(caches[0], config.augment, config.seed, config.crop_size)
    learner, records = _learner(config, architecture, device, data, reporter, resume, start_from, team)
    records.recount([val[entry.sample].name for entry in caches[1].entries])
    prepared = Prepared(
        data=data,
        val=caches[1],
        learner=learner,
        judge=Judge(caches[1], records.batch_size, previews=_PREVIEWS, clock=clock),
        feeder=Feeder(data, workers=worker_count(config.workers, device), pin=device == "cuda"),
        files=CheckpointFiles(cache_dir, config, learner, reporter),
        records=records,
    )
    _refuse_too_many(team, prepared.steps(config, 0), learner.built)
    return prepared


def _scaled_once(
    config: TrainConfig, train: Sequence[Sample], val: Sequence[Sample], reporter: Reporter, folder: Path, team: Team
) -> tuple[PixelCache, PixelCache] | None:
    """The leader scales the photographs; the others wait for its word and open what it made."""
    if team.rank and team.told() is None:
        return None
    caches = _scaled(config, train, val, reporter, folder)
    if caches is not None and not team.rank:
        team.tell(len(caches[0]))
    return caches


def _scaled(
    config: TrainConfig, train: Sequence[Sample], val: Sequence[Sample], reporter: Reporter, folder: Path
) -> tuple[PixelCache, PixelCache] | None:
    """The caches of training and validation photographs; what cannot be read is named and left out."""
    built: list[BuiltCache] = []
    for name, samples in (("train", train), ("val", val)):
        ready = build_cache(
            [known_classes(sample, len(config.class_names)) for sample in samples],
            folder / f"{name}-{config.image_size}.pixels",
            longer_side=config.image_size,
            keep_truth=name == "val",
            keep_going=lambda: not reporter.stop_requested(),
        )
        if ready is None:
            return None
        built.append(ready)
    _check_rejected(built, len(train) + len(val), reporter)
    return built[0].cache, built[1].cache


def _check_rejected(built: Sequence[BuiltCache], count: int, reporter: Reporter) -> None:
    rejected = [refusal for each in built for refusal in each.rejected]
    for name, reason in rejected:
        reporter.note(f"{name} is left out: {reason}")
    if not rejected:
        return
    reporter.note(f"{len(rejected)} of {count} photographs were left out.")
    if len(rejected) > max(1, _UNREADABLE_SHARE * count) or not all(len(each.cache) for each in built):
        name, reason = rejected[0]
        raise TrainingFailed(
            f"{len(rejected)} of {count} photographs or masks could not be read, the first being {name} ({reason}). "
            "Repair or exclude them, then train again."
        )


def _learner(
    config: TrainConfig,
    architecture: str,
    device: str,
    data: TrainingData,
    reporter: Reporter,
    resume: Path | None,
    start_from: Path | None,
    team: Team,
) -> tuple[Learner, Records]:
    built = build_configured(config, architecture, pretrained=resume is None and start_from is None)
    if config.crop_size == letterbox.STRIDE:  # its deepest layer may see one pixel of a crop, and normalise it
        built = replace(built, smallest_batch=max(2, built.smallest_batch))
    if 0 < config.batch_size < built.smallest_batch:
        raise BadConfig(f"{architecture} needs a batch size of at least {built.smallest_batch}.")
    if len(data.cache) < built.smallest_batch:
        raise BadConfig(
            f"{architecture} trains on {built.smallest_batch} photographs at a time, and there is {len(data.cache)}. "
            "Label more."
        )
    if start_from is not None and resume is None:
        checkpoint.load_into(built, checkpoint.load_weights(start_from), name=start_from.name)
    batch_size = config.batch_size or built.smallest_batch * team.size
    at_once = max(built.smallest_batch, -(-batch_size // team.size))
    learner = Learner(built, config, device=device, batch_size=at_once, note=reporter.note, team=team)
    records = Records(len(data.cache)) if resume is None else _resumed(learner, resume, len(data.cache))
    if not records.batch_size:
        records.batch_size = config.batch_size or _tried_batch_size(learner, data, reporter, team)
    reporter.begin(records.batch_size, records.elapsed)
    reporter.note(_opening(built, device, records, start_from))
    return learner, records


def _tried_batch_size(learner: Learner, data: TrainingData, reporter: Reporter, team: Team) -> int:
    largest = max(data.shapes, key=lambda shape: shape[0] * shape[1])
    fitting = batch_size_that_fits(learner, largest, photographs=len(data.cache) // team.size)
    learner.portion.size = team.least(fitting)
    found = learner.portion.size * team.size
    reporter.note(f"Batch size {found}, found by trying.")
    return found


def _refuse_too_many(team: Team, steps: Sequence[tuple[int, ...]], built: BuiltModel) -> None:
    least = min(len(batch) for batch in steps)
    if team.size > 1 and least < team.size * built.smallest_batch:
        raise BadConfig(
            f"A batch of {least} cannot be shared out among {team.size} processes, {built.smallest_batch} at least to "
            f"each. Use a batch size of {2 * team.size * built.smallest_batch}, or fewer processes."
        )


def _resumed(learner: Learner, path: Path, train_count: int) -> Records:
    data = checkpoint.load_weights(path)
    if data.training is None:
        raise BadCheckpoint(f"{path.name} holds weights only. Resume from a `last` checkpoint, or start from this one.")
    checkpoint.load_into(learner.built, data, name=path.name)
    records = Records(**data.training["records"])
    if records.train_count != train_count:
        raise BadCheckpoint(
            f"{path.name} belongs to a run with {records.train_count} training photographs, and now there are "
            f"{train_count}. Start a new run from its weights instead."
        )
    learner.restore(data.training["learner"])
    restore_chance(data.training["chance"])
    return records


def _opening(built: BuiltModel, device: str, records: Records, start_from: Path | None) -> str:
    if records.step:
        return f"Resumed {built.name} on {device} after step {records.step} of epoch {records.epoch_number}."
    origin = f"Starts from the weights in {start_from.name}." if start_from else built.weights_note
    return f"Training {built.name} on {device}. {origin}"
