"""Uploads: files come in one by one, are imported as one set, and leave a report that stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from plateseg.domain.annotations import readers
from plateseg.domain.annotations.emptiness import WithoutShape
from plateseg.domain.frames import FrameChoice
from plateseg.errors import BadField, BadInput
from plateseg.services import imports
from plateseg.services.exchange import ImportChoice
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer
from plateseg.ui.routes.bodies import read_json, text, whole_number, write_to

MOST_LABELS, LONGEST_LABEL = 20, 200


def router(context: Context) -> APIRouter:
    """All routes under /api/imports."""
    routes = APIRouter()

    @routes.get("/imports/latest")
    def latest() -> Response:
        found = context.storage.events.latest(imports.EVENT)
        return json_answer({"report": found[1] if found else None, "at": found[0].isoformat() if found else None})

    @routes.get("/imports/latest/list")
    def whole_list() -> Response:
        return FileResponse(
            context.imports.whole_list(),
            media_type="text/csv; charset=utf-8",
            filename="plateseg-import.csv",
            headers={"cache-control": "no-store"},
        )

    @routes.get("/imports/formats")
    def formats() -> Response:
        return json_answer({"formats": [{"name": name, "title": title} for name, title in readers.TITLES.items()]})

    @routes.post("/imports")
    async def begin(request: Request) -> Response:
        choice = choice_of(await read_json(request))
        key = await run_in_threadpool(context.imports.begin, choice)
        return json_answer({"id": key, "max_file_bytes": imports.MAX_FILE_BYTES}, 201)

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


def choice_of(content: dict[str, Any]) -> ImportChoice:
    """The options of an import: `format`, `labels`, `without_shape`, `every`, `by_change`, each with its default.

    Raises BadField with the name of the one that cannot be.
    """
    with _named("format"):
        format = text(content, "format") or readers.AUTO
        readers.check_name(format)
    with _named("labels"):
        labels = _labels(content.get("labels", []))
    with _named("without_shape"):
        without_shape = _without_shape(text(content, "without_shape"))
    with _named("by_change"):
        by_change = _yes_or_no(content.get("by_change", False))
    with _named("every"):
        frames = FrameChoice(_seconds(content.get("every", 1)), by_change)
    return ImportChoice(only=format, labels=labels, without_shape=without_shape, frames=frames)


@contextmanager
def _named(field: str) -> Iterator[None]:
    """Say of which field of the form an error is."""
    try:
        yield
    except BadInput as error:
        raise BadField(str(error), field=field) from error


def _labels(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_LABELS or not all(isinstance(each, str) for each in value):
        raise BadInput(f"Labels are names, at most {MOST_LABELS} of them.")
    names = tuple(dict.fromkeys(name for each in value if (name := each.strip())))
    if any(len(name) > LONGEST_LABEL for name in names):
        raise BadInput(f"A label has at most {LONGEST_LABEL} characters.")
    return names


def _without_shape(value: str) -> WithoutShape:
    try:
        return WithoutShape(value or WithoutShape.AUTO)
    except ValueError as error:
        known = ", ".join(each.value for each in WithoutShape)
        raise BadInput(f"Photographs without a shape are taken as one of {known}, not {value[:40]!r}.") from error


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadInput("Frames by change of the scene are wanted or not: true or false.")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput("The seconds from one frame of a video to the next are a number, such as 1 or 0.5.")
    return float(value)
