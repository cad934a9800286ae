"""serve: the web app."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

APP = Path(__file__).resolve().parents[2] / "app.py"


def add(verbs: Any) -> None:
    """The verb; host, port and folder come from HOST, PORT and PLATESEG_HOME."""
    verb = verbs.add_parser("serve", help="start the web app (HOST, PORT and PLATESEG_HOME say where)")
    verb.set_defaults(run=serve)


def serve(_options: argparse.Namespace) -> int:
    """Run app.py, the one entry to the page: the command line itself never loads Gradio."""
    try:
        return subprocess.call([sys.executable, str(APP)])
    except KeyboardInterrupt:
        return 0
