import assert from "node:assert/strict";
import test from "node:test";
import { MetricStore, nearest, Series } from "../../plateseg/ui/curves/series.js";

const stepsOf = (series) => [...series.along("step")];

test("points are appended beyond the first room", () => {
  const series = new Series();
  for (let step = 1; step <= 10_000; step += 100) {
    series.add(Array.from({ length: 100 }, (_, i) => [step + i, (step + i) / 10, step + i]));
  }
  assert.equal(series.length, 10_000);
  assert.equal(series.heights[9_999], 10_000);
  assert.equal(series.along("epoch")[9_999], 1_000);
});

test("a step measured again after a resume replaces the old value", () => {
  const series = new Series();
  series.add([[1, 0.1, 9], [2, 0.2, 8], [3, 0.3, 7]]);
  series.add([[2, 0.2, 5], [3, 0.3, 4], [4, 0.4, 3]]);
  assert.deepEqual(stepsOf(series), [1, 2, 3, 4]);
  assert.deepEqual([...series.heights], [9, 5, 4, 3]);
});

test("a late point finds its place", () => {
  const series = new Series();
  series.add([[1, 0.1, 1], [5, 0.5, 5]]);
  series.add([[3, 0.3, 3]]);
  assert.deepEqual(stepsOf(series), [1, 3, 5]);
  assert.deepEqual([...series.heights], [1, 3, 5]);
});

test("values that are no numbers are left out", () => {
  const series = new Series();
  series.add([[1, 0.1, 1], [2, 0.2, NaN], [3, 0.3, null], [4, 0.4, Infinity], [5, 0.5, 2]]);
  assert.deepEqual(stepsOf(series), [1, 5]);
});

test("a store merges answers and remembers the cursor", () => {
  const store = new MetricStore();
  assert.equal(store.merge({ cursor: 12, series: { "train/loss": [[1, 0.1, 1]], "val/iou": [] } }), true);
  assert.equal(store.merge({ cursor: 12, series: {} }), false);
  assert.equal(store.merge({ cursor: 20, series: { "train/loss": [[2, 0.2, 0.5]] } }), true);
  assert.equal(store.cursor, 20);
  assert.equal(store.get("train/loss").length, 2);
  assert.equal(store.get("val/iou"), undefined);
});

const NEAREST = [[0, 0], [1, 0], [2.4, 1], [2.6, 2], [99, 2]];
for (const [wanted, index] of NEAREST) {
  test(`the point nearest to ${wanted} is number ${index}`, () => assert.equal(nearest([1, 2, 3], 3, wanted), index));
}

test("nothing is nearest in an empty series", () => assert.equal(nearest([], 0, 1), -1));
