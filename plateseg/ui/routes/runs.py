"""Runs: their list, curves, logs and previews, and the buttons beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from plateseg.domain.runs import Run
from plateseg.services import judged_pictures, run_view, training, verdicts
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer, picture
from plateseg.ui.routes.bodies import read_json, text

COMPARED_AT_ONCE = 4.0
"""Seconds of judging in one call."""


def router(context: Context) -> APIRouter:
    """All routes under /api/runs."""
    routes = APIRouter()
    _add_views(routes, context)
    _add_scores(routes, context)
    _add_buttons(routes, context)
    return routes


def _add_views(routes: APIRouter, context: Context) -> None:
    storage, settings = context.storage, context.settings

    @routes.get("/runs")
    def runs() -> Response:
        shown = run_view.view_all(storage, settings, context.clock())
        return json_answer({"runs": shown, "active": sum(run["status"] in run_view.ACTIVE for run in shown)})

    @routes.get("/runs/{run_id}")
    def run(run_id: int) -> Response:
        return json_answer(run_view.view_one(storage, settings, run_id, context.clock()))

    @routes.get("/runs/{run_id}/metrics")
    def metrics(run_id: int, after: int = 0) -> Response:
        cursor, points = storage.metrics.since(run_id, after)
        series: dict[str, list[tuple[int, float, float]]] = {}
        for point in points:
            series.setdefault(point.name, []).append((point.step, point.epoch, point.value))
        return json_answer({"cursor": cursor, "series": series})

    @routes.get("/runs/{run_id}/log")
    def log(run_id: int) -> Response:
        return json_answer({"text": training.log_tail(settings, run_id)})

    @routes.get("/runs/{run_id}/previews")
    def previews(run_id: int) -> Response:
        found = storage.previews.of(run_id)
        names = {preview.position: preview.name for preview in found}
        images = [{"index": position, "name": name} for position, name in sorted(names.items())]
        drawn = Counter(preview.epoch for preview in found)
        # The newest epoch may still be on its way: it is listed once every photograph of it is there.
        epochs = sorted(epoch for epoch, count in drawn.items() if count == len(names))
        return json_answer({"epochs": epochs, "images": images})

    @routes.get("/runs/{run_id}/previews/{epoch}/{index}")
    def preview(run_id: int, epoch: int, index: int, request: Request) -> Response:
        blob = storage.previews.blob(run_id, epoch=epoch, position=index)
        return picture(storage.blobs.get(blob), "image/jpeg", tag=blob, request=request)


def _add_scores(routes: APIRouter, context: Context) -> None:
    storage = context.storage

    @routes.get("/runs/{run_id}/scores")
    def scores(run_id: int, against: int | None = None) -> Response:
        return json_answer(judged_pictures.table(storage, run_id, against=against))

    @routes.get("/runs/{run_id}/scores/{item_id}/picture")
    def drawn(run_id: int, item_id: int, request: Request, whole: bool = False) -> Response:
        jpeg, tag = judged_pictures.draw(storage, run_id, item_id, whole=whole)
        return picture(jpeg, "image/jpeg", tag=tag, request=request)


def _add_buttons(routes: APIRouter, context: Context) -> None:
    storage, settings = context.storage, context.settings

    def view(run: Run) -> Response:
        context.launcher.wake()
        return json_answer(run_view.view_one(storage, settings, run.id, context.clock()))

    buttons: dict[str, Callable[[int], Run]] = {
        "stop": lambda run_id: training.stop(storage, run_id, settings=settings, now=context.clock()),
        "resume": lambda run_id: training.resume(storage, run_id, settings=settings, now=context.clock()),
    }
    for name, press in buttons.items():
        routes.add_api_route(f"/runs/{{run_id}}/{name}", _pressing(press, view), methods=["POST"])

    @routes.post("/runs/{run_id}/champion")
    async def champion(run_id: int, request: Request) -> Response:
        anyway = (await read_json(request)).get("anyway") is True
        return await run_in_threadpool(lambda: view(training.promote(storage, run_id, anyway=anyway)))

    @routes.post("/runs/{run_id}/verdict")
    def verdict(run_id: int) -> Response:
        """Some seconds of judging; the page asks again until nothing is left, as long as somebody looks."""
        verdicts.compare_now(storage, context.models, run_id, seconds=COMPARED_AT_ONCE)
        shown = run_view.view_one(storage, settings, run_id, context.clock())
        return json_answer(shown | {"left": verdicts.left(storage, run_id)})

    @routes.post("/runs/{run_id}/rename")
    async def rename(run_id: int, request: Request) -> Response:
        name = text(await read_json(request), "name")
        return await run_in_threadpool(lambda: view(training.rename(storage, run_id, name)))

    @routes.delete("/runs/{run_id}")
    def delete(run_id: int) -> Response:
        training.delete(storage, run_id, settings=settings, now=context.clock())
        return json_answer({"deleted": True})


def _pressing(press: Callable[[int], Run], view: Callable[[Run], Response]) -> Callable[[int], Any]:
    def button(run_id: int) -> Response:
        return view(press(run_id))

    return button
