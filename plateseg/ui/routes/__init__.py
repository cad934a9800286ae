"""Data routes beside the mounted Gradio app: JSON and pictures for the page's components. Not a public API."""

from __future__ import annotations

from fastapi import FastAPI

from plateseg.ui.context import Context
from plateseg.ui.routes import (
    assets,
    augmented,
    dataset,
    deletions,
    exports,
    imports,
    items,
    predictions,
    revisions,
    runs,
    snapshots,
    suspects,
)
from plateseg.ui.routes.answers import add_error_answers


def add_routes(app: FastAPI, context: Context) -> None:
    """Add all routes; must come before Gradio is mounted, which answers 404 to what it does not know."""
    add_error_answers(app)
    for module in (
        items,
        deletions,
        revisions,
        augmented,
        imports,
        exports,
        runs,
        predictions,
        dataset,
        snapshots,
        suspects,
    ):
        app.include_router(module.router(context), prefix="/api")
    app.include_router(assets.router(), prefix="/static")
