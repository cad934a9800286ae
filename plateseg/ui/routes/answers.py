"""How answers look: JSON, pictures with their caching, and errors as one sentence."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from plateseg.errors import (
    BadCheckpoint,
    BadField,
    BadInput,
    NotBetter,
    NotFound,
    PlatesegError,
    StaleRevision,
    StorageUnavailable,
    WrongState,
)

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[PlatesegError], int], ...] = (
    (NotFound, 404),
    (StaleRevision, 409),
    (NotBetter, 412),
    (WrongState, 409),
    (BadInput, 400),
    (BadCheckpoint, 422),
    (StorageUnavailable, 507),
)


def json_answer(content: Any, status: int = 200) -> Response:
    """JSON that is never cached."""
    return Response(
        orjson.dumps(content), status_code=status, media_type="application/json", headers={"cache-control": "no-store"}
    )


def picture(data: bytes, media_type: str, *, tag: str, request: Request) -> Response:
    """Bytes named by their content: the browser asks once an hour at most, and gets 304 when it has them."""
    headers = {"etag": f'"{tag}"', "cache-control": "private, max-age=3600"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=media_type, headers=headers)


def attachment(name: str) -> str:
    """The header that saves an answer as a file of this name, in whatever script: a mask is paired by it.

    Who does not know the second form (RFC 6266) gets the first, of ASCII.
    """
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def status_of(error: PlatesegError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def add_error_answers(app: FastAPI) -> None:
    """Translate errors into `{"error": sentence}` once, here."""
    handlers: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
        PlatesegError: _on_plateseg_error,
        RequestValidationError: _on_invalid_request,
        HTTPException: _on_http_error,
        Exception: _on_unexpected_error,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def _on_plateseg_error(_request: Request, error: PlatesegError) -> Response:
    status = status_of(error)
    if status >= 500:
        log.error("%s", error)
    field = {"field": error.field} if isinstance(error, BadField) else {}
    return json_answer({"error": str(error)} | field, status)


async def _on_invalid_request(_request: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first.get("loc", ())[1:])
    return json_answer({"error": f"The request cannot be read: {where}: {first.get('msg')}."}, 400)


async def _on_http_error(_request: Request, error: HTTPException) -> Response:
    return json_answer({"error": f"{error.detail}. Reload the page and try again."}, error.status_code)


async def _on_unexpected_error(request: Request, error: Exception) -> Response:
    # The edge of the server: the person is told in the page's own form, the log has the details.
    log.error("%s %s failed.", request.method, request.url.path, exc_info=error)
    return json_answer({"error": "Something went wrong on the server. Its log has the details; try again."}, 500)
