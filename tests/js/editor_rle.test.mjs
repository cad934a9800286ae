import assert from "node:assert/strict";
import test from "node:test";

import { countInRuns, decodeRuns, emptyRuns, encodeRuns, sameRuns, tidyRuns } from "../../plateseg/ui/editor/rle.js";
import { randomMask, randomNumbers } from "./editor_random.mjs";

test("any mask comes back bit for bit", () => {
  const random = randomNumbers(11);
  for (let round = 0; round < 400; round++) {
    const width = 1 + Math.floor(random() * 70);
    const height = 1 + Math.floor(random() * 50);
    const mask = randomMask(random, width * height);
    const runs = encodeRuns(mask);
    assert.deepEqual(decodeRuns({ width, height, runs }), mask);
    for (let i = 2; i < runs.length; i += 2) assert.notEqual(runs[i], runs[i - 2], "neighbouring runs differ");
    assert.equal(countInRuns(runs), mask.filter((value) => value !== 0).length);
  }
});

test("noise, where every run is one pixel, comes back too", () => {
  const random = randomNumbers(12);
  const mask = Uint8Array.from({ length: 30 * 41 }, () => Math.floor(random() * 256));
  assert.deepEqual(decodeRuns({ width: 41, height: 30, runs: encodeRuns(mask) }), mask);
});

test("a mask that begins at an odd byte of its buffer is coded the same", () => {
  const whole = randomMask(randomNumbers(13), 1001);
  const part = whole.subarray(3);
  assert.deepEqual(encodeRuns(part), encodeRuns(part.slice()));
});

test("twelve megapixels with a plate and a hole come back bit for bit", () => {
  const [width, height] = [4000, 3000];
  const mask = new Uint8Array(width * height);
  for (let y = 1400; y < 1600; y++) mask.fill(1, y * width + 1701, y * width + 2303);
  for (let y = 1480; y < 1500; y++) mask.fill(0, y * width + 1900, y * width + 1950);
  const runs = encodeRuns(mask);
  assert.equal(runs.length, 2 * (1 + 200 * 2 + 20 * 2));
  assert.deepEqual(decodeRuns({ width, height, runs }), mask);
});

test("an empty mask is one run", () => {
  assert.deepEqual(encodeRuns(new Uint8Array(12)), emptyRuns(4, 3));
  assert.equal(countInRuns(emptyRuns(4, 3)), 0);
});

for (const [name, runs] of [
  ["too short", [0, 11]],
  ["too long", [0, 13]],
  ["a run of nothing", [0, 12, 1, 0]],
  ["a negative run", [0, 13, 1, -1]],
  ["half a pixel", [0, 11.5, 1, 0.5]],
  ["a value without length", [0, 12, 1]],
]) {
  test(`runs that do not fit are refused: ${name}`, () => {
    assert.throws(() => decodeRuns({ width: 4, height: 3, runs }), /does not fit 4x3/);
  });
}

test("runs split elsewhere compare equal once tidied", () => {
  const tidy = [0, 10, 1, 4, 0, 2];
  assert.ok(!sameRuns(tidy, [0, 4, 0, 6, 1, 4, 0, 2]));
  assert.ok(sameRuns(tidy, tidyRuns([0, 4, 0, 6, 1, 1, 1, 3, 0, 2])));
  assert.ok(!sameRuns(tidy, [0, 10, 1, 5, 0, 1]));
});
