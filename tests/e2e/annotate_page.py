"""The Annotate tab as a person uses it: with mouse and keys, at pixels of the photograph."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence

import numpy as np
from playwright.sync_api import Locator, Page, expect

from plateseg.domain.types import Mask

Point = tuple[float, float]

EDITOR = "window.__plateseg.editor"
READY = '[data-room="annotate"] [data-testid="annotate"][data-state="ready"]'
LAYER = """async (layer) => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const canvas = document.querySelectorAll('[data-room="annotate"] .pe-stage canvas')[layer];
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    let text = "";
    for (let at = 0; at < data.length; at += 32768) {
        text += String.fromCharCode(...data.subarray(at, at + 32768));
    }
    return { width, height, data: btoa(text) };
}"""


class AnnotatePage:
    """One page with the tab open. Points are in pixels of the photograph unless a name says otherwise."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home
        self.room = page.locator('[data-room="annotate"]')

    def open(self, item: int) -> AnnotatePage:
        """Go to a photograph by its address."""
        self.page.goto(f"{self.home}/?tab=annotate&item={item}")
        return self.await_item(item)

    def await_item(self, item: int) -> AnnotatePage:
        """Wait until that photograph is on the canvas and nothing is on its way."""
        self.page.wait_for_selector(READY)
        self.page.wait_for_function(f"id => {EDITOR}?.item?.id === id", arg=item)
        self.page.wait_for_selector(READY)
        return self

    def part(self, testid: str) -> Locator:
        """Something of this tab by its data-testid."""
        return self.room.get_by_test_id(testid)

    @property
    def item(self) -> int:
        """Number of the photograph on the canvas."""
        return int(self.page.evaluate(f"{EDITOR}.item.id"))

    def mask(self) -> Mask:
        """The mask as the editor holds it now."""
        return decode(json.loads(self.page.evaluate(f"JSON.stringify({EDITOR}.maskRle())")))

    def client(self, point: Point) -> Point:
        """Where a place of the photograph stands in the window."""
        at = self.page.evaluate(f"([x, y]) => {EDITOR}.imageToClient(x, y)", list(point))
        return at["x"], at["y"]

    @property
    def scale(self) -> float:
        """Window pixels a photograph's pixel takes."""
        return (self.client((100, 0))[0] - self.client((0, 0))[0]) / 100

    def press(self, *keys: str) -> None:
        """Keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def move(self, point: Point) -> None:
        """The pointer over a place of the photograph."""
        self.page.mouse.move(*self.client(point))

    def click(self, point: Point) -> None:
        """Press and let go."""
        self.page.mouse.click(*self.client(point))

    def stroke(self, *points: Point) -> None:
        """Press at the first point, move through the others, let go."""
        at = [self.client(point) for point in points]
        self.page.mouse.move(*at[0])
        self.page.mouse.down()
        for each in at[1:]:
            self.page.mouse.move(*each, steps=4)
        self.page.mouse.up()

    def zoom_to(self, point: Point, *, scale: float) -> None:
        """Turn the wheel over a place until one pixel of the photograph takes `scale` pixels at least."""
        self.move(point)
        while self.scale < scale:
            self.wheel(-240)

    def wheel(self, turn: int) -> None:
        """Turn the wheel where the pointer is, and wait for the zoom it makes."""
        before = self.scale
        self.page.mouse.wheel(0, turn)
        self.page.wait_for_function(
            f"before => Math.abs({EDITOR}.imageToClient(100, 0).x - {EDITOR}.imageToClient(0, 0).x - before) > 0.01",
            arg=before * 100,
        )

    def set_brush(self, size: int) -> None:
        """The brush's diameter, by its slider."""
        self.part("brush-size").fill(str(100 * math.log(size) / math.log(400)))
        expect(self.brush_label).to_have_text(f"{size} px")

    @property
    def brush_label(self) -> Locator:
        """What stands beside the slider: "20 px"."""
        return self.room.locator(".pe-slider[data-name=brush-size] output")

    @property
    def brush(self) -> int:
        """The brush's diameter as the slider says it."""
        return int(self.brush_label.inner_text().split()[0])

    def save(self, *, revision: int) -> None:
        """Press S and wait until the page says which revision it became."""
        self.press("s")
        self.expect_saved(revision)

    def expect_saved(self, revision: int) -> None:
        """The line below the canvas names the revision."""
        expect(self.part("status")).to_contain_text(f"Saved as revision {revision}")

    def expect_notice(self, text: str) -> None:
        """The sentence over the foot of the canvas."""
        expect(self.part("notice-text")).to_contain_text(text)

    def screen(self, layer: int) -> np.ndarray:
        """(H, W, 4) uint8 of one of the canvas's layers: 0 photograph, 1 masks, 2 guides."""
        found = self.page.evaluate(LAYER, layer)
        pixels = np.frombuffer(base64.b64decode(found["data"]), np.uint8)
        return pixels.reshape(found["height"], found["width"], 4)


def decode(coded: dict) -> Mask:
    """A mask from {width, height, runs: [value, length, ...]}."""
    runs: Sequence[int] = coded["runs"]
    flat = np.repeat(np.array(runs[0::2], np.uint8), runs[1::2])
    return flat.reshape(coded["height"], coded["width"])
