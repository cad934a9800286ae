"""The app as a process, a Chromium, and a fresh browser context for each test that ends with its errors counted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from plateseg.domain.types import Mask
from tests.e2e.app_process import PATIENCE, App
from tests.e2e.browser import ARGUMENTS, MISSING, system_chromium
from tests.e2e.pictures import jpeg, mask_file, smooth
from tests.e2e.watching import Visitor

MILLISECONDS = PATIENCE * 1000
SMALL_RUN = ("--image-size", "128", "--batch-size", "4", "--learning-rate", "5e-4", "--augment", "off")
Visit = Callable[..., Visitor]
Bring = Callable[..., int]
NUMBERS = count(1)
"""Every photograph of a session is another one."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests. Without one the session fails: a browser test is never skipped."""
    with sync_playwright() as playwright:
        path = system_chromium() or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.exit(MISSING, returncode=1)
        expect.set_options(timeout=MILLISECONDS)
        opened = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], App]]:
    """Starts an app on a folder of its own; all of them end with the session."""
    started: list[App] = []

    def start(name: str, *, like: Path | None = None) -> App:
        home = tmp_path_factory.mktemp(name) / "home"
        if like is not None:
            shutil.copytree(like, home)
        started.append(App(home))
        return started[-1].start()

    yield start
    for app in started:
        app.stop()
        shutil.rmtree(app.home, ignore_errors=True)


@pytest.fixture(scope="session")
def bare_app(start_app: Callable[..., App]) -> App:
    """An app without a model; its photographs are those the tests bring."""
    return start_app("bare")


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an app with 24 drawn photographs, 20 of them labelled, and a small model trained on these."""
    app = App(tmp_path_factory.mktemp("trained") / "home")
    app.home.mkdir()
    app.run_command("drawn", "--count", "24", "--labelled", "20")
    app.run_command("train", *SMALL_RUN, "--epochs", "8", "--name", "tiny")
    return app.home


@pytest.fixture(scope="session")
def app(start_app: Callable[..., App], trained_home: Path) -> App:
    """An app with a champion."""
    return start_app("app", like=trained_home)


@pytest.fixture
def bring() -> Bring:
    """Adds a photograph nobody has seen, with a mask or without; returns its number."""

    def add(app: App, *, width: int = 640, height: int = 480, mask: Mask | None = None) -> int:
        number = next(NUMBERS)
        files = {f"images/photo_{number}.jpg": jpeg(smooth(number, width, height))}
        if mask is not None:
            files[f"masks/photo_{number}.png"] = mask_file(mask)
        report = app.add(files)
        assert (report["added"], report["masks_attached"]) == (1, mask is not None), report
        return app.item_called(f"photo_{number}.jpg")

    return add


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visit]:
    """Lets somebody visit an app; at the end everyone must have stayed there, and no page complained."""
    visitors: list[Visitor] = []

    def come(app: App, *, size: tuple[int, int] = (1280, 800), **options: Any) -> Visitor:
        context = browser.new_context(viewport=ViewportSize(width=size[0], height=size[1]), **options)
        context.set_default_timeout(MILLISECONDS)
        visitors.append(Visitor(context, app))
        return visitors[-1]

    yield come
    if getattr(request.node, "failed", False):
        tell(visitors, tmp_path)
    strangers = [url for visitor in visitors for url in visitor.watch.strangers()]
    complaints = [error for visitor in visitors for error in visitor.watch.complaints()]
    for visitor in visitors:
        visitor.context.close()
    assert strangers == [], "The page asked others."
    assert complaints == [], "The page wrote errors to the console."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Let the fixtures know how the test went."""
    report = yield
    if report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report


def tell(visitors: list[Visitor], folder: Path) -> None:
    """Screenshots of what a failed test saw, and what its pages complained of."""
    for visitor in visitors:
        print("\n".join(visitor.watch.complaints()))
        for page in visitor.context.pages:
            path = folder / f"page_{len(list(folder.glob('page_*.png')))}.png"
            page.screenshot(path=path, timeout=20_000)
            print(f"{page.url}, seen in {path}")
