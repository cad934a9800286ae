"""The real app as a process: started, killed and started again on the same address and the same folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

PATIENCE = 90.0
"""Seconds any one thing may take: the machine may have two cores and much else to do."""


class App:
    """`python app.py` on a port of its own, with PLATESEG_HOME in `home`. starter: with the shipped model."""

    def __init__(self, home: Path, *, starter: bool = False) -> None:
        self.home = home
        self.starter = starter
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """What the app and the command line are started with."""
        gone = {"DATABASE_URL", "PLATESEG_BLOBS", "PLATESEG_ALLOWED_HOSTS"}
        kept = {name: value for name, value in os.environ.items() if name not in gone}
        # Threads that spin while they wait fight with the browser for the cores, and both lose.
        own = {"PLATESEG_HOME": str(self.home), "HOST": "127.0.0.1", "PORT": str(self.port)}
        own |= {"PLATESEG_STARTER": "on" if self.starter else "off"}
        return kept | own | {"OMP_WAIT_POLICY": "PASSIVE"}

    def start(self) -> App:
        """Start and wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(ROOT / "app.py")], cwd=ROOT, env=self.environment(), stdout=log, stderr=log
            )
        self.wait_for(self._answers, "the app to answer")
        return self

    def kill(self) -> None:
        """kill -9: nothing is closed, nothing is flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the app and the trainers that outlive it; not ourselves, should we hold a run alive (bench/bulk.py)."""
        for pid in self.trainers():
            if pid == os.getpid():
                continue
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._end(signal.SIGTERM)

    def run_command(self, *arguments: str) -> str:
        """`python -m plateseg ...` on the same folder; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "plateseg", *arguments],
            cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"plateseg {arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    @property
    def log(self) -> Path:
        """What the app printed."""
        return self.home / "app.log"

    def get(self, path: str, **query: Any) -> Any:
        """JSON of a GET that succeeds."""
        status, body = self.ask("GET", f"{path}?{urllib.parse.urlencode(query)}" if query else path)
        assert status == 200, f"GET {path} answered {status}: {body}"
        return body

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """JSON of a POST that succeeds."""
        status, answer = self.ask("POST", path, json.dumps(body or {}).encode(), kind="application/json")
        assert status in (200, 201), f"POST {path} answered {status}: {answer}"
        return answer

    def download(self, path: str) -> bytes:
        """The bytes of a GET that succeeds."""
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def ask(
        self, method: str, path: str, data: bytes | None = None, *, kind: str = "application/octet-stream"
    ) -> tuple[int, Any]:
        """Status and JSON of any request; text where the answer is not JSON."""
        request = urllib.request.Request(self.url + path, data=data, method=method, headers={"Content-Type": kind})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        try:
            return status, json.loads(body)
        except ValueError:
            return status, body.decode(errors="replace")

    def add(self, files: dict[str, bytes]) -> dict[str, Any]:
        """Import files, by their paths, as the page does; returns the report."""
        key = self.post("/api/imports")["id"]
        for path, data in files.items():
            status, answer = self.ask("PUT", f"/api/imports/{key}/files?path={urllib.parse.quote(path)}", data)
            assert status == 200, f"{path} was refused: {answer}"
        self.post(f"/api/imports/{key}/finish")
        done = self.wait_for(lambda: self._import_ended(key), "an import to end")
        assert done["state"] == "done", done["error"]
        return dict(done["report"])

    def item_called(self, name: str) -> int:
        """Number of the photograph of this name."""
        (found,) = self.get("/api/items", q=name)["items"]
        return int(found["id"])

    def _import_ended(self, key: str) -> Any:
        state = self.get(f"/api/imports/{key}")
        return state if state["state"] in ("done", "failed") else None

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What stands in the database itself, read past the app."""
        with sqlite3.connect(f"file:{self.home / 'plateseg.db'}?mode=ro", uri=True, timeout=30) as database:
            return database.execute(statement, values).fetchall()

    def trainers(self) -> list[int]:
        """Process ids of runs that are marked as running."""
        if not (self.home / "plateseg.db").exists():
            return []
        return [pid for (pid,) in self.rows("SELECT pid FROM runs WHERE status = 'running' AND pid > 0")]

    def wait_for(self, condition: Any, what: str, *, seconds: float = PATIENCE) -> Any:
        """Ask `condition` until it is true; fails with `what` and the end of the log."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = condition()
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"Waited {seconds:.0f} s for {what}. The app's log ends with:\n{self._log_tail()}")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"The app ended by itself:\n{self._log_tail()}"
        try:
            return bool(self.get("/api/health")["ok"])
        except OSError:
            return False

    def _log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
