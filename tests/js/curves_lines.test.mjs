import assert from "node:assert/strict";
import test from "node:test";
import { ceiling, linesOf } from "../../plateseg/ui/curves/chartlines.js";
import { align, fittingWeight, smooth, thin } from "../../plateseg/ui/curves/lines.js";
import { colour, faint, Slots } from "../../plateseg/ui/curves/palette.js";
import { MetricStore } from "../../plateseg/ui/curves/series.js";

const f64 = (...numbers) => Float64Array.from(numbers);

test("smoothing by zero is the raw line", () => assert.deepEqual([...smooth(f64(3, 1, 2), 0)], [3, 1, 2]));

test("a constant stays that constant from its first point on", () => {
  for (const value of smooth(f64(2, 2, 2, 2), 0.95)) assert.ok(Math.abs(value - 2) < 1e-12);
});

test("the average follows a step with the given weight", () => {
  const [first, second] = smooth(f64(0, 1), 0.5);
  assert.equal(first, 0);
  assert.ok(Math.abs(second - 0.5 / 0.75) < 1e-12);
});

const WEIGHTS = [[0.9, 10_000, 0.9], [0.9, 80, 0.9], [0.9, 32, 0.75], [0.9, 8, 0], [0.5, 32, 0.5], [0.99, 0, 0]];
for (const [wished, points, weight] of WEIGHTS) {
  test(`smoothing of ${wished} over ${points} points weighs ${weight}`, () => assert.equal(fittingWeight(wished, points), weight));
}

test("a short line is not thinned", () => {
  const line = { x: f64(1, 2, 3), y: f64(5, 6, 7) };
  assert.deepEqual([...thin(line, { from: 0, to: 9 }, 10).y], [5, 6, 7]);
});

test("a long line keeps its spikes and its order", () => {
  const x = Float64Array.from({ length: 50_000 }, (_, i) => i);
  const y = x.map((value) => (value === 31_234 ? 100 : Math.sin(value)));
  const few = thin({ x, y }, { from: 0, to: 50_000 }, 2_000);
  assert.ok(few.x.length <= 2_000, `${few.x.length} points`);
  assert.equal(Math.max(...few.y), 100);
  assert.ok(few.x.every((value, i) => i === 0 || value > few.x[i - 1]));
});

test("a zoomed line keeps a neighbour on either side, so it runs out of the picture", () => {
  const x = Float64Array.from({ length: 100 }, (_, i) => i);
  const view = thin({ x, y: x }, { from: 10.5, to: 20.5 }, 1_000);
  assert.equal(view.x[0], 10);
  assert.equal(view.x.at(-1), 21);
});

test("lines of different x are put on one, with nulls between", () => {
  const train = f64(1, 2, 3);
  const lines = [{ x: train, y: f64(9, 8, 7) }, { x: train, y: f64(1, 1, 1) }, { x: f64(2, 4), y: f64(5, 6) }];
  assert.deepEqual(align(lines), [[1, 2, 3, 4], [9, 8, 7, null], [1, 1, 1, null], [null, 5, null, 6]]);
});

test("no lines give an empty chart", () => assert.deepEqual(align([]), [[]]));

function runOf(id, slot) {
  const store = new MetricStore();
  const train = Array.from({ length: 100 }, (_, i) => [i + 1, (i + 1) / 50, i / 100]);
  store.merge({ cursor: 1, series: { "train/loss": train, "val/loss": [[50, 1, 0.7]] } });
  return { id, name: `run ${id}`, slot, store };
}

test("one run: faint raw line behind, smoothed line, validation with points in a colour of its own", () => {
  const lines = linesOf("loss", [runOf(7, 3)], { axis: "step", smoothing: 0.9, log: false }, false);
  assert.deepEqual(lines.map((line) => line.key), ["7 train/loss raw", "7 train/loss", "7 val/loss"]);
  assert.deepEqual(lines.map((line) => line.faint), [true, false, false]);
  assert.notEqual(lines[1].stroke, lines[2].stroke);
  assert.equal(lines[2].points, true);
});

test("several runs: one colour each", () => {
  const lines = linesOf("loss", [runOf(1, 0), runOf(2, 1)], { axis: "epoch", smoothing: 0, log: false }, true);
  const strokes = (run) => new Set(lines.filter((line) => line.run === run).map((line) => line.stroke));
  assert.deepEqual([...strokes(1)], [colour(0, true)]);
  assert.deepEqual([...strokes(2)], [colour(1, true)]);
});

test("zero can be drawn on a log scale", () => {
  const lines = linesOf("loss", [runOf(1, 0)], { axis: "step", smoothing: 0, log: true }, false);
  assert.ok(lines[0].y.every((value) => value > 0));
});

test("a chart without points has no lines", () => {
  assert.deepEqual(linesOf("iou", [runOf(1, 0)], { axis: "step", smoothing: 0, log: false }, false), []);
});

test("a first validation thirty times as high as all else does not press the curves into the bottom line", () => {
  const line = (byStep, y, faint = false) => ({ byStep, faint, x: f64(1, 2, 3), y: f64(...y) });
  const whole = { from: 0, to: 3 };
  const usual = [line(true, [1.2, 0.6, 0.3]), line(true, [9, 9, 9], true), line(false, [2.1, 0.7, 0.4])];
  assert.deepEqual(ceiling(usual, whole), { top: Infinity, above: 0 });
  const spiked = [line(true, [1.2, 0.6, 0.3]), line(false, [31, 2.5, 0.4])];
  assert.deepEqual(ceiling(spiked, whole), { top: 2.4, above: 2 });
  assert.deepEqual(ceiling(spiked, { from: 3, to: 3 }), { top: Infinity, above: 0 });
  assert.deepEqual(ceiling([line(false, [31, 2, 1])], whole), { top: Infinity, above: 0 });
});

test("a run keeps its colour while others come and go", () => {
  const slots = new Slots();
  slots.assign([4, 9]);
  slots.assign([9, 2, 7]);
  assert.deepEqual([slots.of(9), slots.of(2), slots.of(7), slots.of(4)], [1, 0, 2, undefined]);
});

test("a colour can be made faint", () => assert.equal(faint("#ff8000", 0.25), "rgba(255, 128, 0, 0.25)"));
