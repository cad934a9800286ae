"""What the handlers of the page share, made once at start and passed to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from plateseg.services.imports import Imports
from plateseg.services.launcher import Launcher
from plateseg.services.prediction import Models
from plateseg.services.predictions import Predictions
from plateseg.settings import Settings
from storage import Storage


@dataclass(frozen=True, slots=True)
class Context:
    """Storage, settings and the few things that live as long as the app."""

    storage: Storage
    settings: Settings
    models: Models
    predictions: Predictions
    imports: Imports
    launcher: Launcher
    clock: Callable[[], datetime]
