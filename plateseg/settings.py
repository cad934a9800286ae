"""Where things are and who may come in: the only reader of the environment."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plateseg.errors import BadConfig

DEFAULT_PORT = 7860


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides.

    home: folder of everything local (`PLATESEG_HOME`, default ./data). database_url: `DATABASE_URL`, default SQLite
    in home. blob_url: `PLATESEG_BLOBS`, a folder or any fsspec URL, default home/blobs. host, port: `HOST`, `PORT`.
    allowed_hosts: Host headers answered beside the loopback names (`PLATESEG_ALLOWED_HOSTS`, comma-separated).
    starter: whether a new data folder gets the shipped starter model (`PLATESEG_STARTER`, "off" for none).
    """

    home: Path
    database_url: str
    blob_url: str
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    allowed_hosts: tuple[str, ...] = ()
    machine: str = ""
    rank: int = 0
    """Which of the processes that `torchrun` started this is; 0 leads."""
    local_rank: int = 0
    """The same, counted on this machine: the GPU it takes."""
    processes: int = 1
    starter: bool = True

    @property
    def runs_folder(self) -> Path:
        """Logs, locks and caches of training processes."""
        return self.home / "runs"

    @property
    def scratch(self) -> Path:
        """Files on their way in or out; emptied at start."""
        return self.home / "scratch"

    def check_folder(self, check_id: int) -> Path:
        """The folder of one label check's process."""
        return self.home / "checks" / str(check_id)

    def run_folder(self, run_id: int) -> Path:
        """The folder of one run's process."""
        return self.runs_folder / str(run_id)

    def child_environment(self) -> dict[str, str]:
        """The environment of a trainer: this process's, with the same home and stores."""
        return dict(os.environ) | {
            "PLATESEG_HOME": str(self.home),
            "DATABASE_URL": self.database_url,
            "PLATESEG_BLOBS": self.blob_url,
            "PLATESEG_STARTER": "on" if self.starter else "off",
            "PYTHONUNBUFFERED": "1",
            "PYTHONHASHSEED": "0",
            # A step frees and takes back hundreds of megabytes: glibc shall keep them instead of asking the kernel
            # each time, and threads shall sleep instead of spinning while the page needs a core.
            "OMP_WAIT_POLICY": "PASSIVE",
            "MALLOC_MMAP_THRESHOLD_": str(2**30),
            "MALLOC_TRIM_THRESHOLD_": str(2**31 - 1),
            "MALLOC_TOP_PAD_": str(2**28),
        }


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises BadConfig when PORT is no port."""
    env = os.environ if environment is None else environment
    home = Path(env.get("PLATESEG_HOME") or "data").expanduser().resolve()
    return Settings(
        home=home,
        database_url=_absolute_database(env.get("DATABASE_URL") or f"sqlite:///{home / 'plateseg.db'}"),
        blob_url=_absolute_folder(env.get("PLATESEG_BLOBS") or str(home / "blobs")),
        host=env.get("HOST") or "127.0.0.1",
        port=_port(env.get("PORT") or str(DEFAULT_PORT)),
        allowed_hosts=tuple(h.strip() for h in env.get("PLATESEG_ALLOWED_HOSTS", "").split(",") if h.strip()),
        machine=socket.gethostname(),
        **_torchrun(env),
        starter=_switch(env.get("PLATESEG_STARTER") or "on"),
    )


def _torchrun(env: Mapping[str, str]) -> dict[str, int]:
    """What `torchrun` tells each of its processes; nothing where it was not used."""
    names = {"rank": "RANK", "local_rank": "LOCAL_RANK", "processes": "WORLD_SIZE"}
    found = {field: env.get(name, "") for field, name in names.items()}
    if not all(value.isdecimal() for value in found.values()) or int(found["processes"]) < 2:
        return {}
    return {field: int(value) for field, value in found.items()}


def _absolute_database(url: str) -> str:
    """The same SQLite file whichever folder a process runs in: a trainer does not run in the app's."""
    scheme, slashes, file = url.partition(":///")
    if not scheme.startswith("sqlite") or not slashes or file in ("", ":memory:"):
        return url
    return f"{scheme}:///{Path(file).expanduser().resolve()}"


def _absolute_folder(url: str) -> str:
    return url if "://" in url or "::" in url else str(Path(url).expanduser().resolve())


def _switch(text: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise BadConfig(f"PLATESEG_STARTER must be on or off, not {text[:20]!r}.")
    return text.lower() == "on"


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise BadConfig(f"PORT must be a number from 1 to 65535, not {text[:20]!r}.")
    return int(text)
