"""The board of runs: sorted, compared, photograph by photograph, and a worse run that is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from plateseg.domain.runs import CheckpointKind
from plateseg.services import judging, verdicts
from plateseg.services.prediction import Models
from plateseg.settings import read_settings
from storage import open_storage
from tests.e2e.app_process import App
from tests.e2e.test_place import expect_tab
from tests.integration.judged_samples import (
    BLIND,
    PERFECT,
    SHIFTED,
    blind_lite0,
    finished,
    for_photographs,
    labelled_plates,
)


@pytest.fixture(scope="module")
def board_app(start_app, tmp_path_factory) -> App:
    """An app with a champion that is a few pixels off (1), a perfect run (2) and a blind one (3)."""
    home = tmp_path_factory.mktemp("judged") / "home"
    home.mkdir()
    judge_by_hand(home)
    return start_app("board", like=home)


def judge_by_hand(home: Path) -> None:
    """Runs of models made by hand, judged as the trainer does it."""
    settings = read_settings({"PLATESEG_HOME": str(home)})
    storage = open_storage(settings.database_url, settings.blob_url)
    labelled_plates(storage)
    models = Models(settings.scratch / "models")
    for model, name, epochs in ((SHIFTED, "a bit aside", 5), (PERFECT, "perfect", 8), (BLIND, "blind", 5)):
        run = finished(storage, home, model, name, epochs=epochs)
        if model is BLIND:
            weights = blind_lite0(home / "blind.pt")  # the app goes on judging it, and knows no network of the tests
            storage.checkpoints.add(run.id, CheckpointKind.BEST, weights, epoch=1, step=2, val_iou=0.5)
        keep_going = for_photographs(5) if model is BLIND else judging.always  # as if it had been stopped then
        verdicts.judge(storage, models, run.id, keep_going=keep_going)
        verdicts.succeed(storage, run)
    storage.close()


@pytest.fixture
def page(visit, board_app) -> Page:
    """The board, in a browser of somebody new."""
    visitor = visit(board_app)
    visitor.watch.allow(r"412 .*/champion")  # a refusal, which the test provokes
    page = visitor.context.new_page()
    page.goto(f"{board_app.url}/?tab=runs&run=2")
    page.get_by_test_id("face-board").click()
    return page


def order(board: Locator) -> list[str]:
    """Names of the runs from the top."""
    return board.locator('[data-testid="standings"] .rc-link').all_inner_texts()


def overhanging(board: Locator) -> list[str]:
    """Parts of the board that are wider than the room they have."""
    parts = board.locator(".rc-scroll, .rc-panel").evaluate_all(
        "(parts) => parts.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.outerHTML.slice(0, 200))"
    )
    wide = board.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    return [*parts, *(["the page"] if wide else [])]


def test_runs_are_sorted_compared_and_shown_by_photograph(page):
    board = page.get_by_test_id("board")
    expect(board.get_by_test_id("standings").locator("tbody tr")).to_have_count(3)
    assert order(board) == ["perfect", "a bit aside", "blind"]
    board.get_by_test_id("sort-iou").click()
    assert order(board) == ["blind", "a bit aside", "perfect"]
    board.get_by_test_id("sort-verdict").click()
    assert order(board) == ["a bit aside", "perfect", "blind"]

    page.set_viewport_size({"width": 800, "height": 700})
    assert overhanging(board) == [], "At 800 pixels nothing of the board has to be scrolled to sideways."
    expect(board.get_by_test_id("standings").locator("tbody tr").first).to_contain_text("0.")
    page.set_viewport_size({"width": 1280, "height": 800})

    board.get_by_test_id("standing-1-compare").check()
    differing = board.get_by_test_id("differences").locator("tbody tr")
    expect(differing).to_have_text([re.compile("^epochs\\s*8\\s*5$")])
    board.get_by_test_id("differences-all").check()
    expect(differing.filter(has_text="batch size")).to_be_visible()

    board.get_by_test_id("photos-improved").click()
    expect(board.get_by_test_id("judged-strip").locator("img")).to_have_count(12)
    expect(board.get_by_test_id("photo-table").locator("tbody tr").first).to_contain_text("+0.")
    board.get_by_test_id("photos-declined").click()
    expect(board.get_by_test_id("photographs-none")).to_contain_text("no photograph changed")
    board.get_by_test_id("photos-worst").click()
    picture = board.get_by_test_id("judged-strip").locator("img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=picture.element_handle())

    first = board.get_by_test_id("photo-table").locator("tbody .rc-link").first
    item = (first.get_attribute("data-testid") or "").removeprefix("photo-")
    first.click()
    expect_tab(page, "annotate")
    expect(page).to_have_url(re.compile(rf"tab=annotate&item={item}$"))
    page.go_back()
    expect(board).to_be_visible()


def test_a_worse_run_is_refused_and_a_second_click_insists(page, board_app):
    board = page.get_by_test_id("board")
    board.get_by_test_id("standing-3").click()
    expect(board.get_by_test_id("board-verdict")).to_contain_text("on 5 of 8 photographs")
    expect(board.get_by_test_id("photographs-none")).to_have_text(
        "Judged on 5 of 8 photographs so far. Compare now goes on with the others."
    )
    page.get_by_test_id("run-compare").click()
    expect(board.get_by_test_id("board-verdict")).to_contain_text("Against a bit aside (run 1), worse: -0.")
    expect(board.get_by_test_id("board-verdict")).to_contain_text("on 8 photographs")
    expect(page.get_by_test_id("run-compare")).to_be_hidden()
    expect(board.get_by_test_id("photographs-none")).to_be_hidden()
    expect(board.get_by_test_id("judgement-title")).to_have_text("Judged on 8 photographs")
    expect(board.get_by_test_id("judgement-plates").locator("tbody tr").first).to_have_text(
        re.compile(r"all\s*8\s*0\s*0.000\s*–\s*0.000\s*–")
    )
    page.get_by_test_id("run-champion").click()
    expect(page.get_by_test_id("run-champion-why")).to_contain_text("Run 3 is worse than the champion a bit aside")
    expect(page.get_by_test_id("run-champion-why")).to_contain_text("proposes on every photograph without a mask")
    page.get_by_test_id("run-cancel").click()
    assert [run["champion"] for run in board_app.get("/api/runs")["runs"]] == [False, False, True]

    page.get_by_test_id("run-champion").click()
    page.get_by_test_id("run-champion-anyway").click()
    expect(board.get_by_test_id("board-verdict")).to_contain_text("The champion")
    board.get_by_test_id("standing-1").click()
    expect(board.get_by_test_id("board-verdict")).to_contain_text("Against blind (run 3), better: +0.")
    page.get_by_test_id("run-champion").click()
    expect(board.get_by_test_id("board-verdict")).to_contain_text("The champion")
    page.get_by_test_id("face-curves").click()
    expect(page.locator('[data-room="runs"]').get_by_test_id("run-champion-star")).to_be_visible()
