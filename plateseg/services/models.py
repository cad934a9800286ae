"""Which weights a name means: the champion, a run's number, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plateseg.domain.runs import CheckpointKind, Run
from plateseg.errors import NotFound
from storage import Storage

CHAMPION = "champion"


@dataclass(frozen=True, slots=True)
class Weights:
    """A weights file on this machine. `id`: "3" for run 3, or the path. `key` changes when the weights do."""

    id: str
    name: str
    path: Path
    key: str


def weights_of(storage: Storage, model: str, *, scratch: Path) -> Weights:
    """The weights that a model's name means: "champion", a run's number, or the path of a file.

    Raises NotFound with the way out.
    """
    if model in ("", CHAMPION):
        run = storage.runs.champion()
        if run is None:
            raise NotFound(_no_champion(storage))
        return _of_run(storage, run, scratch)
    if is_number(model):
        return _of_run(storage, storage.runs.get(int(model)), scratch)
    path = Path(model).expanduser()
    if not path.is_file():
        raise NotFound(f"There is no run and no weights file called {model!r}. Give a run's number or a file's path.")
    return Weights(id=str(path), name=path.name, path=path, key=f"{path}:{path.stat().st_mtime_ns}")


def _no_champion(storage: Storage) -> str:
    if storage.checkpoints.runs_with(CheckpointKind.BEST):  # it was deleted, or no run has come to its end
        return "There is no champion: make a run the champion on the Runs tab, or choose one by its number."
    return "There is no model yet: train one on the Train tab."


def refuse_files(model: str) -> None:
    """Raise NotFound unless a model's name is the champion's or a run's: who comes over the web names no files."""
    if model not in ("", CHAMPION) and not is_number(model):
        raise NotFound(f"There is no model {model[:40]!r}. Say champion, or the number of a run.")


def is_number(reference: str) -> bool:
    """Whether a text is the number of a run."""
    return reference.isascii() and reference.isdecimal() and len(reference) <= 18


def usable_models(storage: Storage) -> list[Run]:
    """Runs whose best model can propose and predict: the champion first, then the newest."""
    ready = storage.checkpoints.runs_with(CheckpointKind.BEST)
    runs = [run for run in storage.runs.all() if run.id in ready]
    return sorted(runs, key=lambda run: (not run.champion, -run.id))


def _of_run(storage: Storage, run: Run, scratch: Path) -> Weights:
    best = storage.checkpoints.get(run.id, CheckpointKind.BEST)
    if best is None:
        raise NotFound(f"Run {run.id} has no validated model yet. Wait for its first validation, or stop it.")
    return Weights(str(run.id), run.name, storage.blobs.local_path(best.blob, scratch), best.blob)
