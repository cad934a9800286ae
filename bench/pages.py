"""The page in a real Chromium: editor, gallery, curves, and how quick it stays while a run trains."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench import bulk
from bench.pictures import SIZES, write_pairs
from bench.table import Row
from tests.e2e.annotate_page import AnnotatePage
from tests.e2e.app_process import App
from tests.e2e.browser import ARGUMENTS, system_chromium

EDITOR_GOALS = {"1280x720": (0.5, 50.0), "4000x3000": (1.5, 200.0)}


def measure() -> list[Row]:
    """All rows that need a browser and the real app."""
    rows: list[Row] = []
    with TemporaryDirectory() as folder, _chromium() as browser:
        for name, (width, height) in SIZES.items():
            source = Path(folder) / name
            write_pairs(source, count=6, width=width, height=height)
            app = App(Path(folder) / f"home_{name}")
            app.home.mkdir()
            app.run_command("import", str(source))
            app.start()
            try:
                rows += _editor_rows(browser, app, name)
            finally:
                app.stop()
        rows += _bulk_rows(browser, Path(folder))
        rows += _busy_rows(Path(folder))
    return rows


def _editor_rows(browser: Browser, app: App, name: str) -> list[Row]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    first, *rest = [item["id"] for item in app.get("/api/items")["items"]]
    annotate = AnnotatePage(page, app.url).open(first)
    loads, saves, rates = [], [], []
    for item in rest:
        start = time.perf_counter()
        page.keyboard.press("f")
        annotate.await_item(item)
        loads.append(time.perf_counter() - start)
        rates.append(_stroke_rate(page))
        saves.append(_save_milliseconds(page))
    page.close()
    load_goal, save_goal = EDITOR_GOALS[name]
    return [
        Row(f"editor {name}: next image to ready", statistics.median(loads), load_goal, "s", remark="key to canvas"),
        Row(f"editor {name}: save round trip", statistics.median(saves), save_goal, "ms", remark="POST to 201"),
        Row(f"editor {name}: 100-point stroke", statistics.median(rates), 30, "frames/s", "more", "--disable-gpu"),
    ]


def _stroke_rate(page: Page) -> float:
    """Frames a second while a stroke of 100 points is drawn across the canvas."""
    box = page.locator('[data-room="annotate"] [data-testid="canvas"]').bounding_box()
    assert box is not None
    page.keyboard.press("b")
    points = [
        (box["x"] + box["width"] * (0.3 + 0.4 * n / 100), box["y"] + box["height"] * (0.4 + 0.2 * (n % 20) / 20))
        for n in range(100)
    ]
    page.evaluate("window.__frames = 0; window.__count = true; (function tick() { window.__frames += 1;"
                  "if (window.__count) requestAnimationFrame(tick); })()")  # fmt: skip
    page.mouse.move(*points[0])
    page.mouse.down()
    start = time.perf_counter()
    for point in points:
        page.mouse.move(*point)
    seconds = time.perf_counter() - start
    frames = int(page.evaluate("window.__count = false, window.__frames"))
    page.mouse.up()
    return frames / seconds


def _save_milliseconds(page: Page) -> float:
    with page.expect_response(lambda answer: answer.url.endswith("/revisions")) as answered:
        page.keyboard.press("s")
    page.wait_for_selector('[data-room="annotate"] [data-testid="annotate"][data-state="ready"]')
    answered.value.finished()
    return float(answered.value.request.timing["responseEnd"])


def _bulk_rows(browser: Browser, folder: Path) -> list[Row]:
    """A gallery of 10,000 items, and a curve of 10,000 points that grows while it is watched."""
    app = App(folder / "home_bulk")
    app.home.mkdir()
    run_id = bulk.fill(app.home, items=10_000, points=10_000)
    app.start()
    try:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        gallery = _gallery_seconds(page, app)
        tick, share = _curve_cost(page, app, run_id)
        page.close()
    finally:
        app.stop()
    return [
        Row("gallery of 10,000 items: next page", gallery, 1, "s", remark="click to all 48 cards"),
        Row(
            "curve tick on the server, 10,000 points there", tick, 20, "ms", remark="GET metrics?after=, 20 new points"
        ),
        Row("curve tick in the browser, 10,000 points", share, 10, "% of a core", remark="script time while live"),
    ]


def _gallery_seconds(page: Page, app: App) -> float:
    page.goto(f"{app.url}/?tab=upload")
    page.wait_for_selector('[data-testid^="gallery-item-"]')
    seconds = []
    for _ in range(5):
        shown = page.locator('[data-testid^="gallery-item-"]').first.get_attribute("data-testid")
        start = time.perf_counter()
        page.locator('[data-testid="page-next"]').first.click()
        page.wait_for_function(
            "old => { const cards = document.querySelectorAll('[data-testid^=\"gallery-item-\"]');"
            "return cards.length === 48 && cards[0].dataset.testid !== old; }",
            arg=shown,
        )
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _curve_cost(page: Page, app: App, run_id: int) -> tuple[float, float]:
    page.goto(f"{app.url}/?tab=runs&run={run_id}")
    page.wait_for_selector('[data-testid="chart-loss"] canvas')
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    with bulk.growing(app.home, run_id):
        time.sleep(4)
        before, start = _script_seconds(session), time.perf_counter()
        time.sleep(15)
        share = (_script_seconds(session) - before) / (time.perf_counter() - start)
        cursor = app.get(f"/api/runs/{run_id}/metrics")["cursor"] - 20
        ticks = []
        for _ in range(20):
            begin = time.perf_counter()
            app.get(f"/api/runs/{run_id}/metrics", after=cursor)
            ticks.append(1000 * (time.perf_counter() - begin))
    return statistics.median(ticks), 100 * share


def _script_seconds(session: CDPSession) -> float:
    """Seconds the page has spent on tasks of its main thread."""
    metrics = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def _busy_rows(folder: Path) -> list[Row]:
    """How long the page takes to answer while a run uses the machine."""
    app = App(folder / "home_busy")
    app.home.mkdir()
    app.run_command("drawn", "--count", "24", "--labelled", "24")
    app.start()
    try:
        run = bulk.start_run(app)
        app.wait_for(lambda: app.get(f"/api/runs/{run}")["step"] > 0, "the first step", seconds=300)
        waits = []
        for _ in range(60):
            begin = time.perf_counter()
            app.ask("GET", "/")
            waits.append(1000 * (time.perf_counter() - begin))
            time.sleep(0.1)
        slowest = statistics.quantiles(waits, n=20)[-1]
    finally:
        app.stop()
    remark = f"95th percentile; median {statistics.median(waits):.0f} ms"
    return [Row("page answers while a run trains", slowest, 100, "ms", remark=remark)]


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = system_chromium() or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
