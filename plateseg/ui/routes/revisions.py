"""Masks of an item: what is proposed, what was saved, saving and restoring."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from plateseg.domain import masks
from plateseg.domain.mask_health import is_plate_like
from plateseg.domain.types import ImageItem, Mask, MaskRevision, PlateInstance, RevisionSource
from plateseg.errors import BadInput, NotFound, StaleRevision
from plateseg.services import annotation
from plateseg.services.models import refuse_files, usable_models
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer
from plateseg.ui.routes.bodies import read_json, text, whole_number
from plateseg.ui.routes.suspects import suspect_view
from plateseg.ui.routes.views import plate_view, runs_of

LABEL_CHECK = "label-check"
"""The name by which a suspect's page asks for the mask of the model that disagrees."""


def router(context: Context) -> APIRouter:
    """The routes of an item's masks, under /api/items."""
    routes = APIRouter()
    storage = context.storage

    @routes.get("/items/{item_id}/masks/{number}")
    def mask(item_id: int, number: int) -> Response:
        saved = annotation.read_mask(storage, storage.items.get(item_id), number)
        return json_answer({"number": number} | runs_of(saved.mask))

    @routes.post("/items/{item_id}/proposal")
    async def proposal(item_id: int, request: Request) -> Response:
        content = await read_json(request)
        if content.get("revision") is not None:
            return await run_in_threadpool(_earlier, context, item_id, whole_number(content, "revision"))
        return await run_in_threadpool(_propose, context, item_id, text(content, "model") or "champion")

    @routes.post("/items/{item_id}/revisions")
    async def save(item_id: int, request: Request) -> Response:
        return await run_in_threadpool(_save, context, item_id, await read_json(request))

    @routes.post("/items/{item_id}/restore")
    async def restore(item_id: int, request: Request) -> Response:
        content = await read_json(request)
        number, after = whole_number(content, "number"), whole_number(content, "after")

        def work() -> Response:
            try:
                revision = annotation.restore(storage, item_id, number=number, after=after)
            except StaleRevision as error:
                return _stale(context, item_id, error)
            return _saved(context, revision)

        return await run_in_threadpool(work)

    return routes


def _propose(context: Context, item_id: int, model: str) -> Response:
    item = context.storage.items.get(item_id)
    if model == LABEL_CHECK:
        return _suspected(context, item)
    if not usable_models(context.storage):
        return _kept_proposal(context, item)
    try:
        refuse_files(model)
        found = context.models.propose(context.storage, item, model=model)
    except NotFound as error:
        return json_answer({"model": None, "reason": str(error)})
    shown = {"model": found.model, "model_id": found.model_id, "score": found.score}
    return json_answer(shown | _drawn(found.mask, found.instances))


def _suspected(context: Context, item: ImageItem) -> Response:
    """The mask of the label check's model, as a proposal."""
    suspect = suspect_view(context, item.id)
    if suspect is None or not suspect["proposal"]:
        return json_answer({"model": None, "reason": "The label check kept no mask of this photograph."})
    return _kept(annotation.read_mask(context.storage, item, suspect["proposal"]), LABEL_CHECK)


def _kept_proposal(context: Context, item: ImageItem) -> Response:
    """Without a model there may still be what was imported as boxes."""
    kept = annotation.newest_proposal(context.storage, item)
    if kept is None:
        return json_answer({"model": None, "reason": "No model yet: train one on the Train tab."})
    return _kept(kept)


def _earlier(context: Context, item_id: int, number: int) -> Response:
    """What a model proposed before, by the number of its revision."""
    saved = annotation.read_mask(context.storage, context.storage.items.get(item_id), number)
    if saved.revision.source is not RevisionSource.MODEL:
        raise BadInput(f"Revision {number} is no model's. Restore it to make it the mask again.")
    return _kept(saved)


def _kept(saved: annotation.SavedMask, model_id: str = "") -> Response:
    revision = saved.revision
    shown = {"model": revision.seeded_from, "model_id": model_id, "score": revision.score or 0.0}
    return json_answer(shown | {"revision": revision.number} | _drawn(saved.mask, masks.instances(saved.mask)))


def _drawn(mask: Mask, plates: tuple[PlateInstance, ...]) -> dict[str, Any]:
    """A proposal's pixels and plates, each with whether its corners are worth starting from."""
    views = [plate_view(plate) | {"plate_like": is_plate_like(mask, plate)} for plate in plates]
    return {"plates": views} | runs_of(mask)


def _save(context: Context, item_id: int, content: dict[str, Any]) -> Response:
    item = context.storage.items.get(item_id)
    if (content.get("width"), content.get("height")) != (item.width, item.height):
        raise BadInput(
            f"The mask is {content.get('width')}x{content.get('height')}, the photograph is "
            f"{item.width}x{item.height}. Reload the page to edit it at its own size."
        )
    try:
        revision = annotation.save_correction(
            context.storage,
            item_id,
            content.get("runs"),
            after=whole_number(content, "after"),
            no_plate=content.get("no_plate") is True,
            seeded_from=text(content, "seeded_from"),
            author=text(content, "author"),
        )
    except StaleRevision as error:
        return _stale(context, item_id, error)
    return _saved(context, revision)


def _saved(context: Context, revision: MaskRevision) -> Response:
    item = context.storage.items.get(revision.item_id)
    return json_answer(
        {
            "number": revision.number,
            "saved_at": revision.created_at.isoformat(),
            "status": item.status.value,
            "head": item.head,
        },
        201,
    )


def _stale(context: Context, item_id: int, error: StaleRevision) -> Response:
    item = context.storage.items.get(item_id)
    if error.current == 0:
        # Nobody has answered: the edit began from a revision that is gone, as after a backup was taken back.
        nothing = {"number": 0, "author": "", "source": "", "created_at": item.created_at.isoformat()}
        nothing |= runs_of(np.zeros((item.height, item.width), np.uint8))
        return json_answer({"error": str(error), "current": 0, "theirs": nothing}, 409)
    theirs = annotation.read_mask(context.storage, item, error.current)
    view = {
        "number": theirs.revision.number,
        "author": theirs.revision.author,
        "source": theirs.revision.source.value,
        "created_at": theirs.revision.created_at.isoformat(),
    }
    return json_answer({"error": str(error), "current": error.current, "theirs": view | runs_of(theirs.mask)}, 409)
