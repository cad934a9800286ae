"""One logging setup, called by entry points only."""

from __future__ import annotations

import logging
import sys


def start_logging(level: int = logging.INFO) -> None:
    """Log to standard error, one line a record."""
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s", datefmt="%H:%M:%S"
    )
    for talkative in ("httpx", "httpcore", "alembic", "filelock", "urllib3", "PIL", "asyncio"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
