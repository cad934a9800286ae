import assert from "node:assert/strict";
import test from "node:test";

import { MaskDocument } from "../../plateseg/ui/editor/mask_document.js";
import { makeInk, overlayArea, paintOverlay } from "../../plateseg/ui/editor/overlay.js";
import { wholeRect } from "../../plateseg/ui/editor/rects.js";
import { randomMask, randomNumbers } from "./editor_random.mjs";

const screen = (width, height) => ({ pixels: new Uint32Array(width * height), width, height });
const ink = makeInk([10, 20, 30], 0.5);
const layerOf = (document, with_ = ink) => ({ mask: document.mask, extent: document.extent, ink: with_ });

test("at one to one a pixel is painted exactly where the mask is set", () => {
  const random = randomNumbers(51);
  const document = new MaskDocument({ width: 40, height: 30, data: randomMask(random, 1200), head: 0 });
  const target = screen(60, 50);
  paintOverlay(target, wholeRect(60, 50), { scale: 1, x: 7, y: 11 }, [layerOf(document)]);
  for (let y = 0; y < 50; y++) {
    for (let x = 0; x < 60; x++) {
      const inside = x >= 7 && x < 47 && y >= 11 && y < 41;
      const set = inside && document.mask.data[(y - 11) * 40 + (x - 7)] !== 0;
      assert.equal(target.pixels[y * 60 + x] !== 0, set, `${x},${y}`);
    }
  }
});

test("repainting only what changed gives the same picture as painting it all", () => {
  const random = randomNumbers(52);
  for (const scale of [0.13, 0.4, 0.8, 1, 2.7, 9]) {
    const document = new MaskDocument({ width: 120, height: 90, data: new Uint8Array(120 * 90), head: 0 });
    const view = { scale, x: Math.round(30 - 20 * scale), y: Math.round(20 - 10 * scale) };
    const live = screen(100, 80);
    document.onChange((rect) => {
      const area = overlayArea(live, view, rect);
      if (area) paintOverlay(live, area, view, [layerOf(document)]);
    });
    for (let i = 0; i < 12; i++) {
      const point = () => ({ x: random() * 120, y: random() * 90 });
      document.beginStroke();
      document.stroke(point(), point(), 1 + random() * 8, i % 3 === 2 ? 0 : 1);
      document.endStroke("stroke");
      if (i % 4 === 3) document.undo();
      const fresh = screen(100, 80);
      paintOverlay(fresh, wholeRect(100, 80), view, [layerOf(document)]);
      assert.deepEqual(live.pixels, fresh.pixels, `scale ${scale}, step ${i}`);
    }
  }
});

test("a line one pixel wide does not vanish when the photograph is shrunk to a quarter", () => {
  const document = new MaskDocument({ width: 400, height: 400, data: new Uint8Array(160000), head: 0 });
  document.shape(
    [
      { x: 0, y: 201 },
      { x: 400, y: 201 },
      { x: 400, y: 202 },
      { x: 0, y: 202 },
    ],
    1,
    "line",
  );
  const target = screen(100, 100);
  paintOverlay(target, wholeRect(100, 100), { scale: 0.25, x: 0, y: 0 }, [layerOf(document)]);
  const painted = target.pixels.subarray(50 * 100, 51 * 100);
  assert.ok(painted.every((pixel) => pixel !== 0));
});

test("a proposal is told apart without colour: hatched, with an outline", () => {
  const document = new MaskDocument({ width: 40, height: 40, data: new Uint8Array(1600).fill(1), head: 0 });
  const target = screen(40, 40);
  const hatch = makeInk([200, 0, 200], 0.5, { hatched: true });
  paintOverlay(target, wholeRect(40, 40), { scale: 1, x: 0, y: 0 }, [layerOf(document, hatch)]);
  const middle = [...target.pixels].filter((_, i) => i % 40 > 0 && i % 40 < 39 && i >= 40 && i < 1560);
  const share = middle.filter(Boolean).length / middle.length;
  assert.ok(share > 0.2 && share < 0.3, `a quarter of it is striped, not ${share}`);
  assert.ok(target.pixels.subarray(0, 40).every((pixel) => pixel === hatch.edge));
});

test("a change out of sight repaints nothing", () => {
  assert.equal(overlayArea(screen(50, 50), { scale: 2, x: -1000, y: 0 }, { x0: 0, y0: 0, x1: 20, y1: 20 }), null);
});
