"""The app as the page sees it: real routes behind the real guard on a real storage, without Gradio's page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from plateseg.services.imports import Imports
from plateseg.services.launcher import Launcher
from plateseg.services.prediction import Models
from plateseg.services.predictions import Predictions
from plateseg.settings import Settings
from plateseg.ui.context import Context
from plateseg.ui.guard import Guard
from plateseg.ui.routes import add_routes
from storage import Storage
from tests.conftest import Clock

HERE = "http://127.0.0.1:7860"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose home is where `storage` lies."""
    return Settings(
        home=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'plateseg.db'}",
        blob_url=str(tmp_path / "blobs"),
        machine="this-machine",
    )


@pytest.fixture
def context(storage: Storage, settings: Settings, clock: Clock) -> Context:
    """What the routes share; nobody looks after the queue of runs unless a test starts the launcher."""
    models = Models(settings.scratch / "models")
    return Context(
        storage=storage,
        settings=settings,
        models=models,
        predictions=Predictions(storage, models),
        imports=Imports(storage, settings.scratch),
        launcher=Launcher(storage, settings, tick_seconds=0.1),
        clock=clock,
    )


@pytest.fixture
def app(context: Context) -> FastAPI:
    """Guard and data routes."""
    made = FastAPI()
    made.add_middleware(Guard, allowed_hosts=())
    add_routes(made, context)
    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser on the page; an unexpected error answers 500 like on the real server."""
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as browser:
        yield browser
