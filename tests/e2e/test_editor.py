"""The mask editor by mouse and keys: what is drawn is what is saved, pixel for pixel."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from plateseg.domain.types import Mask
from tests.e2e.annotate_page import AnnotatePage, decode
from tests.e2e.pictures import disc, iou, noise_mask

WIDTH, HEIGHT = 640, 480
HALF_COVERED = 70
"""Alpha of a pixel that the cursor's dark line, 0.55 opaque, covers to one half."""


@pytest.fixture
def editor(visit, bare_app) -> AnnotatePage:
    """The tab in a browser of its own; `open` it on a photograph."""
    return AnnotatePage(visit(bare_app).context.new_page(), bare_app.url)


@pytest.fixture
def opened(editor, bring, bare_app) -> AnnotatePage:
    """The tab on a photograph of WIDTH x HEIGHT without a mask, at the end of the list."""
    return editor.open(bring(bare_app, width=WIDTH, height=HEIGHT))


@pytest.fixture
def saved_mask(bare_app):
    """The person's mask of a photograph as the server has it."""
    return lambda item: decode(bare_app.get(f"/api/items/{item}")["mask"])


def box(x0: int, y0: int, x1: int, y1: int) -> Mask:
    """A filled rectangle."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[y0:y1, x0:x1] = 1
    return mask


class TestExactness:
    """What was loaded and not touched comes back bit for bit."""

    @pytest.mark.parametrize(("width", "height"), [(1280, 720), (4000, 3000)])
    def test_an_untouched_mask_comes_back_bit_for_bit(self, editor, bring, bare_app, saved_mask, width, height):
        mask = noise_mask(width, width, height)
        item = bring(bare_app, width=width, height=height, mask=mask)
        editor.open(item)
        assert np.array_equal(editor.mask(), mask)

        # A stroke is saved and taken back, so that the mask is saved again without a pixel of it changed.
        editor.set_brush(41)
        editor.click((width * 0.8, height * 0.1))
        editor.save(revision=2)
        assert not np.array_equal(saved_mask(item), mask)
        editor.press("Control+z")
        editor.save(revision=3)
        assert np.array_equal(saved_mask(item), mask)

    def test_a_stroke_on_a_mask_changes_nothing_beside_it(self, editor, bring, bare_app, saved_mask):
        mask = noise_mask(5, WIDTH, HEIGHT)
        item = bring(bare_app, width=WIDTH, height=HEIGHT, mask=mask)
        editor.open(item).zoom_to((200.5, 150.5), scale=4)
        editor.set_brush(21)
        editor.click((200.5, 150.5))
        editor.save(revision=2)
        assert np.array_equal(saved_mask(item), mask | disc(WIDTH, HEIGHT, x=200.5, y=150.5, diameter=21))


class TestBrush:
    """Hard edge, exact size; the cursor is the stroke."""

    @pytest.mark.parametrize(("size", "x", "y"), [(1, 300.5, 200.5), (2, 300, 200), (9, 300.5, 200.5), (30, 300, 200)])
    def test_a_click_is_exactly_the_disc(self, opened, saved_mask, size, x, y):
        opened.zoom_to((x, y), scale=4)
        opened.set_brush(size)
        opened.click((x, y))
        opened.save(revision=1)
        assert np.array_equal(saved_mask(opened.item), disc(WIDTH, HEIGHT, x=x, y=y, diameter=size))

    def test_a_straight_stroke_is_the_disc_moved_along(self, opened, saved_mask):
        opened.zoom_to((300.5, 200.5), scale=4)
        opened.set_brush(15)
        opened.stroke((280.5, 200.5), (320.5, 200.5))
        opened.save(revision=1)
        discs = [disc(WIDTH, HEIGHT, x=x + 0.5, y=200.5, diameter=15) for x in range(280, 321)]
        expected = np.maximum.reduce(discs)
        expected[193:208, 280:321] = 1
        assert np.array_equal(saved_mask(opened.item), expected)

    def test_a_stroke_that_leaves_the_photograph_stays_inside_it(self, opened, saved_mask):
        opened.set_brush(40)
        opened.stroke((20, 20), (-15, 20), (-15, 60), (20, 60))
        opened.save(revision=1)
        mask = saved_mask(opened.item)
        assert mask[10:30, :5].all()
        assert mask[:, 100:].sum() == 0

    def test_the_eraser_takes_exactly_the_disc(self, editor, bring, bare_app, saved_mask):
        item = bring(bare_app, width=WIDTH, height=HEIGHT, mask=box(250, 150, 350, 250))
        editor.open(item).zoom_to((300.5, 200.5), scale=4)
        editor.set_brush(25)
        editor.press("e")
        editor.click((300.5, 200.5))
        editor.save(revision=2)
        expected = box(250, 150, 350, 250) & ~disc(WIDTH, HEIGHT, x=300.5, y=200.5, diameter=25)
        assert np.array_equal(saved_mask(item), expected)

    def test_the_right_button_erases_with_the_brush(self, editor, bring, bare_app):
        editor.open(bring(bare_app, width=WIDTH, height=HEIGHT, mask=box(250, 150, 350, 250)))
        editor.zoom_to((300.5, 200.5), scale=4)
        editor.set_brush(11)
        editor.page.mouse.click(*editor.client((300.5, 200.5)), button="right")
        expected = box(250, 150, 350, 250) & ~disc(WIDTH, HEIGHT, x=300.5, y=200.5, diameter=11)
        assert np.array_equal(editor.mask(), expected)

    @pytest.mark.parametrize("size", [20, 45, 90])
    def test_the_cursor_circle_is_as_wide_as_the_stroke(self, opened, size):
        opened.set_brush(size)
        opened.press("1")
        opened.move((320, 240))
        drawn = opened.screen(2)[:, :, 3] >= HALF_COVERED
        rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
        # The ring is three pixels wide, half of it outside of the circle.
        assert columns[-1] - columns[0] + 1 == pytest.approx(size * opened.scale + 3, abs=1.1)
        assert rows[-1] - rows[0] + 1 == pytest.approx(size * opened.scale + 3, abs=1.1)

    def test_close_up_the_cursor_follows_the_edges_of_the_pixels_it_would_set(self, opened):
        opened.zoom_to((300.5, 200.5), scale=8)
        opened.set_brush(9)
        opened.move((300.5, 200.5))
        ring = (opened.screen(2)[:, :, 3] > 0).astype(np.uint8)
        inside = ring.copy()
        outside = cv2.floodFill(inside, None, (0, 0), 1)[0]
        enclosed = ring.size - outside - int(ring.sum())
        pixels = int(disc(WIDTH, HEIGHT, x=300.5, y=200.5, diameter=9).sum())
        # The line lies half inside: between them the enclosed area and the area with the line hold the true one.
        assert enclosed < pixels * opened.scale**2 < enclosed + int(ring.sum())


class TestShapes:
    """Polygon, plate, holes."""

    def test_a_polygon_closed_by_enter_fills_its_inside(self, opened, saved_mask):
        corners = [(100, 100), (300, 120), (280, 260), (120, 240)]
        opened.press("p")
        for corner in corners:
            opened.click(corner)
        opened.press("Enter")
        opened.save(revision=1)
        expected = cv2.fillPoly(np.zeros((HEIGHT, WIDTH), np.uint8), [np.array(corners, np.int32)], 1)
        assert iou(saved_mask(opened.item), expected) > 0.97

    def test_a_polygon_closes_by_a_click_on_its_first_corner_and_escape_lets_it_go(self, opened):
        opened.press("p")
        for corner in [(100, 100), (300, 120), (280, 260), (100, 100)]:
            opened.click(corner)
        corners = np.array([(100, 100), (300, 120), (280, 260)], np.int32)
        assert iou(opened.mask(), cv2.fillPoly(np.zeros((HEIGHT, WIDTH), np.uint8), [corners], 1)) > 0.97

        before = opened.mask()
        for corner in [(400, 300), (500, 300), (500, 400)]:
            opened.click(corner)
        opened.press("Escape", "Enter")
        assert np.array_equal(opened.mask(), before)

    def test_the_plate_tool_takes_four_clicks_a_dragged_handle_and_enter(self, opened, saved_mask):
        opened.press("q")
        for corner in [(200, 200), (400, 200), (400, 260), (200, 260)]:
            opened.click(corner)
        opened.stroke((400, 260), (440, 290))
        assert opened.mask().sum() == 0
        opened.press("Enter")
        opened.save(revision=1)
        corners = np.array([(200, 200), (400, 200), (440, 290), (200, 260)], np.int32)
        expected = cv2.fillPoly(np.zeros((HEIGHT, WIDTH), np.uint8), [corners], 1)
        assert iou(saved_mask(opened.item), expected) > 0.96

    def test_the_plate_moves_by_its_edge_its_inside_and_the_arrows(self, opened):
        opened.press("q")
        for corner in [(200, 200), (300, 200), (300, 240), (200, 240)]:
            opened.click(corner)
        opened.stroke((300, 220), (340, 220))
        opened.stroke((250, 220), (250, 260))
        opened.click((200, 240))
        opened.press("Shift+ArrowLeft", "Enter")
        corners = np.array([(190, 240), (340, 240), (340, 280), (200, 280)], np.int32)
        expected = cv2.fillPoly(np.zeros((HEIGHT, WIDTH), np.uint8), [corners], 1)
        assert iou(opened.mask(), expected) > 0.93

    def test_four_corners_that_stand_become_mask_when_saved(self, opened, saved_mask):
        opened.press("q")
        for corner in [(200, 200), (400, 200), (400, 260), (200, 260)]:
            opened.click(corner)
        opened.save(revision=1)
        assert iou(saved_mask(opened.item), box(200, 200, 400, 260)) > 0.96

    def test_fill_holes_fills_what_is_enclosed_and_no_more(self, editor, bring, bare_app):
        ring = box(100, 100, 300, 300) - box(150, 150, 250, 250) + box(400, 100, 420, 300)
        editor.open(bring(bare_app, width=WIDTH, height=HEIGHT, mask=ring))
        editor.press("o")
        assert np.array_equal(editor.mask(), box(100, 100, 300, 300) + box(400, 100, 420, 300))
        editor.press("o")
        editor.expect_notice("no holes")


class TestHistory:
    """Undo and redo, stroke by stroke."""

    def test_many_strokes_are_taken_back_and_done_again_one_by_one(self, opened):
        opened.set_brush(12)
        states = [opened.mask()]
        for number in range(40):
            x, y = 60 + number % 8 * 60, 60 + number // 8 * 70
            opened.stroke((x, y), (x + 30, y + 20))
            states.append(opened.mask())
        assert len({state.tobytes() for state in states}) == 41
        for state in reversed(states[:-1]):
            opened.press("Control+z")
            assert np.array_equal(opened.mask(), state)
        opened.press("Control+z")
        opened.expect_notice("Nothing to undo")
        for state in states[1:]:
            opened.press("Control+Shift+z")
            assert np.array_equal(opened.mask(), state)

    def test_what_was_undone_is_gone_once_something_else_is_drawn(self, opened):
        opened.click((100, 100))
        opened.press("Control+z")
        opened.click((300, 300))
        only = opened.mask()
        opened.press("Control+y")
        assert np.array_equal(opened.mask(), only)

    def test_clear_empties_the_mask_and_undo_brings_it_back(self, editor, bring, bare_app):
        editor.open(bring(bare_app, width=WIDTH, height=HEIGHT, mask=box(250, 150, 350, 250)))
        editor.press("Delete")
        assert editor.mask().sum() == 0
        editor.press("Control+z")
        assert np.array_equal(editor.mask(), box(250, 150, 350, 250))

    def test_an_old_revision_is_looked_at_and_restored_as_a_new_one(self, editor, bring, bare_app, saved_mask):
        item = bring(bare_app, width=WIDTH, height=HEIGHT, mask=box(250, 150, 350, 250))
        editor.open(item).click((100, 100))
        editor.save(revision=2)
        editor.part("revision-1").click()
        expect(editor.part("comparing")).to_contain_text("revision 1")
        editor.part("restore-1").click()
        editor.expect_saved(3)
        assert np.array_equal(saved_mask(item), box(250, 150, 350, 250))
        assert np.array_equal(editor.mask(), box(250, 150, 350, 250))


class TestView:
    """Zoom, fit, hide; and the page stands still."""

    def test_the_wheel_keeps_the_point_under_the_cursor(self, opened):
        # Chromium tells whole pixels of where a wheel was turned.
        near = opened.client((411, 133))
        at = round(near[0]), round(near[1])
        point = 411 + (at[0] - near[0]) / opened.scale, 133 + (at[1] - near[1]) / opened.scale
        opened.zoom_to(point, scale=5)
        assert opened.client(point) == pytest.approx(at, abs=1)
        for _ in range(3):
            opened.wheel(120)
        assert opened.client(point) == pytest.approx(at, abs=1)

    def test_fit_and_one_to_one(self, opened):
        fitted = opened.scale
        opened.press("1")
        assert opened.scale == pytest.approx(1)
        expect(opened.part("zoom")).to_have_text("100 %")
        opened.press("+", "+", "0")
        assert opened.scale == pytest.approx(fitted)

    def test_space_and_the_middle_button_move_the_photograph(self, opened):
        opened.press("1", "+", "+")
        before = opened.client((320, 240))
        opened.page.keyboard.down(" ")
        opened.page.mouse.move(500, 400)
        opened.page.mouse.down()
        opened.page.mouse.move(540, 430)
        opened.page.mouse.up()
        opened.page.keyboard.up(" ")
        assert opened.client((320, 240)) == pytest.approx((before[0] + 40, before[1] + 30), abs=1)
        opened.page.mouse.down(button="middle")
        opened.page.mouse.move(500, 400)
        opened.page.mouse.up(button="middle")
        assert opened.client((320, 240)) == pytest.approx(before, abs=1)
        assert opened.mask().sum() == 0

    def test_h_hides_the_mask_and_shows_it_again(self, editor, bring, bare_app):
        editor.open(bring(bare_app, width=WIDTH, height=HEIGHT, mask=box(250, 150, 350, 250)))
        assert editor.screen(1).any()
        editor.press("h")
        assert not editor.screen(1).any()
        editor.press("h")
        assert editor.screen(1).any()

    def test_brightness_changes_the_view_alone(self, opened):
        opened.part("brightness").fill("150")
        expect(opened.room.locator("canvas").first).to_have_attribute("style", "filter: brightness(1.5) contrast(1);")
        opened.click((100, 100))
        opened.save(revision=1)
        opened.part("reset-view").click()
        expect(opened.room.locator("canvas").first).to_have_attribute("style", "")

    def test_nothing_scrolls_the_page(self, opened):
        opened.move((320, 240))
        opened.page.mouse.wheel(0, 600)
        opened.press("ArrowDown", "PageDown", "End", " ")
        sizes = opened.page.evaluate(
            """() => {
                const { scrollHeight, scrollWidth, scrollTop } = document.scrollingElement;
                return [scrollHeight <= innerHeight, scrollWidth <= innerWidth, scrollTop, scrollY];
            }"""
        )
        assert sizes == [True, True, 0, 0]


class TestKeys:
    """Every answer has a key."""

    def test_brackets_step_the_brush(self, opened):
        opened.set_brush(20)
        opened.press("]")
        larger = opened.brush
        assert larger > 20
        opened.press("[", "[")
        assert opened.brush < larger - 1

    def test_s_saves_and_d_and_f_move_on_saving(self, editor, bring, bare_app, saved_mask):
        first, second, third = (bring(bare_app, width=WIDTH, height=HEIGHT) for _ in range(3))
        editor.open(second).click((100, 100))
        editor.press("f")
        editor.await_item(third)
        assert saved_mask(second).sum() > 0
        editor.click((200, 100))
        editor.press("d")
        editor.await_item(second)
        assert saved_mask(third).sum() > 0
        editor.press("d")
        editor.await_item(first)
        assert bare_app.get(f"/api/items/{first}")["head"] == 0
        editor.press("s")
        editor.expect_saved(1)

    def test_n_says_no_plate_and_goes_on(self, editor, bring, bare_app):
        first, second = (bring(bare_app, width=WIDTH, height=HEIGHT) for _ in range(2))
        editor.open(first).press("n")
        editor.await_item(second)
        expect(editor.part(f"item-{first}")).to_have_attribute("data-status", "no_plate")
        assert bare_app.get(f"/api/items/{first}")["status"] == "no_plate"

    def test_n_keeps_what_was_drawn_as_a_revision_of_its_own(self, opened, bare_app):
        item = opened.item
        opened.click((100, 100))
        opened.press("n")
        bare_app.wait_for(lambda: bare_app.get(f"/api/items/{item}")["status"] == "no_plate", "the answer")
        pixels = [revision["plate_pixels"] for revision in bare_app.get(f"/api/items/{item}")["revisions"]]
        assert pixels[0] == 0
        assert pixels[1] > 0

    def test_x_leaves_a_photograph_undecided(self, editor, bring, bare_app):
        first, second = (bring(bare_app, width=WIDTH, height=HEIGHT) for _ in range(2))
        editor.open(first).press("x")
        editor.await_item(second)
        assert bare_app.get(f"/api/items/{first}")["status"] == "unlabelled"

    def test_a_without_a_proposal_says_so(self, opened):
        opened.press("a")
        opened.expect_notice("no proposal to accept")
        expect(opened.part("proposal-state")).to_contain_text("train one on the Train tab")

    def test_the_sheet_names_every_key_and_takes_none_while_it_is_open(self, opened):
        item = opened.item
        opened.press("?")
        sheet = opened.part("key-sheet")
        for key in ("[", "]", "S", "D", "F", "N", "A", "H", "0", "1", "Ctrl Z"):
            expect(sheet.locator("kbd", has_text=key).first).to_be_visible()
        opened.press("d", "n")
        assert opened.item == item
        opened.press("Escape")
        expect(sheet).to_have_count(0)
        opened.press("q")
        expect(opened.part("tool-plate")).to_have_attribute("aria-pressed", "true")

    def test_a_slider_that_has_the_focus_leaves_the_keys_alone(self, opened):
        opened.part("opacity").focus()
        opened.press("e", "]")
        expect(opened.part("tool-eraser")).to_have_attribute("aria-pressed", "true")
        before = opened.part("opacity").input_value()
        opened.press("q")
        for corner in [(200, 200), (400, 200), (400, 260), (200, 260)]:
            opened.click(corner)
        opened.part("opacity").focus()
        opened.press("ArrowRight")
        assert int(opened.part("opacity").input_value()) > int(before)
        opened.press("Enter")
        assert iou(opened.mask(), box(200, 200, 400, 260)) > 0.96

    def test_keys_typed_elsewhere_are_no_commands(self, opened):
        item = opened.item
        opened.page.get_by_role("tab", name="Train").click()
        name = opened.page.locator("#train-name textarea, #train-name input")
        name.fill("")
        name.press_sequentially("nsdfah")
        expect(name).to_have_value("nsdfah")
        opened.page.get_by_role("tab", name="Annotate").click()
        opened.await_item(item)
        assert opened.mask().sum() == 0
