"""What other processes do to a storage, some of them until they are killed -9."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import event

from plateseg.domain.runs import CheckpointKind
from plateseg.errors import StaleRevision, StorageUnavailable
from plateseg.services import restoring, versions
from storage import Storage, open_storage
from storage.blobs import Blobs
from tests.integration.storage_samples import mask

# A clean server that has loaded the storage and is forked: quick, and no process inherits an open database.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])
PIPE = _FORKS.Pipe


def start(work: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Do `work` in a process of its own; `arguments` travel by pickle."""
    process = _FORKS.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def outcome(process: BaseProcess) -> int | None:
    """The exit code of a process that is given a minute: 0, or minus the signal that ended it."""
    process.join(60)
    return process.exitcode


def heard(pipe: Connection) -> Any:
    """What the other process says next, within a minute."""
    assert pipe.poll(60), "The other process said nothing."
    return pipe.recv()


def open_once(urls: tuple[str, str], said: Connection) -> None:
    """Open a storage at the word, and say that it is open."""
    said.send("ready")
    said.recv()
    open_storage(*urls).close()
    said.send("open")


def save_in_turns(urls: tuple[str, str], said: Connection, item_id: int, author: str) -> None:
    """Draw 25 masks of an item from whatever is its newest; say how many were saved and how many came too late."""
    storage = open_storage(*urls)
    said.send("ready")
    said.recv()
    saved = stale = 0
    for turn in range(25):
        head = storage.items.get(item_id).head
        try:
            storage.revisions.append(item_id, mask(f"{author}, turn {turn}"), after=head)
            saved += 1
        except StaleRevision:
            stale += 1
    said.send((saved, stale))


def delete_and_die(urls: tuple[str, str], moment: str, item_id: int) -> None:
    """Delete a photograph and be killed "before" or "after" that is on disk."""
    _dying(urls, moment).items.delete(item_id)


def drop_and_die(urls: tuple[str, str], moment: str, snapshot_id: int) -> None:
    """Delete a snapshot and be killed "before" or "after" that is on disk."""
    _dying(urls, moment).snapshots.delete(snapshot_id)


def replace_and_die(urls: tuple[str, str], moment: str, run_id: int, path: Path) -> None:
    """Replace a run's last checkpoint and be killed "before" or "after" that is on disk."""
    _dying(urls, moment).checkpoints.add(run_id, CheckpointKind.LAST, path, epoch=2, step=8, val_iou=None)


def restore_and_die(urls: tuple[str, str], words: str) -> None:
    """Bring a snapshot back and be killed once the first photographs are on disk."""
    storage = open_storage(*urls)
    plan = restoring.plan(storage, versions.find(storage, words))
    restoring.carry_out(storage, plan, progress=lambda done, total: os.kill(os.getpid(), signal.SIGKILL))


def _dying(urls: tuple[str, str], moment: str) -> Storage:
    storage = open_storage(*urls)
    sign = {"before": "commit", "after": "checkin"}[moment]
    event.listen(storage.database.engine, sign, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    return storage


def put_file(folder: Path, source: Path) -> None:
    """Store a file, which may be a pipe that never ends."""
    # A pipe cannot be read twice, for its hash and for its bytes: this begins where the bytes are written.
    Blobs(str(folder))._write_locally(folder / "aa" / ("a" * 64 + ".pt"), source)


def put_more_than_fits(folder: Path, said: Connection) -> None:
    """Store 200 kB while a file may have 100 kB, and again when it may have more; say what came of it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    blobs = Blobs(str(folder))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        blobs.put(b"x" * 200_000, "pt")
    except StorageUnavailable as error:
        said.send(str(error))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    said.send(blobs.verify(blobs.put(b"x" * 200_000, "pt")))
