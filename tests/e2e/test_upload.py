"""Upload: what comes in by folder, file, ZIP and drop, a report that stays, and the gallery."""

from __future__ import annotations

import re
import zipfile
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.annotate_page import AnnotatePage
from tests.e2e.app_process import App
from tests.e2e.dropping import drop
from tests.e2e.pictures import disc, jpeg, mask_file, smooth

SEEDS = count(50_000)


@pytest.fixture
def room(visit, bare_app) -> Locator:
    """The tab, opened by somebody new."""
    return room_of(visit(bare_app).page("/?tab=upload"))


def room_of(page: Page) -> Locator:
    """The Upload tab of a page, once its gallery is there."""
    room = page.locator('[data-room="upload"]')
    expect(room.locator("section.up-gallery")).to_have_attribute("data-total", re.compile(r"\d+"))
    return room


def photograph(folder: Path, *, mask: bool = False) -> Path:
    """A new photograph in a folder of the seed's layout; returns its path."""
    seed = next(SEEDS)
    path = folder / "images" / f"upload_{seed}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg(smooth(seed, 320, 240)))
    if mask:
        drawn = folder / "masks" / f"upload_{seed}.png"
        drawn.parent.mkdir(exist_ok=True)
        drawn.write_bytes(mask_file(disc(320, 240, x=160, y=120, diameter=50)))
    return path


def expect_report(room: Locator, *, added: int, duplicates: int = 0, masks: int = 0, rejected: int = 0) -> None:
    """The four figures of the report."""
    for name, value in (("added", added), ("duplicates", duplicates), ("masks", masks), ("rejected", rejected)):
        expect(room.get_by_test_id(f"report-{name}")).to_have_text(str(value))


class TestReport:
    """What became of each file."""

    def test_a_folder_with_masks_is_imported_and_its_report_stays_after_a_reload(self, room, tmp_path):
        for mask in (True, True, False):
            photograph(tmp_path / "set", mask=mask)
        room.get_by_test_id("folder-input").set_input_files(tmp_path / "set")
        expect_report(room, added=3, masks=2)
        room.page.reload()
        expect_report(room_of(room.page), added=3, masks=2)

    def test_the_same_files_again_are_duplicates(self, room, tmp_path):
        paths = [photograph(tmp_path), photograph(tmp_path)]
        room.get_by_test_id("file-input").set_input_files(paths)
        expect_report(room, added=2)
        room.get_by_test_id("file-input").set_input_files([*paths, photograph(tmp_path)])
        expect_report(room, added=1, duplicates=2)

    def test_a_text_renamed_jpg_is_rejected_with_its_reason_and_the_others_come_in(self, room, tmp_path):
        fake = tmp_path / "letter.jpg"
        fake.write_text("Dear Sir or Madam")
        room.get_by_test_id("file-input").set_input_files([photograph(tmp_path), fake])
        expect_report(room, added=1, rejected=1)
        expect(room.get_by_test_id("report")).to_have_class(re.compile(r"\bwarn\b"))
        rows = room.get_by_test_id("report-rejected-rows")
        expect(rows).to_be_visible()
        expect(rows).to_contain_text("letter.jpg")
        expect(rows.locator("td").nth(1)).to_have_text(re.compile(r"\w+ .+\."))

    def test_a_name_that_looks_like_markup_is_shown_as_it_is(self, room, tmp_path):
        fake = tmp_path / "<img src=x onerror=alert(1)>.jpg"
        fake.write_text("no photograph")
        room.get_by_test_id("file-input").set_input_files(fake)
        expect(room.get_by_test_id("report-rejected-rows")).to_contain_text("<img src=x onerror=alert(1)>.jpg")

    def test_a_zip_that_is_dropped_is_unpacked(self, room, tmp_path):
        for mask in (True, False):
            photograph(tmp_path / "set", mask=mask)
        packed = tmp_path / "photographs.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted((tmp_path / "set").rglob("*.*")):
                archive.write(path, path.relative_to(tmp_path / "set"))
            archive.writestr("../escape.jpg", b"out of the folder")
        drop(room.get_by_test_id("drop-zone"), packed)
        expect_report(room, added=2, masks=1, rejected=1)
        expect(room.get_by_test_id("report-rejected-rows")).to_contain_text("escape.jpg")

    def test_an_import_under_way_is_taken_up_again_after_a_reload(self, room, tmp_path):
        paths = [photograph(tmp_path) for _ in range(30)]
        room.get_by_test_id("file-input").set_input_files(paths)
        room.page.wait_for_function(
            "() => performance.getEntriesByType('resource').some((e) => /finish$/.test(e.name))"
        )
        room.page.reload()
        expect_report(room_of(room.page), added=30)

    def test_newcomers_walk_the_loop_on_drawn_plates(self, room, bare_app):
        room.get_by_test_id("drawn-plates").click()
        expect(room.get_by_test_id("import-progress")).to_be_visible()
        expect_report(room, added=48, masks=40)
        room.get_by_test_id("report-annotate").click()
        room.page.wait_for_function("() => window.__plateseg?.editor?.item")
        editor = AnnotatePage(room.page, bare_app.url)
        expect(editor.part("item-status")).to_have_text("Unlabelled")


