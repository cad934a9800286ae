"""Scaled photographs of a run at work: personal data that must not outlive the process that made them."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from plateseg.errors import WrongState
from plateseg.services import liveness
from plateseg.settings import Settings


def folder(settings: Settings, run_id: int) -> Path:
    """Where a run's process keeps scaled photographs and files on their way to storage."""
    return settings.run_folder(run_id) / "cache"


def drop(settings: Settings, run_id: int) -> None:
    """Remove what a run's process kept. Called by that process when it ends, whatever the outcome."""
    shutil.rmtree(folder(settings, run_id), ignore_errors=True)


def drop_others(settings: Settings, run_id: int) -> None:
    """Remove what killed processes of other runs left behind. Whoever calls holds the device: they are at an end."""
    for path in settings.runs_folder.glob("*/cache"):
        if path != folder(settings, run_id):
            shutil.rmtree(path, ignore_errors=True)


def drop_abandoned(settings: Settings) -> None:
    """Remove what killed processes left behind, unless a run is at work now."""
    left = list(settings.runs_folder.glob("*/cache"))
    if not left:
        return
    with suppress(WrongState), liveness.held_device(settings, wait_seconds=0):
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
