"""Two processes train one network over gloo: the losses of one process, and nobody waits for the dead or the full."""

from __future__ import annotations

import pickle
import socket
from pathlib import Path

import pytest

from plateseg.domain.runs import CheckpointKind, RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.learning import follow, loop, team
from tests.integration.learning_samples import LIMITED, LimitedNetwork, Memory, drawn
from tests.process.homes import PATIENCE, QUICK, _forking, every_once

CONFIG = {"device": "cpu", "image_size": 64, "batch_size": 4, "learning_rate": 5e-3, "workers": 0, "epochs": 2}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _member(rank: int, size: int, port: int, folder: Path, config: TrainConfig, limit: int) -> None:
    """One process of a team; the leader leaves what it told."""
    import os

    from plateseg.learning import meter

    meter._SECONDS_BETWEEN = 0.0
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    LimitedNetwork.limit = limit if rank == size - 1 else 100
    LimitedNetwork.after = 4
    together = team.join(rank=rank, size=size, local_rank=rank)
    train, val = drawn(11, seed=1), drawn(4, seed=2)
    memory = Memory(folder / f"told-{size}-{rank}")
    if rank:
        follow.follow(config, train, val, cache_dir=folder / "cache", team=together)
        memory.notes.append("ended")
    else:
        loop.fit(config, train, val, memory, cache_dir=folder / "cache", team=together)
    together.dismiss()
    (folder / f"{size}-{rank}.pickle").write_bytes(pickle.dumps((memory.series("train/loss"), memory.notes)))


def trained(folder: Path, size: int, config: TrainConfig, *, limit: int = 100) -> tuple[dict[int, float], list[str]]:
    """Losses by step and notes of a run by so many processes."""
    port = free_port()
    members = [_forking.Process(target=_member, args=(rank, size, port, folder, config, limit)) for rank in range(size)]
    for member in members:
        member.start()
    for member in members:
        member.join(PATIENCE)
        assert member.exitcode == 0
    return pickle.loads((folder / f"{size}-0.pickle").read_bytes())


@pytest.mark.parametrize("limit", [100, 1], ids=["as it is", "with one that runs out of memory"])
def test_two_processes_give_the_losses_of_one_with_the_same_effective_batch(tmp_path, limit):
    """To a thousandth: sums in another order. BatchNorm and Dropout, which see a share only, rest in the backbone."""
    config = TrainConfig(architecture=LIMITED, freeze_backbone=True, loss="bce", **CONFIG)
    alone, _ = trained(tmp_path, 1, config)
    together, _ = trained(tmp_path, 2, config, limit=limit)
    assert set(together) == set(alone) == {1, 2, 3, 4, 5, 6}
    assert together == pytest.approx(alone, rel=1e-3)


def test_a_batch_that_cannot_be_shared_out_is_refused(tmp_path):
    from plateseg.errors import BadConfig
    from plateseg.learning.prepare import _refuse_too_many

    class Many(team.Alone):
        size = 4

    built = type("Built", (), {"smallest_batch": 1})()
    with pytest.raises(BadConfig, match="A batch of 3 cannot be shared out among 4 processes"):
        _refuse_too_many(Many(), [(1, 2, 3, 4), (5, 6, 7)], built)


@pytest.fixture
def torchrun(home, monkeypatch):
    """Begin `train` as torchrun would: two processes with its environment, the leading one first."""

    def begin(*words: str):
        port = str(free_port())
        verbs = []
        for rank in "01":
            for name, value in {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": "2", "MASTER_PORT": port}.items():
                monkeypatch.setenv(name, value)
            monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
            verbs.append(home.begin("train", *QUICK, *words))
        for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE"):
            monkeypatch.delenv(name)
        return verbs

    return begin


def test_the_command_trains_one_run_by_two_processes_and_says_when_one_is_gone(home, torchrun):
    leader, other = torchrun("--epochs", "50")
    home.await_step(4)
    other.kill()
    assert leader.ended().code == 1
    failed = home.run(1)
    assert failed.status is RunStatus.FAILED
    assert "One of the 2 processes of this run is gone" in failed.message
    assert home.has(CheckpointKind.LAST)

    leader, other = torchrun("--epochs", "2")
    assert (leader.ended().code, other.ended().code) == (0, 0), leader.output + other.output
    run = home.run(2)
    assert (run.status, run.epoch) == (RunStatus.FINISHED, 2)
    assert every_once(run.step) == every_once(len({step for step, _ in home.curve("train/loss", 2)}))
    assert len(home.storage.runs.all()) == 2
    assert not home.cache(2).exists()
