"""Uploads in progress: files arrive one by one, are imported together in the background, and leave a report."""

from __future__ import annotations

import logging
import shutil
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from plateseg.errors import BadInput, NotFound, PlatesegError, WrongState
from plateseg.services import dataset, drawn_plates, exchange
from plateseg.services.dataset import SourceFile
from plateseg.services.exchange import ImportChoice
from plateseg.services.import_report import ImportReport
from storage import Storage
from storage.blobs import translated_access

log = logging.getLogger(__name__)

EVENT = "import"
MAX_FILE_BYTES = 4 * 2**30
MAX_FILES = 100_000
MAX_PATH = 1_000


@dataclass(frozen=True, slots=True)
class ImportState:
    """Where an import stands. phase: receiving, importing, done or failed."""

    phase: str = "receiving"
    done: int = 0
    total: int = 0
    current: str = ""
    error: str = ""
    report: dict[str, Any] | None = None
    """As `ImportReport.as_json`: small, whatever was imported."""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON for the page."""
        return {
            "state": self.phase,
            "done": self.done,
            "total": self.total,
            "current": self.current,
            "error": self.error or None,
            "report": self.report,
        }


@dataclass(slots=True)
class _Import:
    folder: Path
    choice: ImportChoice = field(default_factory=ImportChoice)
    files: dict[str, Path] = field(default_factory=dict)
    state: ImportState = field(default_factory=ImportState)
    cancelled: threading.Event = field(default_factory=threading.Event)


class Imports:
    """Staging of uploads. What lies here is on its way only; what counts is in storage."""

    def __init__(self, storage: Storage, scratch: Path) -> None:
        self._storage = storage
        self._scratch = scratch / "imports"
        self._list = scratch / "last_import.csv"
        self._lock = threading.Lock()
        self._imports: dict[str, _Import] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="import")
        shutil.rmtree(self._scratch, ignore_errors=True)

    def begin(self, choice: ImportChoice | None = None) -> str:
        """A new, empty import; returns its key. choice: how its files are to be read."""
        key = uuid.uuid4().hex
        folder = self._scratch / key
        with translated_access():
            folder.mkdir(parents=True)
        with self._lock:
            self._imports[key] = _Import(folder, choice or ImportChoice())
        return key

    def place(self, key: str, name: str) -> Path:
        """Where to write the bytes of a file of this name. Raises NotFound, BadInput, WrongState."""
        job = self._job(key)
        if not name or len(name) > MAX_PATH:
            raise BadInput(f"A file's path has 1 to {MAX_PATH} characters.")
        _refuse_closed(job)
        if len(job.files) >= MAX_FILES:
            raise BadInput(f"At most {MAX_FILES} files are taken at once. Upload the rest afterwards.")
        # The name is the person's and may hold anything; the file on disk is named by us.
        return job.folder / uuid.uuid4().hex

    def received(self, key: str, name: str, path: Path) -> None:
        """Count a file in once its bytes are all there. A second one of the same path takes its place.

        Raises WrongState when the upload was closed meanwhile: nobody would import the file.
        """
        job = self._job(key)
        with self._lock:
            _refuse_closed(job)
            job.files[name] = path

    def finish(self, key: str) -> None:
        """All files are there: import them in the background. Asked twice, it is done once."""
        job = self._job(key)
        self._begin_work(job, lambda: self._import(job))

    def begin_drawn(self, *, count: int, labelled: int) -> str:
        """Import a set of drawn plates, the first `labelled` of `count` with their masks; returns the key.

        Raises BadInput for an impossible number.
        """
        drawn_plates.check(count=count, labelled=labelled)
        key = self.begin()
        job = self._job(key)
        self._begin_work(job, lambda: self._draw(job, count, labelled))
        return key

    def cancel(self, key: str) -> None:
        """Stop as soon as may be; what was imported until then stays."""
        job = self._job(key)
        job.cancelled.set()
        with self._lock:
            if job.state.phase != "receiving":
                return
            job.state = replace(job.state, phase="failed", error="Cancelled; nothing was imported.")
        shutil.rmtree(job.folder, ignore_errors=True)

    def whole_list(self) -> Path:
        """The table of all files of the last import with something to tell, where the report names only the first.

        Raises NotFound when there is none.
        """
        if not self._list.is_file():
            raise NotFound("There is no list of the last import: its report names every file.")
        return self._list

    def state(self, key: str) -> ImportState:
        """Where an import stands. Raises NotFound."""
        return self._job(key).state

    def _job(self, key: str) -> _Import:
        with self._lock:
            job = self._imports.get(key)
        if job is None:
            raise NotFound("This upload is not known any more, the app was restarted perhaps. Upload the files again.")
        return job

    def _begin_work(self, job: _Import, work: Callable[[], ImportReport]) -> None:
        with self._lock:
            if job.state.phase != "receiving":
                return
            job.state = replace(job.state, phase="importing", total=len(job.files))
        self._pool.submit(self._work, job, work)

    def _work(self, job: _Import, work: Callable[[], ImportReport]) -> None:
        try:
            report = work()
            self._keep_list(report)
            told = report.as_json()
            self._storage.events.add(EVENT, told)
            job.state = replace(job.state, phase="done", report=told, current="")
        except PlatesegError as error:
            log.error("Import failed: %s", error)
            job.state = replace(job.state, phase="failed", error=str(error))
        except Exception as error:
            # The edge of a background thread: nobody else would ever see what went wrong.
            log.exception("Import failed.")
            job.state = replace(job.state, phase="failed", error=f"Unexpected error ({error}). The app's log has more.")
        finally:
            job.files.clear()
            shutil.rmtree(job.folder, ignore_errors=True)

    def _keep_list(self, report: ImportReport) -> None:
        """Write every remark down when the report leaves some out; an older import's list goes in any case."""
        try:
            self._list.unlink(missing_ok=True)
            if report.is_cut:
                with self._list.open("w", encoding="utf-8", newline="") as file:
                    file.writelines(report.as_csv())
        except OSError as error:
            # The photographs are in. The counts and the first names are told in any case.
            log.warning("The list of the import could not be written (%s).", error.strerror)

    def _import(self, job: _Import) -> ImportReport:
        sources = [SourceFile(name, path) for name, path in job.files.items()]
        return exchange.bring(
            self._storage,
            sources,
            job.folder,
            choice=job.choice,
            progress=self._progress(job),
            cancelled=job.cancelled.is_set,
        )

    def _draw(self, job: _Import, count: int, labelled: int) -> ImportReport:
        return drawn_plates.add(
            self._storage,
            count=count,
            labelled=labelled,
            progress=self._progress(job),
            cancelled=job.cancelled.is_set,
        )

    def _progress(self, job: _Import) -> dataset.Progress:
        def progress(done: int, total: int, name: str) -> None:
            job.state = replace(job.state, done=done, total=total, current=name)

        return progress


def _refuse_closed(job: _Import) -> None:
    if job.state.phase != "receiving":
        raise WrongState("This upload is closed already. Start a new one for more files.")
