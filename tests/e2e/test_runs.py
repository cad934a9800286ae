"""Runs: the queue, the curves, the buttons, and a trainer that dies."""

from __future__ import annotations

import os
import re
import signal
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.app_process import App
from tests.e2e.test_place import expect_tab

TINY = {"image_size": "64", "batch_size": "4", "epochs": "2", "learning_rate": "0.0005"}
ENDLESS = TINY | {"epochs": "5000"}


def start(page: Page, app: App, name: str, settings: dict[str, str]) -> Locator:
    """Start a run from the Train tab; returns the Runs tab it leads to."""
    page.goto(f"{app.url}/?tab=train")
    expect(page.locator("#train-dataset")).to_contain_text("labelled photographs")
    page.locator("#train-name textarea, #train-name input").fill(name)
    for field, value in settings.items():
        box = page.locator(f"#train-{field} input")
        box.fill(value)
        box.press("Tab")
    page.locator("#train-start").click()
    page.wait_for_url(re.compile(r"tab=runs&run=\d+"))
    expect_tab(page, "runs")
    room = page.locator('[data-room="runs"]')
    expect(room.get_by_test_id("run-name")).to_have_text(name)
    return room


def number(room: Locator) -> int:
    """The run that is on screen."""
    return int(room.page.url.rsplit("run=", 1)[1])


def expect_status(room: Locator, status: str) -> None:
    """The chip beside the run's name."""
    expect(room.get_by_test_id("run-status")).to_have_attribute("data-status", status)


def points(room: Locator) -> int:
    """Points of the loss on screen."""
    return int(room.get_by_test_id("chart-loss").get_attribute("data-points") or 0)


def await_points(room: Locator, more_than: int) -> None:
    """Wait until the curve has grown."""
    chart = room.get_by_test_id("chart-loss").element_handle()
    room.page.wait_for_function("([chart, n]) => Number(chart.dataset.points) > n", arg=[chart, more_than])


EPOCHS = 8
"""Of the app's own run: its curve has a point for each at least; steps share one where the machine is quick."""


@pytest.fixture
def page(visit, app) -> Page:
    """A page of somebody new."""
    visitor = visit(app)
    visitor.watch.allow(r"412 .*/champion")  # one that is not shown to be better is refused at the first click
    return visitor.context.new_page()


def test_a_second_run_queues_the_first_is_stopped_and_resumed(page, app):
    """One story of two runs, for starting a trainer takes seconds."""
    room = start(page, app, "endless", ENDLESS)
    first = number(room)
    expect_status(room, "running")
    await_points(room, 0)

    start(page, app, "second", TINY)
    second = number(room)
    expect_status(room, "queued")
    expect(room.get_by_test_id(f"run-{second}")).to_have_attribute("data-status", "queued")
    expect(room.get_by_test_id(f"run-{first}")).to_have_attribute("data-status", "running")

    room.get_by_test_id(f"run-{first}").click()
    expect(page).to_have_url(f"{app.url}/?tab=runs&run={first}")
    expect(room.get_by_test_id("fact-eta")).to_have_text(re.compile(r"\d"))
    room.get_by_test_id("run-stop").click()
    expect_status(room, "stopped")
    expect(room.get_by_test_id("run-message")).to_contain_text("Stopped by a person")
    expect(room.get_by_test_id("run-progress")).to_be_hidden()
    expect(room.get_by_test_id("run-progress-line")).to_contain_text("ended in epoch")
    expect(room.get_by_test_id("fact-best")).to_have_text(re.compile(r"^0\.\d{3}|^1\.000"))
    assert app.get(f"/api/runs/{first}")["can_promote"] is True

    room.get_by_test_id(f"run-{second}").click()
    expect_status(room, "finished")
    previews_appear(room)

    room.get_by_test_id(f"run-{first}").click()
    steps = app.get(f"/api/runs/{first}")["step"]
    room.get_by_test_id("run-resume").click()
    app.wait_for(lambda: app.get(f"/api/runs/{first}")["step"] > steps, "the run to go on where it stopped")
    expect_status(room, "running")
    room.get_by_test_id("run-stop").click()
    expect_status(room, "stopped")
    assert steps_out_of_order(app, first) == []
    delete(room, first)
    rename_and_promote(room, app, second)
    room.get_by_test_id(f"run-{second}").click()
    delete(room, second)


