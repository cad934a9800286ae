"""The whole loop, by mouse and keys only: upload, correct, train, see the curve, accept a proposal, predict."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from plateseg.domain.types import Mask
from tests.e2e.annotate_page import AnnotatePage, decode
from tests.e2e.app_process import App
from tests.e2e.dropping import drop
from tests.e2e.pictures import Album, disc, iou, make_album
from tests.e2e.test_place import open_tab

LABELLED, UNLABELLED = 40, 5
SETTINGS = {"epochs": "10", "batch_size": "4", "image_size": "160", "learning_rate": "0.0005"}
PLATE = np.array([(0, 0), (120, 4), (118, 44), (-2, 40)])
"""Corners of a plate that is not there, in pixels."""


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """Forty photographs with masks, five without, one to predict on; gone afterwards, for they may be real."""
    folder = tmp_path / "album"
    yield make_album(folder, labelled=LABELLED, unlabelled=UNLABELLED)
    shutil.rmtree(folder)


@pytest.fixture
def own_app(start_app) -> App:
    """An app nobody has used."""
    return start_app("loop")


def test_a_person_closes_the_loop(visit, own_app, album):
    page = visit(own_app).page()
    upload(page, album)
    corrected = correct_the_first(page, own_app)
    run = train(page)
    watch_it_learn(page, own_app, run)
    accepted = accept_the_next_proposal(page, own_app)
    predict(page, album)

    statuses = dict(own_app.rows("SELECT status, count(*) FROM items GROUP BY status"))
    assert statuses.pop("labelled") == LABELLED + 1
    # The page asks for the proposals of the next photographs ahead of time.
    assert sum(statuses.values()) == UNLABELLED - 1
    sources = own_app.rows("SELECT source, seeded_from FROM mask_revisions WHERE item_id = ? ORDER BY number", accepted)
    assert sources == [("model", "first steps"), ("manual", "first steps")]
    assert own_app.rows("SELECT source FROM mask_revisions WHERE item_id = ? ORDER BY number", corrected) == [
        ("imported",),
        ("manual",),
    ]
    assert own_app.rows("SELECT name, status, champion FROM runs") == [("first steps", "finished", 1)]


def upload(page: Page, album: Album) -> None:
    """A folder with images and masks, then a few loose photographs."""
    room = page.locator('[data-room="upload"]')
    expect(room.get_by_test_id("gallery-empty")).to_contain_text("No photographs yet")
    room.get_by_test_id("folder-input").set_input_files(album.folder)
    expect(room.get_by_test_id("report-added")).to_have_text(str(LABELLED))
    expect(room.get_by_test_id("report-masks")).to_have_text(str(LABELLED))
    room.get_by_test_id("file-input").set_input_files(album.unlabelled)
    expect(room.get_by_test_id("report-added")).to_have_text(str(UNLABELLED))
    expect(room.get_by_test_id("report-masks")).to_have_text("0")
    expect(room.get_by_test_id("status-todo")).to_contain_text(str(UNLABELLED))
    expect(room.get_by_test_id("status-labelled")).to_contain_text(str(LABELLED))


def correct_the_first(page: Page, app: App) -> int:
    """Open the first labelled photograph from the gallery; a plate of four corners and a dot of the brush more."""
    page.locator('[data-room="upload"] [data-testid^="gallery-item-"][data-status="labelled"]').first.click()
    editor = AnnotatePage(page, app.url)
    page.wait_for_function("() => window.__plateseg?.editor?.item")
    item = editor.item
    editor.await_item(item)
    before = editor.mask()
    height, width = before.shape
    corner = np.array([width * 0.1, height * 0.1])
    editor.press("q")
    for x, y in corner + PLATE:
        editor.click((x, y))
    editor.press("Enter", "b")
    editor.set_brush(31)
    dot = (width * 0.5, height * 0.08)
    editor.click(dot)
    editor.save(revision=2)

    saved = mask_of(app, item)
    expected = before | drawn_quad(before.shape, corner) | disc(width, height, x=dot[0], y=dot[1], diameter=31)
    assert iou(saved, expected) > 0.9
    assert saved.sum() > before.sum() + 120 * 36 + 31 * 22
    return item


def train(page: Page) -> int:
    """Fill the form, start, and be taken to the run; returns its number."""
    open_tab(page, "train")
    expect(page.locator("#train-dataset")).to_contain_text(f"{LABELLED} labelled photographs")
    page.locator("#train-name textarea, #train-name input").fill("first steps")
    for field, value in SETTINGS.items():
        box = page.locator(f"#train-{field} input")
        box.fill(value)
        box.press("Tab")
    expect(page.locator("#train-estimate")).to_contain_text("an epoch")
    page.locator("#train-start").click()
    page.wait_for_url(re.compile(r"tab=runs&run=\d+"))
    return int(re.search(r"run=(\d+)", page.url).group(1))


def watch_it_learn(page: Page, app: App, run: int) -> None:
    """The curve grows while the run goes on; at its end there are a best IoU and a champion."""
    room = page.locator('[data-room="runs"]')
    expect(room.get_by_test_id("run-status")).to_have_attribute("data-status", "running")
    chart = room.get_by_test_id("chart-loss")
    seen = points_above(chart, 0)
    seen = points_above(chart, seen)
    points_above(chart, seen)
    expect(room.get_by_test_id("run-status")).to_have_attribute("data-status", "finished", timeout=300_000)
    expect(room.get_by_test_id("fact-best")).to_contain_text(re.compile(r"^0\.\d{3} \(epoch \d+\)"))
    expect(room.get_by_test_id("run-champion-star")).to_be_visible()
    assert app.get(f"/api/runs/{run}")["best_iou"] > 0.3


def points_above(chart: Locator, before: int) -> int:
    """Wait for more points than there were; returns how many there are."""
    chart.page.wait_for_function(
        "([chart, before]) => Number(chart.dataset.points) > before", arg=[chart.element_handle(), before]
    )
    return int(chart.get_attribute("data-points") or 0)


def accept_the_next_proposal(page: Page, app: App) -> int:
    """Go on to the next unlabelled photograph, see what the model proposes, accept it; returns its number."""
    open_tab(page, "annotate")
    editor = AnnotatePage(page, app.url)
    wanted = app.get(f"/api/items/{editor.item}")["next_unlabelled"]
    editor.await_item(editor.item).press("x")
    editor.await_item(wanted)
    expect(editor.part("proposal")).to_have_attribute("data-phase", "offered")
    expect(editor.part("proposal-score")).to_have_text(re.compile(r"^[01]\.\d\d$"))
    expect(editor.part("proposal-state")).to_contain_text("Accept it")
    editor.press("a")
    page.wait_for_function("item => window.__plateseg.editor.item.id !== item", arg=wanted)
    expect(editor.part(f"item-{wanted}")).to_have_attribute("data-status", "labelled")
    detail = app.get(f"/api/items/{wanted}")
    assert detail["status"] == "labelled"
    assert detail["revisions"][0]["seeded_from"] == "first steps"
    assert decode(detail["mask"]).sum() > 0
    # The one that opened next is being proposed for already; let that come to its end.
    expect(editor.part("proposal")).to_have_attribute("data-phase", "offered")
    return wanted


def predict(page: Page, album: Album) -> None:
    """Drop a photograph; its mask comes down with the photograph's size."""
    open_tab(page, "predict")
    room = page.locator('[data-room="predict"]')
    drop(room.get_by_test_id("predict-drop"), album.dropped)
    expect(room).to_have_attribute("data-state", "ready")
    expect(room.get_by_test_id("predict-model-name")).to_have_text("first steps")
    with page.expect_download() as download:
        room.get_by_test_id("download-mask").click()
    saved = cv2.imread(str(download.value.path()), cv2.IMREAD_UNCHANGED)
    assert saved.shape == cv2.imread(str(album.dropped)).shape[:2]
    assert set(np.unique(saved)) <= {0, 255}


def mask_of(app: App, item: int) -> Mask:
    """The person's mask as the server has it."""
    return decode(app.get(f"/api/items/{item}")["mask"])


def drawn_quad(shape: tuple[int, int], corner: np.ndarray) -> Mask:
    """The plate that was clicked, drawn by another hand."""
    mask = np.zeros(shape, np.uint8)
    return cv2.fillPoly(mask, [np.round(corner + PLATE).astype(np.int32)], 1)