class TestGallery:
    """What there is, 48 a page."""

    @pytest.fixture
    def mixed(self, room, tmp_path) -> str:
        """Two labelled photographs and one without a mask; returns what their names have in common."""
        first = photograph(tmp_path / "set", mask=True)
        photograph(tmp_path / "set", mask=True)
        photograph(tmp_path / "set")
        for path in sorted((tmp_path / "set").rglob("upload_*.*")):
            path.rename(path.with_name(f"{first.stem}_{path.name}"))
        room.get_by_test_id("folder-input").set_input_files(tmp_path / "set")
        expect_report(room, added=3, masks=2)
        return first.stem + "_"

    def test_filters_show_what_they_say(self, room, mixed):
        cards = room.locator('[data-testid^="gallery-item-"]')
        room.get_by_test_id("gallery-search").fill(mixed)
        expect(cards).to_have_count(3)
        room.get_by_test_id("status-todo").click()
        expect(cards).to_have_count(1)
        expect(cards.first).to_have_attribute("data-status", "unlabelled")
        room.get_by_test_id("status-labelled").click()
        expect(cards).to_have_count(2)
        room.get_by_test_id("split-train").click()
        expect(room.get_by_test_id("gallery-empty")).to_contain_text("No photograph matches")
        room.get_by_test_id("clear-filters").click()
        expect(cards).not_to_have_count(0)
        expect(room.get_by_test_id("status-all")).to_have_attribute("aria-pressed", "true")

    def test_every_card_shows_its_picture(self, room, mixed):
        room.get_by_test_id("gallery-search").fill(mixed)
        cards = room.locator('[data-testid^="gallery-item-"]')
        expect(cards).to_have_count(3)
        room.page.wait_for_function(
            "(cards) => cards.length === 3 && cards.every((card) => card.querySelector('img').naturalWidth > 0)",
            arg=[card.element_handle() for card in cards.all()],
        )

    def test_a_card_opens_its_photograph_in_annotate(self, room, bare_app, mixed):
        room.get_by_test_id("gallery-search").fill(mixed)
        cards = room.locator('[data-testid^="gallery-item-"]')
        expect(cards).to_have_count(3)
        number = int((cards.nth(1).get_attribute("data-testid") or "").rsplit("-", 1)[1])
        cards.nth(1).click()
        AnnotatePage(room.page, bare_app.url).await_item(number)
        expect(room.page).to_have_url(f"{bare_app.url}/?tab=annotate&item={number}")

    def test_selected_photographs_are_excluded_brought_back_and_deleted(self, room, bare_app, mixed):
        room.get_by_test_id("gallery-search").fill(mixed)
        cards = room.locator('[data-testid^="gallery-item-"]')
        expect(cards).to_have_count(3)
        numbers = [int((card.get_attribute("data-testid") or "").rsplit("-", 1)[1]) for card in cards.all()]
        room.get_by_test_id("gallery-choose").click()
        for card in cards.all()[:2]:
            card.click()
        expect(room.get_by_test_id("selection-count")).to_have_text("2 photographs selected")
        room.get_by_test_id("selection-exclude").click()
        expect(room.get_by_test_id(f"gallery-item-{numbers[0]}")).to_have_attribute("data-status", "excluded")

        room.get_by_test_id(f"gallery-select-{numbers[0]}").click(force=True)
        room.get_by_test_id("selection-include").click()
        expect(room.get_by_test_id(f"gallery-item-{numbers[0]}")).not_to_have_attribute("data-status", "excluded")

        room.get_by_test_id(f"gallery-select-{numbers[0]}").click(force=True)
        room.get_by_test_id("selection-delete").click()
        dialog = room.get_by_test_id("deletion")
        expect(dialog.get_by_test_id("deletion-lines")).to_contain_text("1 mask of it: 1 imported.")
        expect(dialog.get_by_test_id("deletion-cancel")).to_be_focused()
        room.page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        expect(room.get_by_test_id("selection-delete")).to_be_focused()
        room.page.keyboard.press("Enter")
        dialog.get_by_test_id("deletion-confirm").click()
        expect(cards).to_have_count(2)
        expect(room.get_by_test_id("selection-said")).to_have_text("1 photograph deleted.")
        expect(room.get_by_test_id("gallery-choose")).to_be_focused()
        assert bare_app.ask("GET", f"/api/items/{numbers[0]}")[0] == 404

        room.get_by_test_id("gallery-choose").click()
        room.get_by_test_id("selection-all").click()
        expect(room.get_by_test_id("selection-count")).to_have_text("2 photographs selected")
        room.get_by_test_id("selection-delete").click()
        dialog.get_by_test_id("deletion-confirm").click()
        expect(room.get_by_test_id("gallery-empty")).to_contain_text("No photograph matches")

    def test_more_than_48_photographs_stand_on_pages(self, visit, app):
        app.run_command("drawn", "--count", "50", "--labelled", "20")
        room = room_of(visit(app).page())
        expect(room.locator('[data-testid^="gallery-item-"]')).to_have_count(48)
        room.get_by_test_id("page-2").first.click()
        expect(room.get_by_test_id("gallery-range").first).to_have_text(re.compile(r"^49–\d+ of \d+$"))
        room.get_by_test_id("page-previous").first.click()
        expect(room.get_by_test_id("gallery-range").first).to_have_text(re.compile(r"^1–48 of"))

        first, second = (item["id"] for item in app.get("/api/items", status="todo", limit=2)["items"])
        walk_through_what_is_to_do(open_annotate(room.page, app), first, second)