def previews_appear(room: Locator) -> None:
    """Validation photographs with the model's mask, of both epochs."""
    expect(room.get_by_test_id("previews")).to_be_visible()
    expect(room.get_by_test_id("preview-epoch-label")).to_have_text("epoch 2")
    picture = room.get_by_test_id("preview-0")
    picture.scroll_into_view_if_needed()
    room.page.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    room.get_by_test_id("preview-epoch").fill("0")
    expect(picture).to_have_attribute("src", re.compile(r"/previews/1/0$"))


def steps_out_of_order(app: App, run: int) -> list[tuple[int, int]]:
    """Neighbours of the loss curve that do not go up."""
    series = app.get(f"/api/runs/{run}/metrics", after=0)["series"]["train/loss"]
    return [(one, other) for (one, _, _), (other, _, _) in pairwise(series) if other <= one]


def delete(room: Locator, run: int) -> None:
    """Delete the run on screen, after a question."""
    room.get_by_test_id("run-delete").click()
    room.get_by_test_id("run-cancel").click()
    expect(room.get_by_test_id(f"run-{run}")).to_be_visible()
    room.get_by_test_id("run-delete").click()
    room.get_by_test_id("run-delete-confirm").click()
    expect(room.get_by_test_id(f"run-{run}")).to_have_count(0)


def rename_and_promote(room: Locator, app: App, run: int) -> None:
    """Another name, and the star; then the star goes back to where it was."""
    room.get_by_test_id(f"run-{run}").click()
    room.get_by_test_id("run-rename").click()
    room.get_by_test_id("run-rename-input").fill("second thoughts")
    room.get_by_test_id("run-rename-save").click()
    expect(room.get_by_test_id("run-name")).to_have_text("second thoughts")
    make_champion(room)
    assert [model["name"] for model in app.get("/api/models")["models"] if model["champion"]] == ["second thoughts"]
    room.get_by_test_id("run-1").click()
    expect(room.get_by_test_id("run-champion-star")).to_be_hidden()
    make_champion(room)


def make_champion(room: Locator) -> None:
    """One that is not shown to be better takes a second click."""
    room.get_by_test_id("run-champion").click()
    star, anyway = room.get_by_test_id("run-champion-star"), room.get_by_test_id("run-champion-anyway")
    expect(star.or_(anyway).filter(visible=True)).to_be_visible()  # the star is always there, hidden from others
    if anyway.is_visible():
        expect(room.get_by_test_id("run-champion-why")).to_contain_text("champion anyway")
        anyway.click()
    expect(star).to_be_visible()


def test_a_killed_trainer_reads_lost_with_its_log_and_resumes(page, app):
    room = start(page, app, "doomed", ENDLESS)
    run = number(room)
    await_points(room, 0)
    (pid,) = app.trainers()
    os.kill(pid, signal.SIGKILL)
    expect_status(room, "lost")
    expect(room.get_by_test_id("run-death")).to_contain_text(f"pid {pid}")
    expect(room.get_by_test_id("run-death-log")).to_contain_text("Training")
    expect(room.get_by_test_id("run-stop")).to_be_disabled()
    room.page.reload()
    expect_status(room, "lost")

    room.get_by_test_id("run-resume").click()
    expect_status(room, "running")
    await_points(room, 0)
    room.get_by_test_id("run-stop").click()
    expect_status(room, "stopped")
    delete(room, run)


