"""Items, revisions and plates as plain JSON."""

from __future__ import annotations

from typing import Any

from plateseg.domain import masks
from plateseg.domain.types import ImageItem, Mask, MaskRevision, PlateInstance


def item_view(item: ImageItem) -> dict[str, Any]:
    """An item as the gallery and the filmstrip show it."""
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


def revision_view(revision: MaskRevision, head: int) -> dict[str, Any]:
    """A line of the history. head: the number of the item's mask."""
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


def runs_of(mask: Mask) -> dict[str, Any]:
    """A mask as run lengths, with its size. mask: (H, W) uint8."""
    height, width = mask.shape
    return {"width": width, "height": height, "runs": masks.to_runs(mask)}
