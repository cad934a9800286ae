import assert from "node:assert/strict";
import test from "node:test";

import { compareMasks, countPixels, uniteMasks } from "../../plateseg/ui/editor/compare.js";
import { fillHoles } from "../../plateseg/ui/editor/holes.js";
import { fillPolygon, fillRect, maskBounds, snapBrush, strokeCapsule } from "../../plateseg/ui/editor/raster.js";
import { joinRects, meetRects } from "../../plateseg/ui/editor/rects.js";
import { randomMask, randomNumbers } from "./editor_random.mjs";

const blank = (width, height) => ({ data: new Uint8Array(width * height), width, height });

function distanceToSegment(x, y, a, b) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const along = length ? Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / length)) : 0;
  return Math.hypot(x - a.x - along * dx, y - a.y - along * dy);
}

test("a stroke sets exactly the pixels whose centre is within the radius of the line", () => {
  const random = randomNumbers(1);
  for (let round = 0; round < 300; round++) {
    const mask = blank(40, 31);
    const point = () => ({ x: random() * 60 - 10, y: random() * 50 - 10 });
    const [from, to] = [point(), round % 5 ? point() : null].map((each, _, all) => each ?? all[0]);
    const radius = 0.4 + random() * 12;
    const dirty = strokeCapsule(mask, from, to, radius, 1);
    for (let y = 0; y < mask.height; y++) {
      for (let x = 0; x < mask.width; x++) {
        const distance = distanceToSegment(x + 0.5, y + 0.5, from, to);
        if (Math.abs(distance - radius) < 1e-6) continue;
        const set = mask.data[y * mask.width + x] === 1;
        assert.equal(set, distance < radius, `round ${round}: pixel ${x},${y} at ${distance} of ${radius}`);
        if (set)
          assert.ok(
            dirty && x >= dirty.x0 && x < dirty.x1 && y >= dirty.y0 && y < dirty.y1,
            "inside the dirty rectangle",
          );
      }
    }
  }
});

test("a stroke outside of the image changes nothing and says so", () => {
  const mask = blank(20, 20);
  assert.equal(strokeCapsule(mask, { x: -50, y: -50 }, { x: -40, y: -50 }, 5, 1), null);
  assert.equal(countPixels(mask.data), 0);
});

test("the same brush sets the same number of pixels wherever it is pressed, and never none", () => {
  const random = randomNumbers(2);
  for (const size of [1, 2, 3, 4, 7, 10, 33]) {
    const counts = new Set();
    for (let i = 0; i < 40; i++) {
      const mask = blank(120, 120);
      const at = snapBrush({ x: 40 + random() * 40, y: 40 + random() * 40 }, size);
      strokeCapsule(mask, at, at, size / 2, 1);
      counts.add(countPixels(mask.data));
    }
    assert.equal(counts.size, 1, `size ${size}`);
    assert.ok([...counts][0] >= 1);
  }
});

test("brush of size 1 sets the pixel under the pointer", () => {
  const mask = blank(10, 10);
  const at = snapBrush({ x: 3.99, y: 7.01 }, 1);
  strokeCapsule(mask, at, at, 0.5, 1);
  assert.equal(mask.data[7 * 10 + 3], 1);
  assert.equal(countPixels(mask.data), 1);
});

test("erasing writes background and keeps other classes out of reach", () => {
  const mask = blank(30, 30);
  mask.data.fill(3);
  strokeCapsule(mask, { x: 15, y: 15 }, { x: 15, y: 15 }, 4, 0);
  assert.equal(mask.data[15 * 30 + 15], 0);
  assert.equal(mask.data[0], 3);
});

test("a rectangle drawn as polygon covers exactly its pixels", () => {
  const mask = blank(20, 12);
  fillPolygon(
    mask,
    [
      { x: 2, y: 3 },
      { x: 9, y: 3 },
      { x: 9, y: 8 },
      { x: 2, y: 8 },
    ],
    1,
  );
  assert.equal(countPixels(mask.data), 35);
  assert.deepEqual(maskBounds(mask), { x0: 2, y0: 3, x1: 9, y1: 8 });
});

test("polygons agree with the nonzero winding rule at every pixel centre", () => {
  const random = randomNumbers(3);
  for (let round = 0; round < 200; round++) {
    const mask = blank(30, 26);
    const points = Array.from({ length: 3 + Math.floor(random() * 5) }, () => ({
      x: random() * 44 - 7,
      y: random() * 40 - 7,
    }));
    fillPolygon(mask, points, 1);
    for (let y = 0; y < mask.height; y++) {
      for (let x = 0; x < mask.width; x++) {
        assert.equal(
          mask.data[y * 30 + x] === 1,
          windingAt(points, x + 0.5, y + 0.5) !== 0,
          `round ${round} at ${x},${y}`,
        );
      }
    }
  }
});

