"""Who may talk to the app: known Host names, the page's own origin. Runs before every route, Gradio's included."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = ("localhost", "127.0.0.1", "::1")
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "media-src 'self' blob: data:; frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
)
"""No request may leave the page. Gradio needs inline scripts and eval."""


class Guard:
    """ASGI middleware: refuses foreign Host headers and requests that another site sends."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._allowed = frozenset(LOOPBACK) | {name.lower().strip("[]") for name in allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 with a sentence, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self.refusal(Headers(scope=scope), method=scope.get("method", "GET"), kind=scope["type"])
        if refusal and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if refusal:
            await _refuse(send, refusal)
            return
        await self._app(scope, receive, _hardened(send))

    def refusal(self, headers: Headers, *, method: str, kind: str = "http") -> str:
        """Why a request is refused; empty when it may pass."""
        host = headers.get("host", "")
        if _name(host) not in self._allowed:
            return (
                f"The address {host!r} is not known here. Open http://127.0.0.1 instead, "
                "or name it in PLATESEG_ALLOWED_HOSTS."
            )
        if method in SAFE_METHODS and kind == "http":
            return ""
        origin = headers.get("origin")
        foreign = origin is not None and _place(origin) != host.lower()
        if foreign or headers.get("sec-fetch-site", "same-origin") in ("cross-site", "same-site"):
            return "Another site tried to change something here; that is refused."
        return ""


def _name(host: str) -> str:
    """The name in a Host header, without its port and an IPv6 address's brackets."""
    name, colon, port = host.lower().rpartition(":")
    if not (colon and port.isdecimal()) or (":" in name and not name.endswith("]")):
        name = host.lower()
    return name[1:-1] if name.startswith("[") and name.endswith("]") else name


def _place(origin: str) -> str:
    """Host and port of an Origin header; empty for "null" and for nonsense."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


async def _refuse(send: Send, sentence: str) -> None:
    body = json.dumps({"error": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _hardened(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("content-security-policy", POLICY)
            headers.setdefault("x-content-type-options", "nosniff")
            headers.setdefault("referrer-policy", "no-referrer")
            headers.setdefault("x-frame-options", "SAMEORIGIN")
        await send(message)

    return sending
