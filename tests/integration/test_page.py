"""The whole web application with Gradio's page: guard before everything, our routes before Gradio's, little public."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from plateseg.settings import Settings
from storage import open_storage
from tests.conftest import Clock
from tests.integration.conftest import HERE
from tests.integration.uploads import items_of, jpeg, upload


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def page(home):
    """A browser on the real application, built once; its launcher looks after an empty queue."""
    from plateseg.ui.server import build_app  # loads Gradio, which takes seconds

    settings = Settings(home, f"sqlite:///{home / 'plateseg.db'}", str(home / "blobs"), machine="this-machine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(home / "scratch" / "gradio"))
        storage = open_storage(settings.database_url, settings.blob_url)
        with TestClient(build_app(storage, settings, Clock()), base_url=HERE) as browser:
            yield browser
        storage.close()


def test_the_page_is_there_with_its_tabs(page):
    answer = page.get("/")

    assert answer.status_code == 200
    for tab in ("Upload", "Annotate", "Train", "Runs", "Predict"):
        assert tab in answer.text
    assert "/static/shell/shell.js" in answer.text


def test_nothing_on_the_page_comes_from_another_machine(page):
    head = page.get("/").text.split("</head>")[0]

    assert "fonts.googleapis.com" not in head
    assert "google-analytics" not in head
    assert "default-src 'self'" in page.get("/").headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/api/health", "/static/shell/shell.js"])
def test_a_foreign_name_gets_nothing(page, path):
    assert page.get(path, headers={"host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/gradio_api/upload", "/gradio_api/queue/join", "/gradio_api/call/predict", "/api/imports"]
)
def test_another_site_changes_nothing_in_gradio_either(page, path):
    answer = page.post(path, json={}, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403
    assert answer.json()["error"].startswith("Another site tried")


def test_only_predict_and_run_status_are_public(page):
    info = page.get("/gradio_api/info").json()

    assert set(info["named_endpoints"]) == {"/predict", "/run_status"}
    assert info["unnamed_endpoints"] == {}


def test_our_assets_and_gradios_live_side_by_side(page):
    ours = page.get("/static/shell/shell.js")
    assert (ours.status_code, ours.headers["content-type"].split(";")[0]) == (200, "text/javascript")
    assert page.get("/static/shell/../../settings.py").status_code in (403, 404)
    assert page.get("/static/img/logo.svg").headers["content-type"].startswith("image/svg")


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../../../etc/passwd",
        "/file=/etc/passwd",
        "/gradio_api/file=plateseg.db",
        "/gradio_api/file=http://127.0.0.1:1/",
        "/static/../../../../etc/passwd",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/gradio_api/monitoring",
        "/gradio_api/heartbeat/x/../../../file=/etc/passwd",
    ],
)
def test_no_file_of_the_machine_is_served(page, path):
    answer = page.get(path, follow_redirects=False)

    assert answer.status_code in (400, 403, 404, 405)
    assert "root:" not in answer.text


def test_the_stored_files_are_not_among_those_gradio_serves(page, home):
    upload(page, {"car.jpg": jpeg(1)})
    stored = [path for path in home.rglob("*") if path.is_file() and "scratch" not in path.parts]
    assert len(stored) > 2

    for path in stored:
        assert page.get(f"/gradio_api/file={path}").status_code in (403, 404)


def test_a_round_through_the_routes_works_under_gradio(page):
    assert page.get("/api/health").json()["ok"] is True
    upload(page, {"bus.jpg": jpeg(2)})
    item = next(item for item in items_of(page) if item["name"] == "bus.jpg")
    body = {"after": 0, "width": 96, "height": 64, "runs": [0, 6000, 1, 144]}
    assert page.post(f"/api/items/{item['id']}/revisions", json=body).status_code == 201
    assert page.get(f"/api/items/{item['id']}").json()["mask"]["runs"] == [0, 6000, 1, 144]
    missing = page.get("/api/items/99")
    assert (missing.status_code, missing.json()["error"].split(";")[0]) == (404, "There is no photograph 99")
