"""A process that `torchrun` started beside the leading one: it computes, and writes nothing anywhere."""

from __future__ import annotations

import logging
import signal
from typing import TYPE_CHECKING

from plateseg.domain.types import Split
from plateseg.errors import PlatesegError
from plateseg.services import run_caches, trainer
from plateseg.settings import Settings
from storage import Storage

if TYPE_CHECKING:
    from plateseg.learning.team import Team

log = logging.getLogger(__name__)


def follow(storage: Storage, settings: Settings) -> None:
    """Wait for the run that the leading process claims, and train on this process's share of it."""
    trainer.be_modest()
    from plateseg.learning import team as teams
    from plateseg.learning import threads

    threads.leave_room()
    for number in (signal.SIGINT, signal.SIGTERM):  # the leader stops in good order, and says when
        signal.signal(number, signal.SIG_IGN)
    team = teams.join(rank=settings.rank, size=settings.processes, local_rank=settings.local_rank)
    try:
        run_id = team.told()
        if run_id is not None:
            _work(storage, settings, int(run_id), team)
    except PlatesegError as error:
        log.error("Process %d of %d: %s", settings.rank, settings.processes, error)
    finally:
        team.dismiss()


def _work(storage: Storage, settings: Settings, run_id: int, team: Team) -> None:
    from plateseg.learning import follow

    run = storage.runs.get(run_id)
    cache = run_caches.folder(settings, run_id)
    given = trainer.given(storage, run, scratch=cache / f"rank-{settings.rank}")
    follow.follow(
        run.config,
        trainer.samples(storage, given.snapshot, Split.TRAIN, given.items),
        trainer.samples(storage, given.snapshot, Split.VAL, given.items),
        cache_dir=cache,
        resume=given.resume,
        start_from=given.start_from,
        team=team,
    )
