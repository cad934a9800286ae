"""The public API: predict and run_status by name, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file

from plateseg.domain import drawn
from tests.e2e.annotate_page import decode
from tests.e2e.pictures import jpeg


@pytest.fixture
def client(app) -> Client:
    """Gradio's own client, as somebody's script uses it."""
    return Client(app.url, verbose=False)


@pytest.fixture
def car(tmp_path: Path) -> str:
    """A drawn photograph."""
    path = tmp_path / "car.jpg"
    path.write_bytes(jpeg(drawn.draw(np.random.default_rng(11))[0]))
    return str(path)


def test_only_the_two_named_endpoints_are_public(client):
    found = client.view_api(return_format="dict", print_info=False)
    assert set(found["named_endpoints"]) == {"/predict", "/run_status"}
    assert found["unnamed_endpoints"] == {}


def test_predict_answers_with_plates_and_the_whole_mask(client, app, car):
    low = client.predict(image=handle_file(car), model="champion", threshold=0.05, api_name="/predict")
    high = client.predict(image=handle_file(car), model="1", threshold=0.9, api_name="/predict")
    mask = decode(low)
    assert (low["model"], low["width"], low["height"], mask.shape) == ("tiny", 640, 480, (480, 640))
    assert 0 < mask.sum() == sum(plate["area"] for plate in low["plates"])
    assert {"bbox", "quad", "score", "area"} <= set(low["plates"][0])
    assert decode(high).sum() < mask.sum()


@pytest.mark.parametrize(
    ("model", "threshold", "sentence"),
    [("no such run", 0.5, "There is no model 'no such run'"), ("champion", 2, "between 0 and 1")],
)
def test_predict_says_what_is_wrong(client, car, model, threshold, sentence):
    with pytest.raises(Exception, match=sentence):
        client.predict(image=handle_file(car), model=model, threshold=threshold, api_name="/predict")


def test_run_status_tells_where_a_run_stands(client):
    shown = client.predict(run_id=1, api_name="/run_status")
    assert (shown["id"], shown["name"], shown["status"], shown["champion"]) == (1, "tiny", "finished", True)
    assert shown["best_iou"] == pytest.approx(max(shown["best_iou"], shown["metrics"]["val/mean_iou"]))
    with pytest.raises(Exception, match="987654"):
        client.predict(run_id=987654, api_name="/run_status")


def test_no_handler_of_the_page_can_be_called_by_gradios_client(client, app):
    names = [each["api_name"] for each in app.get("/config")["dependencies"]]
    private = [name for name in names if name not in ("predict", "run_status")]
    assert private
    for name in private:
        with pytest.raises(ValueError, match="Cannot find a function"):
            client.predict(api_name=f"/{name}")


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc"])
def test_our_own_routes_are_described_nowhere(app, path):
    assert app.ask("GET", path)[0] == 404


def test_gradios_description_names_the_public_endpoints_only(app):
    paths = app.get("/gradio_api/openapi.json")["paths"]
    named = {path.split("/")[-1] for path in paths if "{event_id}" not in path}
    assert named == {"upload", "predict", "run_status"}
    assert app.ask("GET", "/monitoring")[0] == 403