def test_the_app_is_killed_and_the_run_goes_on(page, app, visit):
    visitor = visit(app)
    visitor.watch.allow_absence()
    room = start(visitor.context.new_page(), app, "outlives", ENDLESS)
    run = number(room)
    await_points(room, 0)
    before = app.get(f"/api/runs/{run}")["step"]
    app.kill()
    expect(room.get_by_test_id("runs-unreachable")).to_contain_text("not answering")
    app.start()
    expect(room.get_by_test_id("runs-unreachable")).to_be_hidden()
    expect_status(room, "running")
    app.wait_for(lambda: app.get(f"/api/runs/{run}")["step"] > before, "the run to go on")
    room.get_by_test_id("run-stop").click()
    expect_status(room, "stopped")
    delete(room, run)


def test_curves_survive_a_reload_and_every_view_of_them(page, app):
    page.goto(f"{app.url}/?tab=runs&run=1")
    room = page.locator('[data-room="runs"]')
    await_points(room, EPOCHS - 1)
    before = points(room)
    page.reload()
    await_points(room, before - 1)
    assert points(room) == before
    for chart in ("loss", "iou"):
        expect(room.get_by_test_id(f"chart-{chart}").locator("canvas")).to_be_visible()

    for smoothing in ("0", "0.99", "0.6"):
        room.get_by_test_id("smoothing").fill(smoothing)
        expect(room.get_by_test_id("smoothing-value")).to_have_text(f"{float(smoothing):.2f}")
    room.get_by_test_id("log-scale").check()
    room.get_by_test_id("axis-epoch").click()
    expect(room.get_by_test_id("chart-loss")).to_have_attribute("data-to", "8")
    assert points(room) == before
    page.reload()
    expect(room.get_by_test_id("log-scale")).to_be_checked()
    expect(room.get_by_test_id("axis-epoch")).to_have_attribute("aria-pressed", "true")
    await_points(room, before - 1)


def test_dragging_over_a_curve_zooms_and_a_button_goes_back(page, app):
    page.goto(f"{app.url}/?tab=runs&run=1")
    room = page.locator('[data-room="runs"]')
    await_points(room, EPOCHS - 1)
    over = room.get_by_test_id("chart-loss").locator(".u-over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 60)
    expect(room.get_by_test_id("tooltip-loss")).to_contain_text("step")
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60, steps=5)
    page.mouse.up()
    expect(room.get_by_test_id("chart-iou")).not_to_have_attribute("data-from", "0")
    room.get_by_test_id("zoom-reset").click()
    expect(room.get_by_test_id("chart-iou")).to_have_attribute("data-from", "0")


def test_train_refuses_what_cannot_work_with_the_way_out(page, app):
    page.goto(f"{app.url}/?tab=train")
    expect(page.locator("#train-dataset")).to_contain_text("labelled photographs")
    box = page.locator("#train-batch_size input")
    box.fill("400")
    box.press("Tab")
    page.locator("#train-start").click()
    expect(page.locator("#train-message")).to_contain_text("Set the batch size to")
    box.fill("4")
    box.press("Tab")
    expect(page.locator("#train-message")).to_be_empty()
    page.get_by_role("button", name="More settings").click()
    page.locator("#train-keep_every_epochs").scroll_into_view_if_needed()
    expect(page.locator("#train-start")).to_be_in_viewport()
    loss = page.locator("#train-loss input")
    loss.fill("mystery")
    loss.press("Tab")
    page.locator("#train-start").click()
    expect(page.locator("#train-message")).to_contain_text("Not started. There is no loss called 'mystery'. Choose one")
    expect(page).to_have_url(f"{app.url}/?tab=train")

    shown = augmented_examples(page)
    assert len(set(shown)) == len(shown) > 1
    assert set(augmented_examples(page)).isdisjoint(shown), "each press shows other variants"


def augmented_examples(page: Page) -> list[str]:
    """Press the button of the Train tab; the addresses of the pictures it shows, once all of them are there."""
    with page.expect_response(re.compile(r"/augmented\?")):
        page.locator("#train-preview").click()
    images = page.locator("#train-examples img")
    images.last.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => [...document.querySelectorAll('#train-examples img')].every((image) => image.naturalWidth > 0)"
    )
    return [image.get_attribute("src") or "" for image in images.all()]
