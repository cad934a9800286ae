"""The public API: two named endpoints, reached as a stranger would reach them, with gradio_client."""

from __future__ import annotations

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from plateseg.domain import masks


@pytest.fixture(scope="module")
def client(app):
    """A client of the app that has a champion."""
    return Client(app.url, verbose=False)


@pytest.fixture
def photo(app, tmp_path):
    """A photograph of the dataset as a file of one's own."""
    path = tmp_path / "car.jpg"
    item = app.get("/api/items", status="labelled")["items"][0]
    path.write_bytes(app.download(f"/api/items/{item['id']}/image"))
    return path, item


def test_only_the_two_named_endpoints_are_public(client):
    offered = client.view_api(return_format="dict", print_info=False)

    assert sorted(offered["named_endpoints"]) == ["/predict", "/run_status"]
    assert offered["unnamed_endpoints"] == {}


def test_predict_answers_with_plates_and_the_mask_at_the_photographs_size(client, photo):
    path, item = photo

    answer = client.predict(handle_file(path), "champion", 0.5, api_name="/predict")

    assert (answer["width"], answer["height"]) == (item["width"], item["height"])
    mask = masks.from_runs(answer["runs"], width=answer["width"], height=answer["height"])
    assert sum(plate["area"] for plate in answer["plates"]) == np.count_nonzero(mask)


def test_run_status_says_where_a_run_stands(client, app):
    answer = client.predict(1, api_name="/run_status")

    assert (answer["status"], answer["champion"]) == ("finished", True)
    assert answer["best_iou"] == app.get("/api/runs/1")["best_iou"]
    assert {"train/loss", "val/mean_iou"} <= set(answer["metrics"])


@pytest.mark.parametrize(
    ("model", "threshold", "sentence"),
    [("99", 0.5, "There is no run 99"), ("champion", 1.5, "threshold must be between 0 and 1")],
)
def test_what_cannot_be_answered_is_said(client, photo, model, threshold, sentence):
    with pytest.raises(AppError, match=sentence):
        client.predict(handle_file(photo[0]), model, threshold, api_name="/predict")


def test_nothing_describes_the_private_routes(app):
    assert app.ask("GET", "/openapi.json")[0] == 404
    assert app.ask("GET", "/docs")[0] == 404
