"""The first photograph of somebody who has labelled nothing is met with a proposal, and says whose it is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import expect

from plateseg.domain import drawn
from tests.e2e.annotate_page import AnnotatePage
from tests.e2e.app_process import App
from tests.e2e.pictures import jpeg


@pytest.fixture(scope="module")
def new_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app as anybody starts it the first time."""
    app = App(tmp_path_factory.mktemp("starter") / "home", starter=True).start()
    yield app
    app.stop()


def test_the_starter_proposes_on_the_first_photograph_and_is_marked_as_shipped(visit, new_app):
    new_app.add({"first.jpg": jpeg(drawn.draw(np.random.default_rng(11))[0])})
    item = new_app.item_called("first.jpg")
    visitor = visit(new_app)
    editor = AnnotatePage(visitor.page(), new_app.url).open(item)

    expect(editor.part("proposal")).to_have_attribute("data-phase", "offered")
    expect(editor.part("model")).to_contain_text("Champion: Starter model")
    expect(editor.part("accept-here")).to_be_hidden()

    # On a phone the bar below accepts, and what the panel says lies under the photograph, not over it.
    editor.page.set_viewport_size({"width": 390, "height": 844})
    expect(editor.part("accept-here")).to_be_in_viewport(ratio=1)
    editor.part("panel").click()
    expect(editor.part("proposal-score")).to_be_in_viewport(ratio=1)
    room, canvas, sheet = (editor.room.locator(part).bounding_box() for part in (".pe-root", ".pe-stage", ".pe-panel"))
    assert canvas["y"] + canvas["height"] <= sheet["y"] + 1
    assert sheet["height"] <= room["height"] / 2
    editor.part("photographs").click()
    expect(editor.part("proposal-score")).to_be_hidden()
    expect(editor.part(f"item-{item}")).to_be_in_viewport(ratio=1)
    editor.part("accept-here").click()
    editor.expect_saved(2)  # the proposal is revision 1
    assert editor.mask().sum() > 500

    runs = visitor.page("/?tab=runs")
    expect(runs.get_by_test_id("run-1")).to_contain_text("Starter model")
    expect(runs.get_by_test_id("run-1")).to_contain_text("shipped")
    expect(runs.get_by_test_id("run-progress-line")).to_contain_text("shipped: there are no curves")
    expect(runs.get_by_test_id("run-progress")).to_be_hidden()
    expect(runs.get_by_test_id("chart-loss")).to_be_hidden()
