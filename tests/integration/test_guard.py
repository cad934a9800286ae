"""Who may talk to the app: the page itself, under a known name. Everybody else is refused with a sentence."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, WebSocket
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from plateseg.ui.guard import Guard
from tests.integration.conftest import HERE
from tests.integration.uploads import items_of, jpeg, upload


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("127.0.0.1", 200),
        ("localhost:7860", 200),
        ("LocalHost", 200),
        ("[::1]:7860", 200),
        ("[::1]", 200),
        ("evil.example", 403),
        ("evil.example:7860", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example:7860", 403),
        ("127.0.0.1:7860@evil.example", 403),
        ("192.168.0.7:7860", 403),
        ("[::2]:7860", 403),
        ("[", 403),
        ("[]", 403),
        (":7860", 403),
        ("::1", 200),
        ("", 403),
    ],
)
def test_the_host_header_must_be_a_known_name(client, host, status):
    """A name of another site that was pointed at this machine (DNS rebinding) is not."""
    answer = client.get("/api/health", headers={"host": host})

    assert answer.status_code == status
    if status == 403:
        assert "PLATESEG_ALLOWED_HOSTS" in answer.json()["error"]


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        (["plates.lan"], "plates.lan:7860", 200),
        (["Plates.LAN"], "plates.lan", 200),
        (["plates.lan"], "other.lan", 403),
        (["fe80::7"], "[fe80::7]:7860", 200),
        (["[fe80::7]"], "[fe80::7]", 200),
        (["0.0.0.0"], "0.0.0.0:7860", 200),
        ([], "plates.lan", 403),
    ],
)
def test_other_names_can_be_allowed(allowed, host, status):
    app = FastAPI()
    app.add_middleware(Guard, allowed_hosts=allowed)
    app.add_api_route("/", lambda: "welcome")

    assert TestClient(app, base_url=HERE).get("/", headers={"host": host}).status_code == status


FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "http://127.0.0.1:9999"},
    {"origin": "http://localhost:7860"},
    {"origin": "http://127.0.0.1:7860.evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://[::"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    {"origin": HERE, "sec-fetch-site": "cross-site"},
]
CHANGES = [
    ("POST", "/api/imports"),
    ("POST", "/api/items/1/revisions"),
    ("POST", "/api/items/1/status"),
    ("DELETE", "/api/items/1"),
    ("PUT", "/api/imports/x/files?path=a.jpg"),
    ("POST", "/api/runs/1/stop"),
    ("DELETE", "/api/runs/1"),
    ("POST", "/api/predictions"),
    ("POST", "/api/snapshots"),
    ("POST", "/api/snapshots/1/rename"),
    ("POST", "/api/snapshots/1/restore"),
    ("DELETE", "/api/snapshots/1"),
]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: ",".join(headers.values()) or "empty")
def test_another_site_changes_nothing(client, headers):
    upload(client, {"car.jpg": jpeg(1)})

    for method, path in CHANGES:
        answer = client.request(method, path, headers=headers, content=b"{}")
        assert answer.status_code == 403, (method, path)
        assert answer.json()["error"] == "Another site tried to change something here; that is refused."

    assert [item["status"] for item in items_of(client)] == ["unlabelled"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": HERE}, {"origin": HERE, "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}],
)
def test_the_page_itself_and_tools_without_an_origin_may(client, headers):
    assert client.post("/api/imports", headers=headers).status_code == 201


def test_every_answer_tells_the_browser_to_keep_to_this_site(client):
    for path in ("/api/health", "/api/items/99", "/static/shell/shell.js"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("headers", "welcome"),
    [({}, True), ({"origin": HERE}, True), ({"origin": "https://evil.example"}, False), ({"host": "evil"}, False)],
)
def test_a_websocket_from_another_site_is_closed(headers, welcome):
    app = FastAPI()
    app.add_middleware(Guard)

    @app.websocket("/ws")
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("hello")
        await socket.close()

    browser = TestClient(app, base_url=HERE)
    headers = {"host": "127.0.0.1:7860"} | headers
    if welcome:
        with browser.websocket_connect("/ws", headers=headers) as socket:
            assert socket.receive_text() == "hello"
        return
    with pytest.raises(WebSocketDisconnect) as closed, browser.websocket_connect("/ws", headers=headers):
        pass
    assert closed.value.code == 1008
