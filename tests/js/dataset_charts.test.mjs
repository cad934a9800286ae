/** Bars that stand for counts: what is there can be seen, empty ends are cut off. */
import assert from "node:assert/strict";
import test from "node:test";
import { barWidth, trimmed } from "../../plateseg/ui/dataset/charts.js";

test("a bar is as wide as its share of the largest, and never invisible", () => {
  assert.equal(barWidth(50, 100), 50);
  assert.equal(barWidth(100, 100), 100);
  assert.equal(barWidth(1, 100_000), 0.8);
  assert.equal(barWidth(0, 100), 0);
});

test("empty bars at both ends are cut off, those between are kept", () => {
  const bars = [["a", 0], ["b", 2], ["c", 0], ["d", 1], ["e", 0]];
  assert.deepEqual(trimmed(bars), [["b", 2], ["c", 0], ["d", 1]]);
  assert.deepEqual(trimmed([["a", 0]]), []);
  assert.deepEqual(trimmed([]), []);
});
