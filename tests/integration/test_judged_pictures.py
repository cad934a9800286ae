"""The board's table and pictures: worst first, beside another run, drawn from what was kept."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from plateseg.services import judged_pictures, verdicts
from plateseg.services.prediction import Models
from plateseg.services.run_reporter import PLATE_COLOUR, TRUTH_COLOUR
from tests.integration.judged_samples import BLIND, PERFECT, SHIFTED, finished, labelled_plates


@pytest.fixture
def runs(storage, tmp_path):
    """A champion that is a few pixels off, a perfect run and a blind one, all judged."""
    labelled_plates(storage)
    models = Models(tmp_path / "scratch")
    made = [finished(storage, tmp_path, model, name) for model, name in ((SHIFTED, "a"), (PERFECT, "b"), (BLIND, "c"))]
    for run in made:
        verdicts.judge(storage, models, run.id)
        verdicts.succeed(storage, run)
    return made


def test_the_table_is_worst_first_and_beside_the_champion(client, runs):
    champion, perfect, blind = runs
    own = client.get(f"/api/runs/{champion.id}/scores").json()
    assert own["against"] is None
    assert [each["iou"] for each in own["images"]] == sorted(each["iou"] for each in own["images"])
    assert {each["other_iou"] for each in own["images"]} == {None}

    shown = client.get(f"/api/runs/{perfect.id}/scores").json()
    assert shown["against"] == {"run_id": champion.id, "name": "a"}
    assert {each["other_iou"] for each in shown["images"]} == {each["iou"] for each in own["images"]}
    assert [(each["found"], each["missed"], each["invented"]) for each in shown["images"]] == [(1, 0, 0)] * 8

    beside = client.get(f"/api/runs/{blind.id}/scores?against={perfect.id}").json()
    assert beside["against"]["name"] == "b"
    assert [(each["iou"], each["other_iou"], each["missed"]) for each in beside["images"]] == [(0, 1, 1)] * 8


def test_a_picture_shows_the_plate_large_with_both_masks(client, runs):
    item = client.get("/api/runs/1/scores").json()["images"][0]["item_id"]

    close, whole = (client.get(f"/api/runs/1/scores/{item}/picture?whole={word}") for word in ("false", "true"))

    assert {answer.headers["content-type"] for answer in (close, whole)} == {"image/jpeg"}
    sizes = [cv2.imdecode(np.frombuffer(answer.content, np.uint8), 1).shape[:2] for answer in (close, whole)]
    assert max(sizes[0]) == max(sizes[1]) == judged_pictures.SIDE
    assert sizes[0][1] > sizes[0][0], "around a wide plate, although the photograph is upright"
    again = client.get(f"/api/runs/1/scores/{item}/picture", headers={"if-none-match": close.headers["etag"]})
    assert again.status_code == 304


def test_filled_is_the_models_and_outlined_the_persons():
    image = np.full((60, 96, 3), 100, np.uint8)
    said, real = np.zeros((60, 96), np.uint8), np.zeros((60, 96), np.uint8)
    said[20:40, 10:40], real[20:40, 50:80] = 1, 1

    drawn = judged_pictures._drawn(image, said, real)

    scale = judged_pictures.SIDE / 96
    filled, edge, outside = ((30, 25), (30, 51), (5, 5))
    at = {place: drawn[round(place[0] * scale), round(place[1] * scale)].tolist() for place in (filled, edge, outside)}
    assert at[filled] == pytest.approx([round(0.55 * 100 + 0.45 * value) for value in PLATE_COLOUR], abs=2)
    assert TRUTH_COLOUR in {tuple(pixel) for pixel in drawn[150, 240:260].tolist()}
    assert at[outside] == [100, 100, 100]


@pytest.mark.parametrize(
    "path",
    [
        "/api/runs/9/scores",
        "/api/runs/1/scores?against=9",
        "/api/runs/1/scores/99/picture",
        "/api/runs/9/scores/1/picture",
    ],
)
def test_what_is_not_there_is_said(client, runs, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]


def test_a_run_that_was_not_judged_has_an_empty_table(client, storage, tmp_path, runs):
    run = finished(storage, tmp_path, PERFECT)

    assert client.get(f"/api/runs/{run.id}/scores").json()["images"] == []
