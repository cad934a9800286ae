"""Reading what a browser sends, within limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from fastapi import Request

from plateseg.errors import BadInput
from storage.blobs import translated_access

MAX_JSON_BYTES = 64 * 2**20


async def read_bytes(request: Request, *, limit: int) -> bytes:
    """The body. Raises BadInput when it is larger than `limit` bytes, without reading on."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BadInput(_too_large(limit))
        chunks.append(chunk)
    return b"".join(chunks)


async def read_json(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Raises BadInput."""
    body = await read_bytes(request, limit=MAX_JSON_BYTES)
    try:
        content = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise BadInput("The request is not JSON. Reload the page and try again.") from error
    if not isinstance(content, dict):
        raise BadInput("The request is not a JSON object. Reload the page and try again.")
    return content


async def write_to(request: Request, path: Path, *, limit: int) -> int:
    """Stream the body into a file; returns its size in bytes.

    Raises BadInput over the limit and StorageUnavailable on a full disk, leaving no file.
    """
    size = 0
    try:
        with translated_access(), path.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise BadInput(_too_large(limit))
                file.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return size


def whole_number(content: dict[str, Any], key: str) -> int:
    """A field that must be a whole number from 0. Raises BadInput."""
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadInput(f"The request's {key!r} must be a whole number, not {value!r}. Reload the page.")
    return value


def share(content: dict[str, Any], key: str) -> float:
    """A field that is a number from 0 to 1. Raises BadInput."""
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadInput(f"The request's {key!r} must be a number from 0 to 1, not {value!r}.")
    return float(value)


def numbers(content: dict[str, Any], key: str, *, most: int = 1000) -> list[int]:
    """A field that is a list of numbers of photographs. Raises BadInput."""
    values = content.get(key)
    if not isinstance(values, list) or not 0 < len(values) <= most or {type(each) for each in values} != {int}:
        raise BadInput(f"The request's {key!r} must be a list of 1 to {most} numbers of photographs.")
    return values


def text(content: dict[str, Any], key: str, *, limit: int = 200) -> str:
    """A field that is a short text, empty when absent. Raises BadInput."""
    value = content.get(key, "")
    if not isinstance(value, str) or len(value) > limit:
        raise BadInput(f"The request's {key!r} must be a text of at most {limit} characters.")
    return value


def _too_large(limit: int) -> str:
    return f"That is larger than {limit // 2**20} MB, the most that is taken at once."
