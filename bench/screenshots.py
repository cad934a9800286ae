"""`make screenshots`: each tab on drawn plates, into docs/screenshots."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.e2e.app_process import App
from tests.e2e.browser import ARGUMENTS, system_chromium

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 800}


def main() -> int:
    """Draw, train a small model, visit each tab."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = App(Path(folder) / "home")
        app.home.mkdir()
        app.run_command("drawn", "--count", "48", "--labelled", "40")
        app.run_command(
            "train", "--image-size", "256", "--epochs", "8", "--learning-rate", "5e-4", "--name", "first round"
        )
        app.start()
        path = system_chromium() or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            for scheme in ("light", "dark"):
                page = browser.new_context(viewport=SIZE, color_scheme=scheme).new_page()
                for name, visit in VISITS.items():
                    visit(page, app)
                    suffix = "" if scheme == "light" else "_dark"
                    _keep(page.screenshot(), FOLDER / f"{name}{suffix}.png")
        finally:
            app.stop()
    return 0


def _keep(png: bytes, path: Path) -> None:
    """In 256 colours: a third of the size, and every version of it stays in the repository."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def _upload(page: Page, app: App) -> None:
    page.goto(f"{app.url}/?tab=upload")
    page.wait_for_selector('[data-testid^="gallery-item-"] img')
    page.wait_for_load_state("networkidle")


def _annotate(page: Page, app: App) -> None:
    waiting = app.get("/api/items", status="todo")["items"]
    page.goto(f"{app.url}/?tab=annotate&item={waiting[0]['id']}")
    page.wait_for_selector('[data-room="annotate"] [data-testid="annotate"][data-state="ready"]')
    page.wait_for_selector('[data-room="annotate"] [data-testid="proposal-score"]:not([hidden])')
    page.wait_for_timeout(1500)


def _dataset(page: Page, app: App) -> None:
    page.goto(f"{app.url}/?tab=dataset")
    page.wait_for_selector('[data-testid="overview"][data-ready="yes"]')


def _train(page: Page, app: App) -> None:
    page.goto(f"{app.url}/?tab=train")
    page.wait_for_selector("#train-estimate h3", timeout=120_000)


def _runs(page: Page, app: App) -> None:
    page.goto(f"{app.url}/?tab=runs&run=1")
    page.wait_for_selector('[data-testid="preview-strip"] img')
    page.wait_for_timeout(1500)


def _board(page: Page, app: App) -> None:
    page.goto(f"{app.url}/?tab=runs&run=1")
    page.get_by_test_id("face-board").click()
    page.wait_for_selector('[data-testid="judged-strip"] img')
    page.wait_for_timeout(1500)
    # What is remembered of the face would show the board where the curves are wanted.
    page.get_by_test_id("face-curves").evaluate("() => localStorage.removeItem('plateseg.runs.face')")


def _predict(page: Page, app: App) -> None:
    photo = app.home / "photo.jpg"
    item = app.get("/api/items", status="labelled")["items"][-1]
    import urllib.request

    photo.write_bytes(urllib.request.urlopen(f"{app.url}/api/items/{item['id']}/image").read())
    page.goto(f"{app.url}/?tab=predict")
    page.set_input_files('[data-testid="predict-input"]', str(photo))
    page.wait_for_selector('[data-testid="plate-row-0"]', timeout=120_000)
    page.wait_for_timeout(800)


VISITS = {
    "upload": _upload,
    "annotate": _annotate,
    "dataset": _dataset,
    "train": _train,
    "runs": _runs,
    "board": _board,
    "predict": _predict,
}


if __name__ == "__main__":
    sys.exit(main())
