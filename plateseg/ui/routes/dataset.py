"""The dataset as a whole: numbers, splits, look-alikes, label problems, files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from plateseg.domain.mask_health import KINDS, REPAIRS, Problem
from plateseg.domain.types import ImageItem, Split
from plateseg.errors import BadInput
from plateseg.services import (
    annotation,
    confirming,
    duplicates,
    inspection,
    measuring,
    problem_pictures,
    repairs,
    splitting,
    verification,
)
from plateseg.services.splitting import Linked, SplitReport
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer, picture
from plateseg.ui.routes.bodies import numbers, read_json, share, text, whole_number
from storage import Storage
from storage.facts import Measured

AT_ONCE_SECONDS = 1.0
SHOWN = 200
PAGE = 60
"""Label problems shown at once."""
FREE = "free"


def router(context: Context) -> APIRouter:
    """All routes under /api/dataset."""
    routes = APIRouter()
    _add_numbers(routes, context.storage)
    _add_splits(routes, context.storage)
    _add_problems(routes, context.storage)
    return routes


def _add_numbers(routes: APIRouter, storage: Storage) -> None:
    @routes.get("/dataset/overview")
    def overview() -> Response:
        return json_answer(asdict(inspection.overview(storage)))

    @routes.post("/dataset/measure")
    def measure() -> Response:
        return json_answer({"left": measuring.measure_due(storage, seconds=AT_ONCE_SECONDS)})

    @routes.post("/dataset/check")
    async def check(request: Request) -> Response:
        after = whole_number({"after": 0} | await read_json(request), "after")
        found = await run_in_threadpool(verification.check_some, storage, after=after, seconds=AT_ONCE_SECONDS)
        return json_answer(asdict(found))


def _add_splits(routes: APIRouter, storage: Storage) -> None:
    @routes.post("/dataset/split")
    async def split(request: Request) -> Response:
        content = {"val": splitting.DEFAULT_VAL_SHARE, "test": 0.0, "seed": 0, "gold": 0} | await read_json(request)

        def work() -> SplitReport:
            return splitting.split(
                storage,
                val=share(content, "val"),
                test=share(content, "test"),
                seed=whole_number(content, "seed"),
                gold=whole_number(content, "gold"),
                anew=content.get("anew") is True,
            )

        return json_answer(_report_view(await run_in_threadpool(work)))

    @routes.post("/dataset/pin")
    async def pin(request: Request) -> Response:
        content = await read_json(request)
        ids, where = numbers(content, "items"), text(content, "split")
        if where == FREE:
            return json_answer({"let_go": await run_in_threadpool(splitting.unpin, storage, ids)})
        if where not in (Split.TRAIN, Split.VAL, Split.TEST):
            raise BadInput(f"A photograph is pinned to train, val or test, not to {where!r}.")
        report = await run_in_threadpool(splitting.pin, storage, ids, Split(where))
        return json_answer(
            {"pinned": report.pinned, "followed": report.followed, "linked": list(map(_linked_view, report.linked))}
        )

    @routes.get("/dataset/duplicates")
    def lookalikes() -> Response:
        groups = duplicates.find(storage)
        shown = [[item_view(item) for item in group.items] for group in groups[:SHOWN]]
        photographs = sum(len(group.items) for group in groups)
        return json_answer({"groups": shown, "total": len(groups), "photographs": photographs})

    @routes.post("/dataset/exclude")
    async def exclude(request: Request) -> Response:
        ids = numbers(await read_json(request), "items")

        def work() -> None:
            for item_id in ids:
                annotation.exclude(storage, item_id, excluded=True)

        await run_in_threadpool(work)
        return json_answer({"excluded": len(ids)})


def _add_problems(routes: APIRouter, storage: Storage) -> None:
    @routes.get("/dataset/problems")
    def problems(kind: str = "", offset: int = 0) -> Response:
        return json_answer(_problems_view(storage, kind, offset))

    @routes.get("/dataset/problems/pictures/{item_id}")
    def problem(item_id: int, kind: str, revision: int, request: Request) -> Response:
        jpeg, tag = problem_pictures.draw(storage, item_id, kind, revision=revision)
        return picture(jpeg, "image/jpeg", tag=tag, request=request)

    @routes.post("/dataset/confirm")
    async def confirm(request: Request) -> Response:
        content = await read_json(request)
        item, revision = whole_number(content, "item"), whole_number(content, "revision")
        kind, right = text(content, "kind"), content.get("right") is not False
        await run_in_threadpool(confirming.confirm, storage, item, kind, revision=revision, right=right)
        return json_answer({"right": right})

    @routes.post("/dataset/repair")
    async def repair(request: Request) -> Response:
        content = await read_json(request)
        kind = text(content, "kind")
        if "item" not in content:
            report = await run_in_threadpool(_repair_all, storage, kind)
            return json_answer(asdict(report))
        item, after = whole_number(content, "item"), whole_number(content, "after")
        revision = await run_in_threadpool(repairs.repair, storage, item, kind, after=after)
        return json_answer({"number": revision.number}, 201)


def _repair_all(storage: Storage, kind: str) -> repairs.RepairReport:
    return repairs.repair_all(storage, measuring.judge(storage), kind)


def _problems_view(storage: Storage, kind: str, offset: int) -> dict[str, Any]:
    """A page of one kind; beyond the end, as after mending the last of a page, it is the last page."""
    judged = measuring.judge(storage)
    counts = {name: sum(any(p.kind == name for p in each.problems) for each in judged) for name in KINDS}
    chosen = kind if kind in KINDS else next((name for name, number in counts.items() if number), "")
    found = [(each.measured, problem) for each in judged for problem in each.problems if problem.kind == chosen]
    offset = max(0, min(offset, len(found) - 1)) // PAGE * PAGE
    shown = found[offset : offset + PAGE]
    items = storage.items.get_many(measured.item_id for measured, _ in shown)
    return {
        "kinds": [
            {"kind": name, "label": label, "count": counts[name], "repairable": name in REPAIRS}
            for name, label in KINDS.items()
        ],
        "kind": chosen,
        "total": len(judged),
        "offset": offset,
        "page": PAGE,
        "items": [
            item_view(items[measured.item_id]) | _problem_view(measured, problem)
            for measured, problem in shown
            if measured.item_id in items
        ],
    }


def _problem_view(measured: Measured, problem: Problem) -> dict[str, Any]:
    query = f"kind={problem.kind}&revision={measured.revision}"
    drawn = f"/api/dataset/problems/pictures/{measured.item_id}?{query}"
    return {"revision": measured.revision, "problem": problem.sentence, "picture": drawn}


def _report_view(report: SplitReport) -> dict[str, Any]:
    return {
        "sizes": {part.value: number for part, number in report.sizes.items()},
        "leak": asdict(report.leak),
        "gold": report.gold,
        "linked": [_linked_view(each) for each in report.linked[:SHOWN]],
    }


def _linked_view(linked: Linked) -> dict[str, Any]:
    return {
        "sentence": linked.sentence(),
        "items": [{"id": m.id, "name": m.name, "split": m.split.value} for m in linked.members[:12]],
    }


def item_view(item: ImageItem) -> dict[str, Any]:
    """A photograph as the Dataset tab shows it."""
    return {
        "id": item.id,
        "name": item.name,
        "status": item.status.value,
        "split": item.split.value,
        "pinned": item.pinned,
        "width": item.width,
        "height": item.height,
        "thumb": f"/api/items/{item.id}/thumb?v={item.thumbnail_blob[:8]}",
    }
