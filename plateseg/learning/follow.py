"""What a process does that does not lead: its share of every step, when it is told to."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from plateseg.domain.train_config import TrainConfig
from plateseg.learning.dataset import Sample
from plateseg.learning.memory import advice_when_out_of_memory
from plateseg.learning.prepare import Prepared, prepare
from plateseg.learning.reporter import Silence
from plateseg.learning.team import Team


def follow(
    config: TrainConfig,
    train: Sequence[Sample],
    val: Sequence[Sample],
    *,
    cache_dir: Path,
    team: Team,
    resume: Path | None = None,
    start_from: Path | None = None,
) -> None:
    """Compute this process's share of the run that another process leads with `fit`, until it says that it is over.

    Raises what `fit` raises.
    """
    config = replace(config, average_weights=False)  # nobody asks this process for a model
    with advice_when_out_of_memory(config):
        prepared = prepare(
            config,
            train,
            val,
            Silence(),
            cache_dir=cache_dir,
            resume=resume,
            start_from=start_from,
            clock=time.monotonic,
            team=team,
        )
        while prepared is not None and _epoch(config, prepared, team):
            pass


def _epoch(config: TrainConfig, prepared: Prepared, team: Team) -> bool:
    """False at the leader's end."""
    records = prepared.records
    batches = prepared.steps(config, records.epoch)[records.position :]
    ready = prepared.feeder.epoch(records.epoch, [team.share(batch) for batch in batches])
    for batch, whole in zip(ready, batches, strict=True):
        rate = team.told()
        if rate is None:
            if isinstance(ready, Generator):
                ready.close()
            return False
        # A chance of its own that a resume repeats: the generator in the checkpoint is the leader's.
        torch.manual_seed(hash((config.seed, team.rank, records.step)))
        prepared.learner.step(batch, rate, of=len(whole))
        records.step += 1
    records.epoch, records.position = records.epoch + 1, 0
    return True
