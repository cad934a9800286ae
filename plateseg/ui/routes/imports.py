"""Uploads: files come in one by one, are imported as one set, and leave a report that stays."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from plateseg.services import imports
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer
from plateseg.ui.routes.bodies import read_json, whole_number, write_to


def router(context: Context) -> APIRouter:
    """All routes under /api/imports."""
    routes = APIRouter()

    @routes.get("/imports/latest")
    def latest() -> Response:
        found = context.storage.events.latest(imports.EVENT)
        return json_answer({"report": found[1] if found else None, "at": found[0].isoformat() if found else None})

    @routes.post("/imports")
    def begin() -> Response:
        return json_answer({"id": context.imports.begin()}, 201)

    @routes.put("/imports/{import_id}/files")
    async def put_file(import_id: str, path: str, request: Request) -> Response:
        place = context.imports.place(import_id, path)
        received = await write_to(request, place, limit=imports.MAX_FILE_BYTES)
        context.imports.received(import_id, path, place)
        return json_answer({"ok": True, "received": received})

    @routes.post("/imports/drawn")
    async def drawn(request: Request) -> Response:
        content = {"count": 24, "labelled": 18} | await read_json(request)
        count, labelled = whole_number(content, "count"), whole_number(content, "labelled")
        return json_answer({"id": context.imports.begin_drawn(count=count, labelled=labelled)}, 201)

    @routes.post("/imports/{import_id}/finish")
    def finish(import_id: str) -> Response:
        context.imports.finish(import_id)
        return json_answer({"id": import_id})

    @routes.post("/imports/{import_id}/cancel")
    def cancel(import_id: str) -> Response:
        context.imports.cancel(import_id)
        return json_answer({"id": import_id})

    @routes.get("/imports/{import_id}")
    def state(import_id: str) -> Response:
        return json_answer(context.imports.state(import_id).as_json())

    return routes
