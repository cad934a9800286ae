"""Previews of augmented examples for the Train tab: made when asked for, kept nowhere."""

from __future__ import annotations

from fastapi import APIRouter, Response

from plateseg.domain.train_config import TrainConfig
from plateseg.services import augmented
from plateseg.ui.context import Context


def router(context: Context) -> APIRouter:
    """The one route beside an item's other pictures."""
    routes = APIRouter()

    @routes.get("/items/{item_id}/augmented")
    def example(
        item_id: int, augment: str, image_size: int, crop_size: int = 0, seed: int = 0, turn: int = 0
    ) -> Response:
        config = TrainConfig(augment=augment, image_size=image_size, crop_size=crop_size, seed=seed)
        jpeg = augmented.example(context.storage, item_id, config, turn=abs(turn))
        return Response(jpeg, media_type="image/jpeg", headers={"cache-control": "private, no-store"})

    return routes
