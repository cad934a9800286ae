"""Items, their pictures, masks, proposals and revisions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

import plateseg
from plateseg.domain import masks
from plateseg.domain.types import ImageItem, ItemStatus, Mask, MaskRevision, PlateInstance, Split
from plateseg.errors import BadInput, NotFound, StaleRevision
from plateseg.services import annotation
from plateseg.services.models import refuse_files, usable_models
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer, picture
from plateseg.ui.routes.bodies import numbers, read_json, text, whole_number
from plateseg.ui.routes.suspects import suspect_view
from storage.filters import ItemFilter
from storage.holding import holdings

MAX_PAGE = 500
MAX_SELECTED = 100_000
LABEL_CHECK = "label-check"
"""The name by which a suspect's page asks for the mask of the model that disagrees."""


def router(context: Context) -> APIRouter:
    """All routes under /api/items, and the two small ones the page asks beside them."""
    routes = APIRouter()
    _add_lists(routes, context)
    _add_pictures(routes, context)
    _add_answers(routes, context)
    return routes


def _add_lists(routes: APIRouter, context: Context) -> None:
    storage = context.storage

    @routes.get("/health")
    def health() -> Response:
        return json_answer({"ok": True, "version": plateseg.__version__})

    @routes.get("/models")
    def models() -> Response:
        runs = usable_models(storage)
        return json_answer(
            {
                "models": [
                    {"id": str(r.id), "name": r.name, "champion": r.champion, "best_iou": r.best_iou} for r in runs
                ]
            }
        )

    @routes.get("/items")
    def page(status: str = "", split: str = "", q: str = "", offset: int = 0, limit: int = 48) -> Response:
        chosen = _filter(status, split, q)
        found = storage.items.page(chosen, offset=max(0, offset), limit=min(max(1, limit), MAX_PAGE))
        tally = storage.items.tally()
        counts = {
            state.value: sum(n for (s, part), n in tally.items() if s is state and chosen.split in (None, part))
            for state in ItemStatus
        }
        counts["all"] = sum(counts.values())
        splits = {
            part.value: sum(n for (state, p), n in tally.items() if p is part and chosen.status in (None, state))
            for part in Split
        }
        splits["all"] = sum(splits.values())
        shown = [_item_view(item) for item in found.items]
        return json_answer({"total": found.total, "counts": counts, "split_counts": splits, "items": shown})

    @routes.get("/items/{item_id}")
    def item(item_id: int, status: str = "", split: str = "") -> Response:
        return json_answer(_item_detail(context, storage.items.get(item_id), _filter(status, split)))


def _add_pictures(routes: APIRouter, context: Context) -> None:
    storage = context.storage

    @routes.get("/items/{item_id}/image")
    def image(item_id: int, request: Request) -> Response:
        item = storage.items.get(item_id)
        return picture(storage.blobs.get(item.image_blob), item.media_type, tag=item.image_blob, request=request)

    @routes.get("/items/{item_id}/thumb")
    def thumb(item_id: int, request: Request) -> Response:
        blob = storage.items.get(item_id).thumbnail_blob
        return picture(storage.blobs.get(blob), "image/jpeg", tag=blob, request=request)

    @routes.get("/items/{item_id}/masks/{number}")
    def mask(item_id: int, number: int) -> Response:
        saved = annotation.read_mask(storage, storage.items.get(item_id), number)
        return json_answer({"number": number} | _runs_of(saved.mask))


def _add_answers(routes: APIRouter, context: Context) -> None:
    storage = context.storage

    @routes.post("/items/{item_id}/proposal")
    async def proposal(item_id: int, request: Request) -> Response:
        model = text(await read_json(request), "model")
        return await run_in_threadpool(_propose, context, item_id, model or "champion")

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

    @routes.post("/items/{item_id}/status")
    async def status(item_id: int, request: Request) -> Response:
        wanted = text(await read_json(request), "status")
        if wanted not in ("excluded", "included"):
            raise BadInput(f"The status can be set to excluded or included, not {wanted!r}.")
        item = await run_in_threadpool(annotation.exclude, storage, item_id, excluded=wanted == "excluded")
        return json_answer({"status": item.status.value})

    @routes.post("/items/held")
    async def held(request: Request) -> Response:
        ids = numbers(await read_json(request), "items", most=MAX_SELECTED)
        return json_answer(asdict(await run_in_threadpool(holdings, storage.database, ids)))

    @routes.delete("/items/{item_id}")
    def delete(item_id: int) -> Response:
        gone = storage.items.delete(item_id)
        return json_answer({"deleted": True, "held_by_snapshots": gone.held_by_snapshots})


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
    return json_answer(
        {
            "model": found.model,
            "model_id": found.model_id,
            "score": found.score,
            "plates": [plate_view(plate) for plate in found.instances],
        }
        | _runs_of(found.mask)
    )


