"""Verbs of the command line, run on a data folder of a bench's own. No starter model: it has seen real photographs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def plateseg(home: Path, *arguments: str) -> str:
    """What a verb printed. Ends the bench when the verb fails."""
    code, printed = attempt(home, *arguments)
    if code:
        raise SystemExit(f"plateseg {' '.join(arguments)} ended with {code}: {printed}")
    return printed.strip()


def attempt(home: Path, *arguments: str) -> tuple[int, str]:
    """A verb's exit code and what it printed."""
    environment = dict(os.environ) | {"PLATESEG_HOME": str(home), "PLATESEG_STARTER": "off"}
    command = [sys.executable, "-m", "plateseg", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout
