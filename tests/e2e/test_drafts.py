"""No stroke is lost: reloads, closed pages, a server that is away, somebody who was faster."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.annotate_page import AnnotatePage, decode
from tests.e2e.app_process import App
from tests.e2e.pictures import disc

WIDTH, HEIGHT = 640, 480
MINE, THEIRS = (200, 150), (420, 300)


@pytest.fixture
def item(bring, bare_app) -> int:
    """A photograph nobody has answered yet."""
    return bring(bare_app, width=WIDTH, height=HEIGHT)


def annotate(visitor) -> AnnotatePage:
    """A new page of somebody."""
    return AnnotatePage(visitor.context.new_page(), visitor.app.url)


def saved(app: App, item: int, number: int | None = None) -> np.ndarray:
    """A mask as the server has it, the person's present one unless a revision is named."""
    if number is None:
        return decode(app.get(f"/api/items/{item}")["mask"])
    return decode(app.get(f"/api/items/{item}/masks/{number}"))


class TestComingBack:
    """Strokes that were not saved are there again."""

    def test_a_reload_restores_an_unsaved_stroke(self, visit, bare_app, item):
        editor = annotate(visit(bare_app)).open(item)
        editor.stroke((100, 100), (200, 150))
        drawn = editor.mask()
        expect(editor.part("status")).to_contain_text("1 unsaved stroke kept in this browser")
        editor.page.reload()
        editor.await_item(item).expect_notice("Restored 1 stroke")
        assert np.array_equal(editor.mask(), drawn)
        assert bare_app.get(f"/api/items/{item}")["head"] == 0
        editor.save(revision=1)
        assert np.array_equal(saved(bare_app, item), drawn)

    def test_a_closed_page_restores_its_strokes_in_a_new_one(self, visit, bare_app, item):
        visitor = visit(bare_app)
        editor = annotate(visitor).open(item)
        editor.click(MINE)
        editor.click(THEIRS)
        drawn = editor.mask()
        expect(editor.part("status")).to_contain_text("2 unsaved strokes")
        editor.page.close()
        again = annotate(visitor).open(item)
        again.expect_notice("Restored 2 strokes")
        assert np.array_equal(again.mask(), drawn)

    def test_a_stroke_under_way_is_kept_before_the_button_is_let_go(self, visit, bare_app, item):
        visitor = visit(bare_app)
        editor = annotate(visitor).open(item)
        editor.move((100, 100))
        editor.page.mouse.down()
        for x in range(110, 300, 10):
            editor.move((x, 150))
            editor.page.wait_for_timeout(60)
        kept = editor.mask()
        editor.page.close()
        again = annotate(visitor).open(item)
        again.expect_notice("Restored")
        assert (again.mask() & kept).sum() > kept.sum() / 4

    def test_a_page_that_is_open_keeps_its_strokes_to_itself(self, visit, bare_app, item):
        visitor = visit(bare_app)
        one = annotate(visitor).open(item)
        one.click(MINE)
        expect(one.part("status")).to_contain_text("1 unsaved stroke")
        other = annotate(visitor).open(item)
        assert other.mask().sum() == 0
        one.save(revision=1)

    def test_discard_goes_back_to_what_the_server_has(self, visit, bare_app, item):
        visitor = visit(bare_app)
        editor = annotate(visitor).open(item)
        editor.click(MINE)
        expect(editor.part("status")).to_contain_text("1 unsaved stroke")
        editor.page.reload()
        editor.await_item(item).expect_notice("Restored 1 stroke")
        editor.part("notice-action").click()
        expect(editor.part("status")).to_contain_text("No mask yet")
        assert editor.mask().sum() == 0
        editor.page.reload()
        editor.await_item(item)
        expect(editor.part("notice")).to_be_hidden()
        assert editor.mask().sum() == 0

    def test_strokes_left_on_another_photograph_are_told_of_and_go_when_it_is_deleted(
        self, visit, bring, bare_app, item
    ):
        visitor = visit(bare_app)
        editor = annotate(visitor).open(item)
        editor.click(MINE)
        expect(editor.part("status")).to_contain_text("1 unsaved stroke")
        editor.page.close()
        other = bring(bare_app)
        elsewhere = annotate(visitor).open(other)
        elsewhere.expect_notice("1 other photograph has unsaved strokes")
        elsewhere.part("notice-action").click()
        elsewhere.await_item(item).expect_notice("Restored 1 stroke")

        elsewhere.part("delete").click()
        expect(elsewhere.part("deletion-lines")).to_contain_text("The strokes on it that are not saved go too.")
        elsewhere.part("deletion-cancel").click()
        elsewhere.part("delete").click()
        elsewhere.part("deletion-confirm").click()
        elsewhere.await_item(other).expect_notice("1 photograph deleted.")
        assert bare_app.ask("GET", f"/api/items/{item}")[0] == 404
        elsewhere.page.reload()
        elsewhere.await_item(other)
        expect(elsewhere.part("notice")).to_be_hidden()


class TestServerAway:
    """kill -9, and drawing goes on."""

    def test_strokes_go_on_while_the_server_is_away_and_are_saved_when_it_is_back(self, visit, bare_app, item):
        visitor = visit(bare_app)
        visitor.watch.allow_absence()
        editor = annotate(visitor).open(item)
        editor.click(MINE)
        bare_app.kill()
        banner = editor.part("banner")
        expect(banner).to_have_attribute("data-state", "gone")
        expect(banner).to_contain_text("Keep drawing")
        editor.click(THEIRS)
        drawn = editor.mask()
        editor.press("s")
        expect(editor.part("status")).to_contain_text("Server away: 2 unsaved strokes kept in this browser")

        bare_app.start()
        expect(banner).to_have_attribute("data-state", "back")
        editor.expect_saved(1)
        expect(banner).to_be_hidden()
        assert np.array_equal(saved(bare_app, item), drawn)
        assert editor.item == item

    def test_a_page_closed_while_the_server_is_away_saves_later(self, visit, bare_app, item):
        visitor = visit(bare_app)
        visitor.watch.allow_absence()
        editor = annotate(visitor).open(item)
        bare_app.kill()
        editor.click(MINE)
        drawn = editor.mask()
        editor.press("s")
        expect(editor.part("status")).to_contain_text("Server away")
        editor.page.close()

        bare_app.start()
        again = annotate(visitor).open(item)
        again.expect_notice("Restored 1 stroke")
        again.save(revision=1)
        assert np.array_equal(saved(bare_app, item), drawn)


