"""Deleting photographs for good: what would go and what stays, and the deletion of what was seen so."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from plateseg.errors import BadInput
from plateseg.services import deleting
from plateseg.ui.context import Context
from plateseg.ui.routes.answers import json_answer
from plateseg.ui.routes.bodies import numbers, read_json
from storage import Storage

MAX_SELECTED = 100_000
MAX_AT_ONCE = 100
"""In one transaction: others wait for it to write."""
NAMED = 3


def router(context: Context) -> APIRouter:
    """The dry run, the deletion of a batch, and of one photograph."""
    routes, storage = APIRouter(), context.storage

    @routes.post("/items/deletion/foresight")
    async def foresight(request: Request) -> Response:
        ids = numbers(await read_json(request), "items", most=MAX_SELECTED)
        return json_answer(await run_in_threadpool(_foresight, storage, ids))

    @routes.post("/items/deletion")
    async def deletion(request: Request) -> Response:
        heads = _heads(await read_json(request))
        done = await run_in_threadpool(storage.items.delete_as_seen, heads)
        return json_answer({"ids": done.ids, "kept": done.kept, "held": done.held_by_snapshots})

    @routes.delete("/items/{item_id}")
    def delete(item_id: int) -> Response:
        gone = storage.items.delete(item_id)
        return json_answer({"deleted": True, "held_by_snapshots": gone.held_by_snapshots})

    return routes


def _foresight(storage: Storage, ids: list[int]) -> dict[str, Any]:
    """seen: number and head of each photograph that is still there; what the deletion is to name."""
    found = deleting.foresee_rest(storage, ids)
    return {
        "seen": [[item.id, item.head] for item in found.items],
        "names": [item.name for item in found.items[:NAMED]],
        "bytes": deleting.weigh(storage, found.items),
        "masks": {source.value: number for source, number in found.masks.items()},
        "held": asdict(found.held),
    }


def _heads(content: dict[str, Any]) -> dict[int, int]:
    """Heads by id, of pairs as the dry run gave them. Raises BadInput."""
    pairs = content.get("seen")
    if not isinstance(pairs, list) or not 0 < len(pairs) <= MAX_AT_ONCE or not all(map(_is_pair, pairs)):
        raise BadInput(f"The request's 'seen' must be a list of 1 to {MAX_AT_ONCE} pairs of photograph and revision.")
    return dict(pairs)


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and [type(each) for each in pair] == [int, int]
