"""Items: lists of them, one with all that the editor needs, their pictures and their status."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

import plateseg
from plateseg.domain.types import ImageItem, ItemStatus, Split
from plateseg.errors import BadInput
from plateseg.services import annotation
from plateseg.services.models import usable_models
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer, picture
from plateseg.ui.routes.bodies import numbers, read_json, text
from plateseg.ui.routes.suspects import suspect_view
from plateseg.ui.routes.views import item_view, revision_view, runs_of
from storage.filters import ItemFilter

MAX_PAGE = 500
MAX_CHANGED = 500


def router(context: Context) -> APIRouter:
    """All routes under /api/items, and the two small ones the page asks beside them."""
    routes = APIRouter()
    _add_lists(routes, context)
    _add_pictures(routes, context)
    _add_changes(routes, context)
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
        shown = [item_view(item) for item in found.items]
        return json_answer({"total": found.total, "counts": counts, "split_counts": splits, "items": shown})

    @routes.get("/items/ids")
    def ids(status: str = "", split: str = "", q: str = "") -> Response:
        return json_answer({"ids": storage.items.ids(_filter(status, split, q))})

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


def _add_changes(routes: APIRouter, context: Context) -> None:
    storage = context.storage

    @routes.post("/items/{item_id}/status")
    async def status(item_id: int, request: Request) -> Response:
        excluded = _is_excluded(text(await read_json(request), "status"))
        item = await run_in_threadpool(annotation.exclude, storage, item_id, excluded=excluded)
        return json_answer({"status": item.status.value})

    @routes.post("/items/status")
    async def statuses(request: Request) -> Response:
        content = await read_json(request)
        chosen = numbers(content, "items", most=MAX_CHANGED)
        excluded = _is_excluded(text(content, "status"))
        return json_answer(
            {"changed": await run_in_threadpool(annotation.exclude_many, storage, chosen, excluded=excluded)}
        )


def _is_excluded(wanted: str) -> bool:
    if wanted not in ("excluded", "included"):
        raise BadInput(f"The status can be set to excluded or included, not {wanted!r}.")
    return wanted == "excluded"


def _filter(status: str, split: str, q: str = "") -> ItemFilter:
    try:
        return ItemFilter(ItemStatus(status) if status else None, Split(split) if split else None, q.strip())
    except ValueError as error:
        raise BadInput(f"There is no such filter: {error}. Choose one of those on the page.") from error


def _item_detail(context: Context, item: ImageItem, chosen: ItemFilter) -> dict[str, Any]:
    beside = context.storage.items.neighbours(item.id, chosen)
    saved = annotation.open_mask(context.storage, item)
    return item_view(item) | {
        "image": f"/api/items/{item.id}/image?v={item.image_blob[:8]}",
        "position": beside.position,
        "total": beside.total,
        "previous": beside.previous,
        "next": beside.next,
        "next_unlabelled": beside.next_unlabelled,
        "revisions": [revision_view(r, item.head) for r in context.storage.revisions.of(item.id)],
        "suspect": suspect_view(context, item.id),
        "mask": {"number": saved.revision.number} | runs_of(saved.mask) if saved else None,
    }
