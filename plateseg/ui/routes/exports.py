"""The dataset on its way out: what an export would hold, and the export as a ZIP that is made while it is sent."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from fastapi import APIRouter, Response
from starlette.responses import PlainTextResponse, StreamingResponse

from plateseg.domain.annotations.writers import FORMATS
from plateseg.domain.types import Split, statuses_named
from plateseg.errors import BadInput
from plateseg.services import exporting, packing
from plateseg.services.exporting import Export, ExportChoice, Preview
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer
from storage import Storage


def router(context: Context) -> APIRouter:
    """All routes under /api/exports."""
    routes = APIRouter()

    @routes.get("/exports/formats")
    def formats() -> Response:
        return json_answer({"formats": [{"name": each.name, "title": each.title} for each in FORMATS.values()]})

    @routes.get("/exports/preview")
    def preview(format: str, split: str = "", status: str = "", snapshot: int | None = None) -> Response:
        return json_answer(_view(_export(context.storage, _choice(format, split, status), snapshot).preview()))

    @routes.get("/exports/preview.txt")
    def whole_preview(format: str, split: str = "", status: str = "", snapshot: int | None = None) -> Response:
        export = _export(context.storage, _choice(format, split, status), snapshot)
        lines = exporting.text_of(export.preview(), every=True)
        # A file's name may hold what is no text in any encoding.
        text = "\n".join([*lines, ""]).encode("utf-8", "replace")
        return PlainTextResponse(text, headers={"cache-control": "no-store"})

    @routes.get("/exports/file")
    def file(format: str, split: str = "", status: str = "", snapshot: int | None = None) -> Response:
        export = _export(context.storage, _choice(format, split, status), snapshot)
        if export.size == 0:
            raise BadInput("There is nothing to export: no photograph fits what was asked for.")
        name = f"plateseg-{format}-snapshot-{snapshot}.zip" if snapshot else f"plateseg-{format}.zip"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return StreamingResponse(packing.streamed_zip(export.files()), media_type="application/zip", headers=headers)

    return routes


def _view(preview: Preview) -> dict[str, Any]:
    """The preview with the first names of each reason; the text has them all."""
    skipped = [
        {"reason": skip.reason, "count": skip.count, "names": skip.names[: exporting.SHOWN]} for skip in preview.skipped
    ]
    cut = {"skipped": skipped, "renamed": preview.renamed[: exporting.SHOWN], "renamed_count": len(preview.renamed)}
    return asdict(replace(preview, skipped=(), renamed=())) | cut


def _export(storage: Storage, choice: ExportChoice, snapshot: int | None) -> Export:
    """Of what is labelled now, or of a snapshot by its number. Raises BadInput, NotFound."""
    return Export(storage, choice, storage.snapshots.get(snapshot) if snapshot else None)


def _choice(format: str, split: str, status: str) -> ExportChoice:
    """split, status: names with commas between, empty for the usual ones. Raises BadInput."""
    try:
        splits = tuple(Split(name) for name in split.split(",") if name)
        statuses = tuple(each for name in status.split(",") if name for each in statuses_named(name))
    except ValueError as error:
        raise BadInput(f"There is no such choice: {error}. Choose one of those on the page.") from error
    return ExportChoice(format, splits, statuses or exporting.DEFAULT_STATUSES)
