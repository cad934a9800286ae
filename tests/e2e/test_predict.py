"""Predict: a photograph in, plates out; the threshold needs no second run of the model."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from plateseg.domain import drawn
from tests.e2e.annotate_page import AnnotatePage, decode
from tests.e2e.dropping import drop
from tests.e2e.pictures import jpeg

MISSED = """() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["photograph"], "car.jpg"));
    const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
    return !document.body.dispatchEvent(drop);
}"""


@pytest.fixture
def car(tmp_path: Path) -> Path:
    """A drawn photograph that nobody has seen, of another seed for every test."""
    seed = abs(hash(tmp_path.name)) % 2**31
    image, _, _ = drawn.draw(np.random.default_rng(seed))
    path = tmp_path / "車.jpg"
    path.write_bytes(jpeg(image))
    return path


@pytest.fixture
def predicted(visit, app, car) -> Locator:
    """The tab with a prediction in it."""
    room = visit(app).page("/?tab=predict").locator('[data-room="predict"]')
    drop(room.get_by_test_id("predict-drop"), car)
    expect(room).to_have_attribute("data-state", "ready")
    return room


def set_threshold(room: Locator, value: float) -> None:
    """Move the slider and wait until the figures are of that threshold."""
    with room.page.expect_response(re.compile(rf"/api/predictions/\w+\?threshold={value:.2f}$")):
        room.get_by_test_id("threshold").fill(f"{value:.2f}")
    expect(room.locator(".pr-table.stale")).to_have_count(0)


def pixels(room: Locator) -> int:
    """The mask's size as the panel says it."""
    return int(room.get_by_test_id("predict-mask-pixels").inner_text().split(" px")[0].replace(",", ""))


def download(room: Locator, what: str) -> np.ndarray:
    """The file behind a download button, decoded."""
    with room.page.expect_download() as got:
        room.get_by_test_id(f"download-{what}").click()
    assert got.value.suggested_filename.startswith(f"車_{what}.")
    return cv2.imread(str(got.value.path()), cv2.IMREAD_UNCHANGED)


class TestThreshold:
    """It acts at once, in the browser, and the downloads follow it."""

    def test_it_acts_without_the_model_running_again(self, predicted):
        posted: list[str] = []
        predicted.page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
        counts = []
        for value in (0.05, 0.3, 0.9):
            set_threshold(predicted, value)
            counts.append(pixels(predicted))
        assert counts[0] > counts[1] > counts[2]
        assert [url for url in posted if "/api/predictions" in url] == []

    def test_the_canvas_follows_before_the_server_has_counted(self, predicted, app):
        predicted.get_by_test_id("view-mask").click()
        predicted.page.route("**/api/predictions/*?threshold=*", lambda route: None)
        white = []
        for value in (0.02, 0.98):
            predicted.get_by_test_id("threshold").fill(f"{value:.2f}")
            white.append(white_pixels(predicted))
        assert white[0] > white[1]

    def test_downloads_are_cut_at_the_slider(self, predicted, car):
        photograph = cv2.imread(str(car))
        set_threshold(predicted, 0.2)
        low = download(predicted, "mask")
        assert low.shape == photograph.shape[:2]
        assert set(np.unique(low)) <= {0, 255}
        assert (low == 255).sum() == pixels(predicted)
        set_threshold(predicted, 0.8)
        assert (download(predicted, "mask") == 255).sum() == pixels(predicted) < (low == 255).sum()
        assert download(predicted, "overlay").shape == photograph.shape

    def test_reset_goes_back_to_a_half(self, predicted):
        before = pixels(predicted)
        set_threshold(predicted, 0.1)
        predicted.get_by_test_id("threshold-reset").click()
        expect(predicted.get_by_test_id("threshold-value")).to_have_text("0.50")
        expect(predicted.get_by_test_id("predict-mask-pixels")).to_contain_text(f"{before:,} px")


class TestResult:
    """Figures, plates, the way into the dataset."""

    def test_the_figures_are_there(self, predicted):
        expect(predicted.get_by_test_id("predict-size")).to_have_text("640 × 480 px")
        expect(predicted.get_by_test_id("predict-model-name")).to_have_text("tiny")
        expect(predicted.get_by_test_id("predict-time")).to_have_text(re.compile(r"^[\d.]+ m?s$"))
        set_threshold(predicted, 0.05)
        expect(predicted.get_by_test_id("plate-row-0")).to_be_visible()

    def test_added_to_the_dataset_the_mask_is_a_proposal_in_annotate(self, predicted, app):
        set_threshold(predicted, 0.05)
        wanted = download(predicted, "mask") == 255
        predicted.get_by_test_id("add-dataset").click()
        expect(predicted.get_by_test_id("predict-kept")).to_contain_text("Added with this mask as its proposal")
        predicted.get_by_test_id("open-annotate").click()
        editor = AnnotatePage(predicted.page, app.url)
        predicted.page.wait_for_function("() => window.__plateseg?.editor?.item?.name === '車.jpg'")
        item = editor.item
        editor.await_item(item)
        expect(editor.part("proposal")).to_have_attribute("data-phase", "offered")
        assert app.get(f"/api/items/{item}")["status"] == "proposed"
        editor.press("a")
        app.wait_for(lambda: app.get(f"/api/items/{item}")["status"] == "labelled", "the accepted mask")
        assert np.array_equal(decode(app.get(f"/api/items/{item}")["mask"]), wanted)

    def test_a_file_that_is_no_photograph_says_so(self, visit, app, tmp_path):
        visitor = visit(app)
        visitor.watch.allow("status of 400")
        fake = tmp_path / "letter.jpg"
        fake.write_text("Dear Sir or Madam")
        room = visitor.page("/?tab=predict").locator('[data-room="predict"]')
        room.get_by_test_id("predict-input").set_input_files(fake)
        expect(room).to_have_attribute("data-state", "error")
        expect(room.get_by_test_id("predict-error")).to_contain_text("letter.jpg")

    def test_several_photographs_are_taken_one_after_another(self, predicted, tmp_path):
        paths = []
        for number in range(2):
            paths.append(tmp_path / f"more_{number}.jpg")
            paths[-1].write_bytes(jpeg(drawn.draw(np.random.default_rng([3, number]))[0]))
        predicted.get_by_test_id("predict-input").set_input_files(paths)
        for key in (1, 2, 3):
            expect(predicted.get_by_test_id(f"predict-shot-{key}")).to_contain_text(re.compile(r"0\.\d{3}|no plate"))
        # One that misses the tab, dropped on the strip above it, does not take the browser away from the page.
        assert predicted.page.evaluate(MISSED)


def test_without_a_model_the_tab_says_where_to_get_one(visit, bare_app, car):
    visitor = visit(bare_app)
    room = visitor.page("/?tab=predict").locator('[data-room="predict"]')
    expect(room.get_by_test_id("predict-no-model")).to_contain_text("train one on the Train tab")
    visitor.watch.allow("status of 404")
    drop(room.get_by_test_id("predict-drop"), car)
    expect(room.get_by_test_id("predict-error")).to_contain_text("no model yet")
    room.get_by_test_id("go-train").click()
    expect(room.page).to_have_url(f"{bare_app.url}/?tab=train")


def white_pixels(room: Locator) -> int:
    """White pixels of the canvas, once it is drawn."""
    return int(
        room.locator("canvas").last.evaluate(
            """async (canvas) => {
                await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                let count = 0;
                for (let at = 0; at < data.length; at += 4) count += data[at] === 255 && data[at + 1] === 255;
                return count;
            }"""
        )
    )
