"""Snapshots: their list, what differs between two, taking, renaming, bringing back and deleting one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from plateseg.domain.types import ImageItem, Split
from plateseg.services import changed_masks, restoring, versions
from plateseg.services.restoring import Restored
from plateseg.services.versions import NOW, Summary
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer, picture
from plateseg.ui.routes.bodies import read_json, text
from plateseg.ui.routes.dataset import item_view
from storage import Storage

MOST = 100
"""Lines in one answer, whatever is asked for."""
AUTHOR = "Dataset tab"


def router(context: Context) -> APIRouter:
    """All routes under /api/snapshots."""
    routes = APIRouter()
    _add_list(routes, context.storage)
    _add_comparison(routes, context.storage)
    _add_buttons(routes, context.storage)
    return routes


def _add_list(routes: APIRouter, storage: Storage) -> None:
    @routes.get("/snapshots")
    def snapshots(offset: int = 0, limit: int = 20, holding: int | None = None) -> Response:
        page = versions.page(storage, offset=max(0, offset), limit=_few(limit), holding=holding)
        names_only = storage.snapshots.naming_only()
        heads = storage.snapshots.heads()
        named = [{"id": head.id, "name": head.name, "names_only": head.id in names_only} for head in heads]
        shown = list(map(_summary_view, page.shown))
        return json_answer({"snapshots": shown, "offset": page.offset, "total": page.total, "named": named})

    @routes.post("/snapshots")
    async def take(request: Request) -> Response:
        name = text(await read_json(request), "name")
        taken = await run_in_threadpool(versions.take, storage, name)
        return json_answer({"id": taken.id, "name": taken.name, "sha256": taken.sha256}, 201)


def _add_comparison(routes: APIRouter, storage: Storage) -> None:
    @routes.get("/snapshots/diff")
    def diff(before: str, after: str = NOW, kind: str = "", offset: int = 0, limit: int = 24) -> Response:
        return json_answer(_diff_view(storage, before, after, kind, max(0, offset), _few(limit)))

    @routes.get("/snapshots/pictures/{item_id}")
    def change(item_id: int, before: str, after: str, request: Request) -> Response:
        jpeg, tag = changed_masks.draw(storage, item_id, before=before, after=after)
        return picture(jpeg, "image/jpeg", tag=tag, request=request)


def _add_buttons(routes: APIRouter, storage: Storage) -> None:
    @routes.post("/snapshots/{snapshot_id}/rename")
    async def rename(snapshot_id: int, request: Request) -> Response:
        name = text(await read_json(request), "name")
        head = await run_in_threadpool(versions.rename, storage, str(snapshot_id), name)
        return json_answer({"id": head.id, "name": head.name})

    @routes.get("/snapshots/{snapshot_id}/restore")
    def planned(snapshot_id: int, only: bool = False) -> Response:
        plan = restoring.plan(storage, storage.snapshots.get(snapshot_id), only=only)
        return json_answer({"name": plan.snapshot.name, "counts": plan.counts})

    @routes.post("/snapshots/{snapshot_id}/restore")
    async def restore(snapshot_id: int, request: Request) -> Response:
        only = (await read_json(request)).get("only") is True

        def work() -> Restored:
            plan = restoring.plan(storage, storage.snapshots.get(snapshot_id), only=only)
            return restoring.carry_out(storage, plan, author=AUTHOR)

        return json_answer(asdict(await run_in_threadpool(work)))

    @routes.get("/snapshots/{snapshot_id}/deletion")
    def deletion(snapshot_id: int) -> Response:
        refusal = storage.snapshots.refusal(snapshot_id)
        return json_answer({"refusal": refusal, "masks": 0 if refusal else storage.snapshots.masks_alone(snapshot_id)})

    @routes.delete("/snapshots/{snapshot_id}")
    def delete(snapshot_id: int) -> Response:
        return json_answer({"masks": storage.snapshots.delete(snapshot_id)})


def _few(limit: int) -> int:
    return min(MOST, max(1, limit))


def _summary_view(one: Summary) -> dict[str, Any]:
    splits = [split for split in Split if one.sizes.get(split)]
    return {
        "id": one.id,
        "name": one.name,
        "sha256": one.sha256,
        "created_at": one.created_at.isoformat(),
        "counts": [
            {"split": split.value, "photographs": one.sizes[split], "without_plate": one.without_plate.get(split, 0)}
            for split in splits
        ],
        "runs": [{"id": run.id, "name": run.name} for run in one.runs],
        "names_only": one.names_only,
    }


def _diff_view(storage: Storage, before: str, after: str, kind: str, offset: int, limit: int) -> dict[str, Any]:
    difference = versions.diff(storage, before, after)
    counts = {each: len(getattr(difference, each)) for each in versions.KINDS}
    chosen = kind or next((each for each, number in counts.items() if number), versions.KINDS[0])
    lines = versions.lines(storage, difference, chosen, offset=offset, limit=limit)
    items = storage.items.get_many(line["item"] for line in lines)
    return {
        "counts": counts,
        "kind": chosen,
        "offset": offset,
        "lines": [_line_view(line, items.get(line["item"])) for line in lines],
    }


def _line_view(line: dict[str, Any], item: ImageItem | None) -> dict[str, Any]:
    """A difference as a card; `id` is None where the photograph was deleted."""
    masks = line.pop("masks", None)
    if item is None:
        return line | {"id": None, "thumb": "", "picture": ""}
    drawable = masks and line["iou"] is not None
    drawn = f"/api/snapshots/pictures/{item.id}?before={masks[0]}&after={masks[1]}" if drawable else ""
    view = item_view(item)
    return line | {"id": item.id, "thumb": view["thumb"], "picture": drawn}
