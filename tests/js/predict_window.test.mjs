import assert from "node:assert/strict";
import test from "node:test";
import { closeUp, visibleWindow } from "../../plateseg/ui/predict/window.js";

const IMAGE = { width: 4000, height: 3000 };
const CANVAS = { width: 800, height: 600 };

test("the whole photograph is computed at the size of the screen, not at its own", () => {
  const window = visibleWindow({ scale: 0.2, x: 0, y: 0 }, IMAGE, CANVAS, 1);
  assert.deepEqual(window, { x: 0, y: 0, width: 4000, height: 3000, columns: 800, rows: 600 });
  assert.equal(visibleWindow({ scale: 0.2, x: 0, y: 0 }, IMAGE, CANVAS, 2).columns, 1600);
});

test("close up only what is seen is computed, pixel for pixel", () => {
  const window = visibleWindow({ scale: 4, x: -1001, y: -2000 }, IMAGE, CANVAS, 1);
  assert.deepEqual(window, { x: 250, y: 500, width: 201, height: 150, columns: 201, rows: 150 });
});

test("a window ends at the photograph's edge", () => {
  const window = visibleWindow({ scale: 1, x: 700, y: 500 }, IMAGE, CANVAS, 1);
  assert.deepEqual([window.x, window.y, window.width, window.height], [0, 0, 100, 100]);
});

test("nothing on the canvas is no window", () => {
  assert.equal(visibleWindow({ scale: 1, x: 801, y: 0 }, IMAGE, CANVAS, 1), null);
  assert.equal(visibleWindow({ scale: 1, x: 0, y: -3000 }, IMAGE, CANVAS, 1), null);
});

test("a plate seen closely stands in the middle and takes half of the canvas", () => {
  const view = closeUp([1000, 2000, 200, 50], CANVAS);
  assert.deepEqual(view, { scale: 2, x: 400 - 1100 * 2, y: 300 - 2025 * 2 });
  assert.equal(closeUp([0, 0, 1, 1], CANVAS).scale, 12);
});
