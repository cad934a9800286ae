import assert from "node:assert/strict";
import test from "node:test";

import { isUntouched, regionsUnder } from "../../plateseg/ui/editor/regions.js";

/** A mask of rows of "." and "#". */
function drawn(...rows) {
  return { data: Uint8Array.from([...rows.join("")].map((pixel) => Number(pixel === "#"))), width: rows[0].length, height: rows.length };
}

const box = (x0, y0, x1, y1) => [{ x: x0, y: y0 }, { x: x1, y: y0 }, { x: x1, y: y1 }, { x: x0, y: y1 }];
const TWO = drawn("##....", "##..##", "....##", "......");

test("the regions a shape lies over are found whole, the others are left alone", () => {
  const [found, ...more] = regionsUnder(TWO, box(1, 0, 3, 2));
  assert.deepEqual([found.rect, [...found.pixels].sort((a, b) => a - b)], [{ x0: 0, y0: 0, x1: 2, y1: 2 }, [0, 1, 6, 7]]);
  assert.deepEqual(more, []);
  assert.equal(regionsUnder(TWO, box(0, 0, 6, 4)).length, 2);
  assert.deepEqual(regionsUnder(TWO, box(0, 3, 6, 4)), []);
  assert.deepEqual(regionsUnder(TWO, box(20, 20, 30, 30)), []);
});

test("pixels that meet at a corner are one region", () => {
  assert.equal(regionsUnder(drawn("#..", ".#.", "..#"), box(0, 0, 1, 1))[0].pixels.length, 3);
});

test("a plate that only brushes its neighbour does not lie over it", () => {
  const neighbour = { data: new Uint8Array(40 * 40).fill(1, 0, 40 * 20), width: 40, height: 40 };
  assert.deepEqual(regionsUnder(neighbour, box(0, 19, 40, 40)), []);
  assert.equal(regionsUnder(neighbour, box(0, 10, 40, 40)).length, 1);
});

for (const [name, mask, expected] of [
  ["nothing was drawn", TWO, true],
  ["something was drawn elsewhere", drawn("##....", "##..##", "....##", "#....."), true],
  ["a pixel of it was erased", drawn("#.....", "##..##", "....##", "......"), false],
  ["something was added at its edge", drawn("###...", "##..##", "....##", "......"), false],
]) {
  test(`a region is ${expected ? "untouched" : "a person's"} when ${name}`, () => {
    const [region] = regionsUnder(TWO, box(0, 0, 2, 2));
    assert.equal(isUntouched(mask, region, TWO), expected);
  });
}