def _suspected(context: Context, item: ImageItem) -> Response:
    """The mask of the label check's model, as a proposal."""
    suspect = suspect_view(context, item.id)
    if suspect is None or not suspect["proposal"]:
        return json_answer({"model": None, "reason": "The label check kept no mask of this photograph."})
    saved = annotation.read_mask(context.storage, item, suspect["proposal"])
    return json_answer(
        {
            "model": saved.revision.seeded_from,
            "model_id": LABEL_CHECK,
            "score": saved.revision.score or 0.0,
            "plates": [plate_view(plate) for plate in masks.instances(saved.mask)],
        }
        | _runs_of(saved.mask)
    )


def _kept_proposal(context: Context, item: ImageItem) -> Response:
    """Without a model there may still be what was imported as boxes."""
    kept = annotation.newest_proposal(context.storage, item)
    if kept is None:
        return json_answer({"model": None, "reason": "No model yet: train one on the Train tab."})
    return json_answer(
        {
            "model": kept.revision.seeded_from,
            "model_id": "",
            "score": kept.revision.score or 0.0,
            "plates": [plate_view(plate) for plate in masks.instances(kept.mask)],
        }
        | _runs_of(kept.mask)
    )


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
        nothing |= _runs_of(np.zeros((item.height, item.width), np.uint8))
        return json_answer({"error": str(error), "current": 0, "theirs": nothing}, 409)
    theirs = annotation.read_mask(context.storage, item, error.current)
    view = {
        "number": theirs.revision.number,
        "author": theirs.revision.author,
        "source": theirs.revision.source.value,
        "created_at": theirs.revision.created_at.isoformat(),
    }
    return json_answer({"error": str(error), "current": error.current, "theirs": view | _runs_of(theirs.mask)}, 409)


def _filter(status: str, split: str, q: str = "") -> ItemFilter:
    try:
        return ItemFilter(ItemStatus(status) if status else None, Split(split) if split else None, q.strip())
    except ValueError as error:
        raise BadInput(f"There is no such filter: {error}. Choose one of those on the page.") from error


def _item_view(item: ImageItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "status": item.status.value,
        "split": item.split.value,
        "pinned": item.pinned,
        "width": item.width,
        "height": item.height,
        "head": item.head,
        "thumb": f"/api/items/{item.id}/thumb?v={item.thumbnail_blob[:8]}",
    }


def _item_detail(context: Context, item: ImageItem, chosen: ItemFilter) -> dict[str, Any]:
    beside = context.storage.items.neighbours(item.id, chosen)
    saved = annotation.open_mask(context.storage, item)
    return _item_view(item) | {
        "image": f"/api/items/{item.id}/image?v={item.image_blob[:8]}",
        "position": beside.position,
        "total": beside.total,
        "previous": beside.previous,
        "next": beside.next,
        "next_unlabelled": beside.next_unlabelled,
        "revisions": [_revision_view(r, item.head) for r in context.storage.revisions.of(item.id)],
        "suspect": suspect_view(context, item.id),
        "mask": {"number": saved.revision.number} | _runs_of(saved.mask) if saved else None,
    }


def _revision_view(revision: MaskRevision, head: int) -> dict[str, Any]:
    return {
        "number": revision.number,
        "source": revision.source.value,
        "author": revision.author,
        "parent": revision.parent,
        "seeded_from": revision.seeded_from,
        "plate_pixels": revision.plate_pixels,
        "score": revision.score,
        "created_at": revision.created_at.isoformat(),
        "current": revision.number == head,
    }


def plate_view(plate: PlateInstance) -> dict[str, Any]:
    """One plate as plain JSON, in pixels of the photograph."""
    return {
        "bbox": [int(side) for side in plate.bbox],
        "quad": [[float(x), float(y)] for x, y in plate.quad],
        "score": float(plate.score),
        "area": int(plate.area),
    }


def _runs_of(mask: Mask) -> dict[str, Any]:
    height, width = mask.shape
    return {"width": width, "height": height, "runs": masks.to_runs(mask)}
