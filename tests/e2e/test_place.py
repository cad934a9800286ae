"""Where a person is stands in the address: reload, back, a sent link. And the page keeps to itself."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.annotate_page import AnnotatePage

TABS = ("upload", "annotate", "dataset", "train", "runs", "predict")


def open_tab(page: Page, tab: str) -> None:
    """Press a tab's button."""
    page.get_by_role("tab", name=tab.capitalize()).click()


def expect_tab(page: Page, tab: str) -> None:
    """The tab that is on screen, in the strip and in the title."""
    expect(page.get_by_role("tab", name=tab.capitalize())).to_have_attribute("aria-selected", "true")
    expect(page).to_have_title(f"{tab.capitalize()} · plateseg")


def lightness(page: Page) -> float:
    """Mean grey of what is on screen, 0 to 255."""
    picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    return float(picture.mean())


@pytest.fixture
def two_items(bring, bare_app) -> list[int]:
    """Two photographs."""
    return [bring(bare_app), bring(bare_app)]


class TestAddress:
    """Tab, item and run stand in it."""

    @pytest.mark.parametrize("tab", TABS)
    def test_an_address_opens_its_tab_and_a_reload_stays_there(self, visit, bare_app, tab):
        visitor = visit(bare_app)
        if tab == "train":  # its estimate is under way when the page is left: Gradio complains of its own request's end
            visitor.watch.allow(r"AbortError: signal is aborted|Connection errored out")
        page = visitor.page(f"/?tab={tab}")
        expect_tab(page, tab)
        page.reload()
        expect_tab(page, tab)

    def test_a_press_on_a_tab_is_written_down_and_the_back_button_undoes_it(self, visit, bare_app):
        page = visit(bare_app).page()
        expect_tab(page, "upload")
        for tab in ("predict", "train"):
            open_tab(page, tab)
            expect_tab(page, tab)
            expect(page).to_have_url(f"{bare_app.url}/?tab={tab}")
        page.go_back()
        expect_tab(page, "predict")
        page.go_back()
        expect_tab(page, "upload")
        page.go_forward()
        expect_tab(page, "predict")

    def test_the_item_survives_a_reload_the_back_button_and_being_sent(self, visit, bare_app, two_items):
        first, second = two_items
        visitor = visit(bare_app)
        editor = AnnotatePage(visitor.context.new_page(), bare_app.url).open(first)
        editor.press("f")
        editor.await_item(second)
        expect(editor.page).to_have_url(f"{bare_app.url}/?tab=annotate&item={second}")
        editor.page.reload()
        editor.await_item(second)
        editor.page.go_back()
        editor.await_item(first)

        friend = visit(bare_app)
        AnnotatePage(friend.page(f"/?tab=annotate&item={second}"), bare_app.url).await_item(second)

    def test_a_tab_that_is_left_and_opened_again_shows_the_same_item(self, visit, bare_app, two_items):
        editor = AnnotatePage(visit(bare_app).context.new_page(), bare_app.url).open(two_items[0])
        open_tab(editor.page, "runs")
        expect_tab(editor.page, "runs")
        open_tab(editor.page, "annotate")
        editor.await_item(two_items[0])
        expect(editor.page).to_have_url(f"{bare_app.url}/?tab=annotate&item={two_items[0]}")

    def test_the_run_is_in_the_address(self, visit, app):
        page = visit(app).page("/?tab=runs&run=1")
        expect(page.locator('[data-room="runs"]').get_by_test_id("run-name")).to_have_text("tiny")
        page.reload()
        expect(page.locator('[data-room="runs"]').get_by_test_id("run-name")).to_have_text("tiny")
        open_tab(page, "upload")
        page.go_back()
        expect_tab(page, "runs")
        expect(page).to_have_url(f"{app.url}/?tab=runs&run=1")

    def test_an_item_that_is_not_there_is_said(self, visit, bare_app, two_items):
        visitor = visit(bare_app)
        visitor.watch.allow("status of 404|Error: There is no|ApiError")
        page = visitor.page("/?tab=annotate&item=987654")
        room = page.locator('[data-room="annotate"]')
        expect(room.get_by_test_id("notice-text")).to_contain_text("987654 does not exist")

    def test_a_run_that_is_not_there_is_said(self, visit, app):
        visitor = visit(app)
        visitor.watch.allow("status of 404")
        page = visitor.page("/?tab=runs&run=987654")
        expect(page.locator('[data-room="runs"]').get_by_test_id("run-missing")).to_contain_text("no run 987654")


