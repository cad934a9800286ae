"""/static serves the page's own JavaScript and CSS, and not one file more."""

from __future__ import annotations

import pytest

from plateseg.errors import NotFound
from plateseg.ui.routes.assets import MEDIA_TYPES, ROOMS, UI, locate

ASSETS = [
    f"{room}/{path.relative_to(UI / room).as_posix()}"
    for room in ROOMS
    for path in sorted((UI / room).rglob("*"))
    if path.suffix in MEDIA_TYPES
]


def test_every_asset_is_served_with_its_type(client):
    assert len(ASSETS) > 20
    for path in ASSETS:
        answer = client.get(f"/static/{path}")
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith(MEDIA_TYPES[f".{path.rsplit('.', 1)[1]}"])
        assert answer.content == (UI / path).read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "shell/../../settings.py",
        "shell/..%2f..%2fsettings.py",
        "shell/%2e%2e/%2e%2e/settings.py",
        "shell/..%5c..%5csettings.py",
        "shell/../guard.py",
        "shell/%2fetc%2fpasswd",
        "shell//etc/passwd",
        "shell/../editor/../guard.py",
        "editor/__init__.py",
        "editor/",
        "editor",
        "shell/nothing.js",
        "shell/%00.js",
        "shell/shell.js%00.py",
        "shell/" + "x" * 300 + ".js",
        "routes/items.py",
        "../../app.py",
    ],
)
def test_nothing_else_is_served(client, path):
    answer = client.get(f"/static/{path}")

    assert answer.status_code == 404
    assert b"import" not in answer.content


@pytest.mark.parametrize("room", ["routes", "tabs", "..", "", "shell/.."])
def test_another_folder_is_no_room(room):
    with pytest.raises(NotFound):
        locate(room, "items.py")


def test_a_link_that_leads_out_of_the_room_is_not_followed(tmp_path, monkeypatch):
    (tmp_path / "shell").mkdir()
    (tmp_path / "secret.js").write_text("secret")
    (tmp_path / "shell" / "link.js").symlink_to(tmp_path / "secret.js")
    monkeypatch.setattr("plateseg.ui.routes.assets.UI", tmp_path)

    with pytest.raises(NotFound):
        locate("shell", "link.js")


def test_an_unchanged_asset_is_not_sent_again(client):
    first = client.get("/static/shell/shell.js")

    again = client.get("/static/shell/shell.js", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
