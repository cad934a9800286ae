"""One logging setup, called by entry points only."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TIME = "%H:%M:%S"


def start_logging(level: int = logging.INFO) -> None:
    """Log to standard error, one line a record."""
    logging.basicConfig(level=level, stream=sys.stderr, format=FORMAT, datefmt=TIME)
    for talkative in ("httpx", "httpcore", "alembic", "filelock", "urllib3", "PIL", "asyncio"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


@contextmanager
def also_logged_to(path: Path) -> Iterator[None]:
    """Append the log to a file, too, while this block runs; not twice where standard error goes there already."""
    if _is_stderr(path):
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter(FORMAT, datefmt=TIME))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _is_stderr(path: Path) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(sys.stderr.fileno()))
    except (OSError, ValueError):
        return False
