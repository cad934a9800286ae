import assert from "node:assert/strict";
import test from "node:test";

import { dragGrip, gripAt, inside, orderCorners } from "../../plateseg/ui/editor/quad.js";
import {
  fitView,
  holdView,
  leastScale,
  panBy,
  pinch,
  toClient,
  toImage,
  zoomAt,
} from "../../plateseg/ui/editor/viewport.js";
import { randomNumbers } from "./editor_random.mjs";

const close = (one, other, message) => assert.ok(Math.abs(one - other) < 1e-6, `${message}: ${one} and ${other}`);
const image = { width: 4000, height: 3000 };
const canvas = { width: 760, height: 580 };

test("to the screen and back is the same point", () => {
  const random = randomNumbers(31);
  for (let i = 0; i < 100; i++) {
    const view = { scale: 0.05 + random() * 20, x: random() * 500 - 250, y: random() * 500 - 250 };
    const point = { x: random() * 4000, y: random() * 3000 };
    const back = toImage(view, toClient(view, point));
    close(back.x, point.x, "x");
    close(back.y, point.y, "y");
  }
});

test("fit shows all of the image, centred", () => {
  const view = fitView(image, canvas);
  const topLeft = toClient(view, { x: 0, y: 0 });
  const bottomRight = toClient(view, { x: 4000, y: 3000 });
  assert.ok(topLeft.x >= 15.9 && topLeft.y >= 15.9 && bottomRight.x <= 744.1 && bottomRight.y <= 564.1);
  close(topLeft.x + bottomRight.x, canvas.width, "centred across");
  close(topLeft.y + bottomRight.y, canvas.height, "centred down");
});

test("zooming keeps the point under the cursor where it is", () => {
  const random = randomNumbers(32);
  let view = fitView(image, canvas);
  for (let i = 0; i < 200; i++) {
    const cursor = { x: random() * canvas.width, y: random() * canvas.height };
    const before = toImage(view, cursor);
    view = zoomAt(view, 0.5 + random(), cursor, leastScale(image, canvas));
    const after = toImage(view, cursor);
    close(after.x, before.x, "x");
    close(after.y, before.y, "y");
  }
});

test("zoom ends at both ends", () => {
  const least = leastScale(image, canvas);
  assert.equal(zoomAt({ scale: 1, x: 0, y: 0 }, 1e9, { x: 0, y: 0 }, least).scale, 64);
  assert.equal(zoomAt({ scale: 1, x: 0, y: 0 }, 1e-9, { x: 0, y: 0 }, least).scale, least);
});

test("the image cannot be pushed out of sight", () => {
  const view = fitView(image, canvas);
  for (const [dx, dy] of [
    [1e5, 0],
    [-1e5, 0],
    [0, 1e5],
    [0, -1e5],
  ]) {
    const held = holdView(panBy(view, dx, dy), image, canvas);
    const [left, right] = [held.x, held.x + image.width * held.scale];
    const [top, bottom] = [held.y, held.y + image.height * held.scale];
    assert.ok(right >= 47 && left <= canvas.width - 47 && bottom >= 47 && top <= canvas.height - 47);
  }
});

test("two fingers keep their image points", () => {
  const view = fitView(image, canvas);
  const before = [
    { x: 100, y: 100 },
    { x: 300, y: 100 },
  ];
  const after = [
    { x: 80, y: 160 },
    { x: 480, y: 160 },
  ];
  const next = pinch(view, before, after, 0.01);
  before.forEach((finger, index) => {
    const held = toImage(view, finger);
    const now = toClient(next, held);
    close(now.x, after[index].x, "x");
    close(now.y, after[index].y, "y");
  });
});

test("corners clicked in any order make an outline that does not cross itself", () => {
  const corners = [
    { x: 0, y: 0 },
    { x: 40, y: 2 },
    { x: 39, y: 12 },
    { x: 1, y: 10 },
  ];
  for (const order of [
    [0, 2, 1, 3],
    [3, 1, 0, 2],
    [2, 0, 3, 1],
  ]) {
    const quad = orderCorners(order.map((index) => corners[index]));
    const at = corners.indexOf(quad[0]);
    assert.deepEqual(
      quad,
      corners.map((_, index) => corners[(at + index) % 4]),
    );
  }
});

test("grips: corners before edges before the inside, nothing outside", () => {
  const quad = [
    { x: 0, y: 0 },
    { x: 40, y: 0 },
    { x: 40, y: 20 },
    { x: 0, y: 20 },
  ];
  assert.deepEqual(gripAt(quad, { x: 41, y: 1 }, 3), { kind: "corner", index: 1 });
  assert.deepEqual(gripAt(quad, { x: 20, y: 19 }, 3), { kind: "edge", index: 2 });
  assert.deepEqual(gripAt(quad, { x: 20, y: 10 }, 3), { kind: "inside", index: 0 });
  assert.equal(gripAt(quad, { x: 60, y: 10 }, 3), null);
  assert.ok(inside(quad, { x: 1, y: 1 }) && !inside(quad, { x: -1, y: 1 }));
});

test("dragging moves a corner, an edge's two corners, or all four", () => {
  const quad = [
    { x: 0, y: 0 },
    { x: 40, y: 0 },
    { x: 40, y: 20 },
    { x: 0, y: 20 },
  ];
  const moved = (grip) => dragGrip(quad, grip, 1, 2).map((point, i) => point.x !== quad[i].x);
  assert.deepEqual(moved({ kind: "corner", index: 2 }), [false, false, true, false]);
  assert.deepEqual(moved({ kind: "edge", index: 3 }), [true, false, false, true]);
  assert.deepEqual(moved({ kind: "inside", index: 0 }), [true, true, true, true]);
});