function windingAt(points, x, y) {
  let winding = 0;
  points.forEach((a, index) => {
    const b = points[(index + 1) % points.length];
    const side = (b.x - a.x) * (y - a.y) - (x - a.x) * (b.y - a.y);
    if (a.y <= y && b.y > y && side > 0) winding++;
    if (a.y > y && b.y <= y && side < 0) winding--;
  });
  return winding;
}

test("two polygons that share an edge neither overlap nor leave a gap", () => {
  const one = blank(40, 40);
  const other = blank(40, 40);
  const shared = [
    { x: 5.3, y: 2.2 },
    { x: 33.7, y: 36.1 },
  ];
  fillPolygon(one, [...shared, { x: 3.1, y: 38.4 }], 1);
  fillPolygon(other, [...shared, { x: 37.2, y: 4.5 }], 1);
  assert.equal(compareMasks(one.data, other.data).both, 0);
  const whole = blank(40, 40);
  fillPolygon(whole, [shared[0], { x: 37.2, y: 4.5 }, shared[1], { x: 3.1, y: 38.4 }], 1);
  assert.deepEqual(uniteMasks(one.data, other.data), whole.data);
});

test("two corners are no shape", () => {
  assert.equal(
    fillPolygon(
      blank(5, 5),
      [
        { x: 0, y: 0 },
        { x: 5, y: 5 },
      ],
      1,
    ),
    null,
  );
});

test("fill holes closes holes, leaves bays open and other classes alone", () => {
  const rows = ["..........", ".11111111.", ".1......1.", ".1.222..1.", ".1......1.", ".1111.111.", ".........."];
  const mask = maskOf([...rows.slice(0, 5), ".11111111.", rows[6]]);
  fillHoles(mask, 1);
  assert.equal(mask.data.filter((value) => value === 2).length, 3);
  assert.equal(countPixels(mask.data), 40);
  const open = maskOf(rows);
  assert.equal(fillHoles(open, 1), null);
});

test("a hole is closed by a diagonal step of its rim", () => {
  const mask = maskOf(["..1..", ".1.1.", "..1.."]);
  fillHoles(mask, 1);
  assert.equal(mask.data[7], 1);
});

test("a hole that touches the image's border is none", () => {
  const mask = maskOf(["111", "1.1", "1.1"]);
  assert.equal(fillHoles(mask, 1), null);
});

function maskOf(rows) {
  const width = rows[0].length;
  return {
    data: Uint8Array.from(rows.join(""), (sign) => (sign === "." ? 0 : Number(sign))),
    width,
    height: rows.length,
  };
}

test("bounds are the smallest rectangle around what is set", () => {
  const random = randomNumbers(4);
  assert.equal(maskBounds(blank(9, 5)), null);
  for (let round = 0; round < 200; round++) {
    const width = 1 + Math.floor(random() * 23);
    const height = 1 + Math.floor(random() * 17);
    const mask = { data: randomMask(random, width * height), width, height };
    let expected = null;
    mask.data.forEach((value, i) => {
      if (!value) return;
      const x = i % width;
      const y = Math.floor(i / width);
      expected = joinRects(expected, { x0: x, y0: y, x1: x + 1, y1: y + 1 });
    });
    assert.deepEqual(maskBounds(mask), expected);
  }
});

test("rectangles clip to the image and to each other", () => {
  const mask = blank(8, 8);
  assert.deepEqual(fillRect(mask, { x0: -3, y0: 5, x1: 4, y1: 99 }, 1), { x0: 0, y0: 5, x1: 4, y1: 8 });
  assert.equal(countPixels(mask.data), 12);
  assert.equal(meetRects({ x0: 0, y0: 0, x1: 2, y1: 2 }, { x0: 2, y0: 0, x1: 3, y1: 2 }), null);
});

test("comparison counts and union agree", () => {
  const random = randomNumbers(5);
  const mine = randomMask(random, 999);
  const theirs = randomMask(random, 999);
  const { mine: m, theirs: t, both, onlyMine, onlyTheirs } = compareMasks(mine, theirs);
  assert.equal(m, countPixels(mine));
  assert.equal(t, countPixels(theirs));
  assert.equal(countPixels(uniteMasks(mine, theirs)), both + onlyMine + onlyTheirs);
});
