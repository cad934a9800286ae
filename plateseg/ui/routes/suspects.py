"""Label errors: the search, the suspects it found, and what a person says of each."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from plateseg.domain.runs import RunStatus
from plateseg.errors import NotFound
from plateseg.services import suspects
from plateseg.services.suspects import CheckConfig
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer
from plateseg.ui.routes.bodies import read_json
from plateseg.ui.routes.dataset import item_view
from storage.suspects import LabelCheck

SHOWN = 200


def router(context: Context) -> APIRouter:
    """All routes under /api/suspects."""
    routes = APIRouter()
    storage, settings = context.storage, context.settings

    @routes.get("/suspects")
    def found() -> Response:
        return json_answer(_view(context))

    @routes.post("/suspects")
    async def start(request: Request) -> Response:
        resumes = (await read_json(request)).get("resume") is True

        def work() -> LabelCheck:
            now = context.clock()
            if resumes:
                return suspects.resume(storage, settings, now)
            return suspects.start(storage, settings, CheckConfig(), now)

        check = await run_in_threadpool(work)
        suspects.launch(settings, check.id)
        return json_answer({"id": check.id}, 201)

    @routes.post("/suspects/stop")
    def stop() -> Response:
        latest = _latest(context)
        suspects.end_lost(storage, settings, context.clock())
        storage.suspects.request_stop(latest.id)
        return json_answer({"id": latest.id})

    @routes.post("/suspects/{item_id}/keep")
    async def keep(item_id: int, request: Request) -> Response:
        kept = (await read_json(request)).get("kept") is not False

        def work() -> int | None:
            latest = _latest(context)
            storage.suspects.keep(latest.id, item_id, kept=kept)
            return _next(context, latest.id, item_id)

        return json_answer({"kept": kept, "next": await run_in_threadpool(work)})

    @routes.get("/suspects/next")
    def following(item: int = 0) -> Response:
        latest = storage.suspects.latest()
        return json_answer({"next": _next(context, latest.id, item) if latest else None})

    return routes


def suspect_view(context: Context, item_id: int) -> dict[str, Any] | None:
    """What the newest check says of a photograph's present mask, or None when it says nothing or was answered."""
    latest = context.storage.suspects.latest()
    found = context.storage.suspects.of(latest.id, item_id) if latest else None
    if latest is None or found is None or found.score <= suspects.WORTH_A_LOOK or found.kept:
        return None
    return {"check": latest.id, "proposal": found.proposal, "kind": found.kind, "iou": found.iou, "score": found.score}


def _next(context: Context, check_id: int, item_id: int) -> int | None:
    """The worst suspect that waits, but for the one that is open."""
    found = suspects.worst(context.storage, check_id, limit=2)
    return next((item.id for item, _ in found if item.id != item_id), None)


def _latest(context: Context) -> LabelCheck:
    latest = context.storage.suspects.latest()
    if latest is None:
        raise NotFound("No labels were checked yet. Start a check on the Dataset tab.")
    return latest


def _view(context: Context) -> dict[str, Any]:
    storage = context.storage
    latest = storage.suspects.latest()
    if latest is None:
        return {"check": None, "suspects": [], "waiting": 0}
    check = suspects.as_it_stands(latest, context.settings, context.clock())
    return {
        "check": {
            "id": check.id,
            "status": check.status.value,
            "stopping": check.stop_requested and check.status is RunStatus.RUNNING,
            "folds": check.folds,
            "folds_done": check.folds_done,
            "message": check.message,
            "created_at": check.created_at.isoformat(),
        },
        "waiting": storage.suspects.waiting(check.id, above=suspects.WORTH_A_LOOK),
        "suspects": [
            item_view(item) | {"kind": each.kind, "iou": each.iou, "score": each.score, "proposal": each.proposal}
            for item, each in suspects.worst(storage, check.id, limit=SHOWN)
        ],
    }
