"""Items: lists of them, one with all that the editor needs, their pictures and their status."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

import plateseg
from plateseg.domain.types import TO_DO, TO_DO_NAME, ImageItem, ItemStatus, Split, statuses_named
from plateseg.errors import BadInput
from plateseg.services import annotation
from plateseg.services.models import usable_models
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer, picture
from plateseg.ui.routes.bodies import numbers, read_json, text
from plateseg.ui.routes.suspects import suspect_view
from plateseg.ui.routes.views import item_view, revision_view, runs_of
from storage.filters import ItemFilter, Neighbours

MAX_PAGE = 500
MAX_CHANGED = 500
MAX_ALSO = 500


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
    def page(
        status: str = "", split: str = "", q: str = "", also: str = "", offset: int = 0, limit: int = 48
    ) -> Response:
        chosen, size = _filter(status, split, q), min(max(1, limit), MAX_PAGE)
        found = storage.items.page(chosen, offset=max(0, offset), limit=size, also=_ids(also))
        tally = storage.items.tally()
        counts = {
            state.value: sum(n for (s, part), n in tally.items() if s is state and chosen.split in (None, part))
            for state in ItemStatus
        }
        counts |= {"all": sum(counts.values()), TO_DO_NAME: sum(counts[state.value] for state in TO_DO)}
        splits = {
            part.value: sum(n for (state, p), n in tally.items() if p is part and state in chosen.statuses)
            for part in Split
        }
        splits["all"] = sum(splits.values())
        shown = [item_view(item) for item in found.items]
        return json_answer({"total": found.total, "counts": counts, "split_counts": splits, "items": shown})

    @routes.get("/items/ids")
    def ids(status: str = "", split: str = "", q: str = "") -> Response:
        return json_answer({"ids": storage.items.ids(_filter(status, split, q))})

    @routes.get("/items/{item_id}")
    def item(item_id: int, status: str = "", split: str = "", also: str = "") -> Response:
        found = storage.items.get(item_id)
        beside = storage.items.neighbours(item_id, _filter(status, split), also=_ids(also))
        return json_answer(_item_detail(context, found, beside))


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
        return ItemFilter(statuses_named(status) if status else None, Split(split) if split else None, q.strip())
    except ValueError as error:
        raise BadInput(f"There is no such filter: {error}. Choose one of those on the page.") from error


def _ids(also: str) -> list[int]:
    """Numbers with commas between: what stays in the list although it does not pass the filter any more."""
    try:
        ids = [int(number) for number in also.split(",") if number]
    except ValueError as error:
        raise BadInput(f"These are no numbers of photographs: {also[:40]}. Reload the page.") from error
    if len(ids) > MAX_ALSO or not all(0 < number < 2**63 for number in ids):
        raise BadInput(f"These are no numbers of photographs, or more than {MAX_ALSO}. Reload the page.")
    return ids


def _item_detail(context: Context, item: ImageItem, beside: Neighbours) -> dict[str, Any]:
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
