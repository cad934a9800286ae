"""Predictions of dropped photographs: kept in memory for a while, never on disk unless added to the dataset."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from plateseg.domain.images import DEFAULT_LIMITS
from plateseg.errors import BadInput
from plateseg.services.models import refuse_files
from plateseg.services.predictions import Kept, Reading
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import attachment, json_answer
from plateseg.ui.routes.bodies import read_bytes, read_json
from plateseg.ui.routes.views import plate_view


def router(context: Context) -> APIRouter:
    """All routes under /api/predictions."""
    routes = APIRouter()
    _add_predicting(routes, context)
    _add_files(routes, context)
    return routes


def _add_predicting(routes: APIRouter, context: Context) -> None:
    @routes.post("/predictions")
    async def predict(request: Request, model: str = "champion", name: str = "photograph") -> Response:
        refuse_files(model)
        data = await read_bytes(request, limit=DEFAULT_LIMITS.max_bytes)
        kept = await run_in_threadpool(context.predictions.predict, data, model=model, name=name)
        return json_answer(_view(kept), 201)

    @routes.get("/predictions/{key}")
    def cut(key: str, threshold: float = 0.5) -> Response:
        return json_answer(_reading_view(context.predictions.get(key).read(_share(threshold))))

    @routes.post("/predictions/{key}/keep")
    async def keep(key: str, request: Request) -> Response:
        threshold = _share((await read_json(request)).get("threshold", 0.5))
        item_id, duplicate = await run_in_threadpool(context.predictions.keep, key, threshold=threshold)
        return json_answer({"item_id": item_id, "duplicate": duplicate})


def _add_files(routes: APIRouter, context: Context) -> None:
    @routes.get("/predictions/{key}/image")
    def image(key: str) -> Response:
        kept = context.predictions.get(key)
        return _file(kept.photo.served, kept.photo.media_type)

    @routes.get("/predictions/{key}/probability")
    def probability(key: str) -> Response:
        return _file(context.predictions.get(key).probability_png(), "image/png")

    @routes.get("/predictions/{key}/mask")
    def mask(key: str, threshold: float = 0.5) -> Response:
        kept = context.predictions.get(key)
        return _file(kept.mask_png(_share(threshold)), "image/png", save_as=f"{kept.stem}_mask.png")

    @routes.get("/predictions/{key}/overlay")
    def overlay(key: str, threshold: float = 0.5) -> Response:
        kept = context.predictions.get(key)
        return _file(kept.overlay_jpeg(_share(threshold)), "image/jpeg", save_as=f"{kept.stem}_overlay.jpg")


def _view(kept: Kept) -> dict[str, Any]:
    return _reading_view(kept.read(0.5)) | {
        "id": kept.key,
        "name": kept.name,
        "width": kept.photo.width,
        "height": kept.photo.height,
        "model": kept.model,
        "model_id": kept.model_id,
        "seconds": kept.seconds,
        "image": f"/api/predictions/{kept.key}/image",
        "probability": f"/api/predictions/{kept.key}/probability",
    }


def _reading_view(reading: Reading) -> dict[str, Any]:
    return {
        "threshold": reading.threshold,
        "score": reading.score,
        "mask_pixels": reading.mask_pixels,
        "plates": [plate_view(plate) for plate in reading.plates],
    }


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadInput(f"The threshold must be between 0 and 1, not {value!r}.")
    return float(value)


def _file(data: bytes, media_type: str, *, save_as: str = "") -> Response:
    headers = {"cache-control": "private, no-store"}
    if save_as:
        headers["content-disposition"] = attachment(save_as)
    return Response(data, media_type=media_type, headers=headers)
