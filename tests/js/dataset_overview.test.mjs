/** Numbers that stand on measured masks say on how many, and fill in while the rest is measured. */
import assert from "node:assert/strict";
import test from "node:test";
import { countedSoFar, drawsAfter, measuredWords } from "../../plateseg/ui/dataset/overview_words.js";

test("while masks are left to measure it is said of how many the numbers tell", () => {
  const by_split = { train: 57, val: 14 };
  assert.equal(measuredWords({ by_split, unmeasured: 24 }), "47 of 71 measured so far");
  assert.equal(measuredWords({ by_split, unmeasured: 71 }), "0 of 71 measured so far");
  assert.equal(measuredWords({ by_split, unmeasured: 0 }), "");
  assert.equal(measuredWords({ by_split: {}, unmeasured: 0 }), "");
});

test("a photograph labelled between two counts makes no negative number", () => {
  assert.equal(measuredWords({ by_split: { train: 1 }, unmeasured: 2 }), "0 of 1 measured so far");
});

test("nothing found in the measured so far is not told as none", () => {
  assert.equal(countedSoFar(0, "0 of 71 measured so far"), "–");
  assert.equal(countedSoFar(0, ""), "0");
  assert.equal(countedSoFar(1200, "900 of 1,000 measured so far"), "1,200");
});

test("numbers are drawn anew whenever twice as much is known", () => {
  assert.deepEqual([...Array(20).keys()].filter(drawsAfter), [1, 2, 4, 8, 16]);
});