class TestTwoPages:
    """The second save is refused, both masks are kept, the person chooses."""

    @pytest.fixture(params=["pages of one browser", "two browsers"])
    def both(self, request, visit, bare_app, item) -> tuple[AnnotatePage, AnnotatePage]:
        """Two pages on one photograph, the first one of which has saved."""
        visitor = visit(bare_app)
        other = visitor if request.param == "pages of one browser" else visit(bare_app)
        for each in (visitor, other):
            each.watch.allow(r"status of 409")
        first, second = annotate(visitor).open(item), annotate(other).open(item)
        for editor, at in ((first, THEIRS), (second, MINE)):
            editor.set_brush(40)
            editor.click(at)
        first.save(revision=1)
        second.press("s")
        expect(second.part("conflict")).to_be_visible()
        return first, second

    def test_neither_mask_is_lost_while_nobody_has_chosen(self, both, bare_app, item):
        theirs, mine = both
        drawn = mine.mask()
        assert np.array_equal(saved(bare_app, item), theirs.mask())
        expect(mine.part("conflict-mine-pixels")).to_have_text(f"{drawn.sum():,} px")
        expect(mine.part("conflict-theirs-pixels")).to_have_text(f"{theirs.mask().sum():,} px")
        mine.press("Escape")
        expect(mine.part("status")).to_contain_text("somebody saved this photograph meanwhile")
        mine.page.reload()
        expect(mine.part("conflict")).to_be_visible()
        assert np.array_equal(mine.mask(), drawn)
        assert len(bare_app.get(f"/api/items/{item}")["revisions"]) == 1

    def test_mine(self, both, bare_app, item):
        theirs, mine = both
        drawn = mine.mask()
        mine.part("conflict-mine").click()
        mine.expect_saved(2)
        assert np.array_equal(saved(bare_app, item), drawn)
        assert np.array_equal(saved(bare_app, item, 1), theirs.mask())

    def test_theirs(self, both, bare_app, item):
        theirs, mine = both
        mine.part("conflict-theirs").click()
        mine.expect_saved(1)
        assert np.array_equal(mine.mask(), theirs.mask())
        assert len(bare_app.get(f"/api/items/{item}")["revisions"]) == 1
        # The choice was no loss: undo brings the other mask back.
        mine.press("Control+z")
        assert mine.mask()[MINE[1], MINE[0]] == 1

    def test_union(self, both, bare_app, item):
        theirs, mine = both
        union = mine.mask() | theirs.mask()
        mine.part("conflict-union").click()
        mine.expect_saved(2)
        assert np.array_equal(saved(bare_app, item), union)
        assert union[MINE[1], MINE[0]] == union[THEIRS[1], THEIRS[0]] == 1

    def test_the_answer_no_plate_does_not_pass_over_a_mask_somebody_drew(self, both, bare_app, item):
        theirs, mine = both
        mine.press("Escape", "n")
        expect(mine.part("conflict")).to_be_visible()
        assert bare_app.get(f"/api/items/{item}")["status"] == "labelled"
        assert np.array_equal(saved(bare_app, item), theirs.mask())


class TestProposals:
    """A model never overwrites a person."""

    @pytest.fixture
    def labelled(self, app) -> int:
        """A drawn photograph with its mask, in an app with a model."""
        return int(app.get("/api/items", status="labelled")["items"][0]["id"])

    def test_a_proposal_asked_for_lies_over_the_mask_and_changes_nothing(self, visit, app, labelled):
        editor = annotate(visit(app)).open(labelled)
        before = saved(app, labelled)
        expect(editor.part("proposal")).to_have_attribute("data-phase", "none")
        expect(editor.part("proposal").locator(".pe-swatch")).to_have_css("animation-name", "none")
        editor.press("r")
        expect(editor.part("proposal")).to_have_attribute("data-phase", "compared")
        editor.press("s")
        editor.expect_notice("Nothing new to save")
        assert np.array_equal(editor.mask(), before)
        assert np.array_equal(saved(app, labelled), before)
        assert app.get(f"/api/items/{labelled}")["status"] == "labelled"

    def test_a_proposal_becomes_the_mask_when_it_is_touched_and_undo_takes_it_back(self, visit, app):
        item = app.get("/api/items", q="drawn_024")["items"][0]["id"]
        editor = annotate(visit(app)).open(item)
        expect(editor.part("proposal")).to_have_attribute("data-phase", "offered")
        expect(editor.part("proposal-state")).to_contain_text("Accept it")
        assert editor.mask().sum() == 0
        editor.set_brush(10)
        editor.click((30, 30))
        expect(editor.part("proposal")).to_have_attribute("data-phase", "adopted")
        corrected = editor.mask()
        assert corrected.sum() > disc(WIDTH, HEIGHT, x=30, y=30, diameter=10).sum()
        expect(editor.part("status")).to_contain_text("1 unsaved stroke")
        editor.page.reload()
        editor.await_item(item).expect_notice("Restored 1 stroke")
        expect(editor.part("proposal")).to_have_attribute("data-phase", "adopted")
        expect(editor.part("accept")).to_be_disabled()
        assert np.array_equal(editor.mask(), corrected)
        editor.press("Control+z")
        assert editor.mask().sum() == 0
        expect(editor.part("proposal")).to_have_attribute("data-phase", "offered")
        assert app.get(f"/api/items/{item}")["head"] == 0