class TestCost:
    """A tab costs nothing until it is opened; nobody else is asked for anything."""

    def test_no_room_is_fetched_before_its_tab_is_opened(self, visit, bare_app):
        visitor = visit(bare_app)
        page = visitor.page("/?tab=train")
        expect_tab(page, "train")
        page.wait_for_load_state("networkidle")
        rooms = [f"{bare_app.url}/static/{room}/" for room in ("curves", "editor", "upload", "predict")]
        assert [url for url in visitor.watch.requests if url.startswith(tuple(rooms))] == []
        assert [url for url in visitor.watch.requests if "/api/runs" in url] == []

        open_tab(page, "runs")
        expect(page.locator('[data-room="runs"]').get_by_test_id("runs-empty")).to_be_visible()
        assert any(url.startswith(rooms[0]) for url in visitor.watch.requests)
        assert not any(url.startswith(rooms[1]) for url in visitor.watch.requests)

    def test_runs_are_not_asked_for_while_another_tab_is_on_screen(self, visit, app):
        visitor = visit(app)
        page = visitor.page("/?tab=runs&run=1")
        expect(page.locator('[data-room="runs"]').get_by_test_id("run-name")).to_have_text("tiny")
        open_tab(page, "upload")
        expect(page.locator('[data-room="upload"]').get_by_test_id("gallery")).to_be_visible()
        page.wait_for_load_state("networkidle")
        before = len(visitor.watch.requests)
        page.wait_for_timeout(4_000)
        assert visitor.watch.requests[before:] == []

    def test_all_tabs_together_ask_nobody_else(self, visit, app):
        visitor = visit(app)
        page = visitor.page()
        for tab in TABS:
            open_tab(page, tab)
            expect_tab(page, tab)
            page.wait_for_load_state("networkidle")
        assert len(visitor.watch.requests) > 20
        assert visitor.watch.strangers() == []


class TestLook:
    """Light and dark."""

    @pytest.mark.parametrize(("theme", "low", "high"), [("dark", 0, 75), ("light", 160, 255)])
    def test_dark_is_dark_and_light_is_light(self, visit, app, theme, low, high):
        page = visit(app).page(f"/?__theme={theme}")
        for tab in TABS:
            open_tab(page, tab)
            expect_tab(page, tab)
            page.wait_for_load_state("networkidle")
            assert low < lightness(page) < high, tab
            assert f"__theme={theme}" in page.url

    def test_the_system_decides_where_nobody_else_did(self, visit, bare_app):
        page = visit(bare_app, color_scheme="dark").page("/?tab=train")
        expect_tab(page, "train")
        page.wait_for_function("() => document.body.classList.contains('dark')")
        assert lightness(page) < 75

    @pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800), (1920, 1080)])
    def test_no_tab_is_wider_than_the_window(self, visit, app, width, height):
        page = visit(app, size=(width, height)).page()
        expect(page.get_by_role("tab")).to_have_count(len(TABS))
        for tab in TABS:
            open_tab(page, tab)
            expect_tab(page, tab)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth"), tab

    def test_an_app_without_anything_says_what_to_do_in_every_tab(self, visit, start_app):
        page = visit(start_app("nothing")).page()
        sentences = {
            "upload": ("gallery-empty", "Drop images, a folder or a ZIP above, or try it on drawn plates"),
            "annotate": ("empty", "Upload some on the Upload tab"),
            "runs": ("runs-empty", "start one on the Train tab"),
            "predict": ("predict-no-model", "train one on the Train tab"),
        }
        for tab, (testid, sentence) in sentences.items():
            open_tab(page, tab)
            expect(page.locator(f'[data-room="{tab}"]').get_by_test_id(testid)).to_contain_text(sentence)
        open_tab(page, "train")
        expect(page.locator("#train-dataset")).to_contain_text("No photograph is labelled yet")
        page.locator("#train-start").click()
        expect(page.locator("#train-message")).to_contain_text("Not started. No photograph is labelled yet")