def open_annotate(page: Page, app: App) -> AnnotatePage:
    """The tab's first visit, by its button: the first photograph to do, with its proposal."""
    page.get_by_role("tab", name="Annotate").click()
    page.wait_for_function("() => window.__plateseg?.editor?.item")
    editor = AnnotatePage(page, app.url)
    return editor.await_item(editor.item)


def walk_through_what_is_to_do(editor: AnnotatePage, first: int, second: int) -> None:
    """The open one is in sight in the list; what is answered keeps its place; no proposal takes a photograph away."""
    assert editor.item == first
    row = editor.part(f"item-{first}")
    expect(row).to_have_attribute("aria-current", "true")
    expect(row).to_be_in_viewport()
    expect(editor.part("item-status")).to_have_text("Proposed")
    expect(row).to_have_attribute("data-status", "proposed")
    editor.part("filter-status").select_option("todo")
    expect(editor.part("counts")).to_have_text(re.compile(r"^1 of \d+$"))
    total = int(editor.part("counts").inner_text().split()[-1])

    editor.page.locator("body").click(position={"x": 2, "y": 2})
    editor.press("n")
    editor.await_item(second)
    expect(editor.part("counts")).to_have_text(f"2 of {total} · 1 outside the filter")
    expect(editor.part("filter-status").locator("option:checked")).to_have_text(f"To do · {total - 1}")
    editor.press("d")
    editor.await_item(first)
    expect(editor.part("item-status")).to_have_text("No plate")
    expect(editor.part("counts")).to_have_text(f"1 of {total} · 1 outside the filter")
