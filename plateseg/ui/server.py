"""The web application: guard, data routes, Gradio, in that order."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import gradio as gr
from fastapi import FastAPI

from plateseg.errors import StorageUnavailable
from plateseg.services.imports import Imports
from plateseg.services.launcher import Launcher, farewell
from plateseg.services.prediction import Models
from plateseg.services.predictions import Predictions
from plateseg.settings import Settings
from plateseg.ui import page
from plateseg.ui.context import Context
from plateseg.ui.guard import Guard
from plateseg.ui.routes import add_routes
from storage import Storage

log = logging.getLogger(__name__)

MAX_GRADIO_UPLOAD = "64mb"


def build_app(storage: Storage, settings: Settings, clock: Callable[[], datetime]) -> FastAPI:
    """The ASGI application. Starting it starts the launcher of queued runs; ending it leaves trainers alone."""
    models = Models(settings.scratch / "models")
    context = Context(
        storage=storage,
        settings=settings,
        models=models,
        predictions=Predictions(storage, models),
        imports=Imports(storage, settings.scratch),
        launcher=Launcher(storage, settings),
        clock=clock,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        context.launcher.start()
        try:
            yield
        finally:
            context.launcher.stop()
            _say_farewell(context)

    app = FastAPI(title="plateseg", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.add_middleware(Guard, allowed_hosts=(settings.host, *settings.allowed_hosts))
    add_routes(app, context)
    return _mounted(app, page.build(context))


def _say_farewell(context: Context) -> None:
    with suppress(StorageUnavailable):
        words = farewell(context.storage, context.settings, context.clock())
        if words:
            log.info("%s", words)


def _mounted(app: FastAPI, blocks: gr.Blocks) -> FastAPI:
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        max_file_size=MAX_GRADIO_UPLOAD,
        show_error=True,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
        theme=page.theme(),
        css=page.CSS,
        head=page.HEAD,
    )
    return mounted
