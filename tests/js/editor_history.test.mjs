import assert from "node:assert/strict";
import test from "node:test";

import { History } from "../../plateseg/ui/editor/history.js";
import { MaskDocument } from "../../plateseg/ui/editor/mask_document.js";
import { randomMask, randomNumbers } from "./editor_random.mjs";

const open = (width, height, data = new Uint8Array(width * height), head = 0) =>
  new MaskDocument({ width, height, data, head });

/** One random step of each kind a person can take. */
function randomStep(document, random) {
  const point = () => ({ x: random() * document.width, y: random() * document.height });
  const kind = Math.floor(random() * 6);
  if (kind < 2) {
    document.beginStroke();
    let at = point();
    for (let i = 0; i < 5; i++) {
      const next = point();
      document.stroke(at, next, 1 + random() * 6, kind);
      at = next;
    }
    return document.endStroke("stroke");
  }
  if (kind === 2) return document.shape([point(), point(), point(), point()], 1, "polygon");
  if (kind === 3) return document.fillHoles();
  if (kind === 4) return document.replace(randomMask(random, document.mask.data.length), "replace", "a model");
  return document.clear();
}

test("undoing everything gives the loaded mask, redoing everything the last one, bit for bit", () => {
  const random = randomNumbers(21);
  for (let round = 0; round < 25; round++) {
    const loaded = randomMask(random, 61 * 47);
    const document = open(61, 47, loaded.slice());
    const states = [loaded];
    for (let i = 0; i < 30; i++) if (randomStep(document, random)) states.push(document.mask.data.slice());
    for (let i = states.length - 2; i >= 0; i--) {
      document.undo();
      assert.deepEqual(document.mask.data, states[i], `undo to ${i}`);
    }
    assert.equal(document.undo(), null);
    assert.equal(document.dirty, false);
    for (let i = 1; i < states.length; i++) {
      document.redo();
      assert.deepEqual(document.mask.data, states[i], `redo to ${i}`);
    }
    assert.equal(document.redo(), null);
  }
});

test("every change is announced inside its rectangle", () => {
  const random = randomNumbers(22);
  const document = open(50, 40);
  const shadow = document.mask.data.slice();
  document.onChange(({ x0, y0, x1, y1 }) => {
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) shadow[y * 50 + x] = document.mask.data[y * 50 + x];
  });
  for (let i = 0; i < 80; i++) {
    randomStep(document, random);
    if (random() < 0.3) document.undo();
    if (random() < 0.2) document.redo();
    assert.deepEqual(shadow, document.mask.data, `step ${i}`);
  }
});

test("a new stroke after undo drops what could be redone", () => {
  const document = open(20, 20);
  document.shape(
    [
      { x: 1, y: 1 },
      { x: 9, y: 1 },
      { x: 9, y: 9 },
    ],
    1,
    "polygon",
  );
  document.undo();
  document.shape(
    [
      { x: 11, y: 1 },
      { x: 19, y: 1 },
      { x: 19, y: 9 },
    ],
    1,
    "polygon",
  );
  assert.equal(document.redo(), null);
});

test("a stroke that changes nothing is no step", () => {
  const document = open(20, 20);
  document.beginStroke();
  document.stroke({ x: 5, y: 5 }, { x: 9, y: 9 }, 3, 0);
  assert.equal(document.endStroke("erase"), null);
  assert.equal(document.dirty, false);
  assert.equal(document.strokes, 0);
});

test("a cancelled stroke leaves no trace", () => {
  const loaded = randomMask(randomNumbers(23), 400);
  const document = open(20, 20, loaded.slice());
  document.beginStroke();
  document.stroke({ x: 2, y: 2 }, { x: 18, y: 15 }, 4, 1);
  assert.equal(document.dirty, true);
  document.cancelStroke();
  assert.deepEqual(document.mask.data, loaded);
  assert.equal(document.dirty, false);
});

test("saved, undone and redone: dirty only where the server has another mask", () => {
  const document = open(30, 30);
  const draw = (x) =>
    document.shape(
      [
        { x, y: 1 },
        { x: x + 5, y: 1 },
        { x, y: 9 },
      ],
      1,
      "polygon",
    );
  draw(1);
  draw(10);
  assert.equal(document.strokes, 2);
  document.markSaved({ head: 1 });
  assert.deepEqual([document.dirty, document.strokes, document.head], [false, 0, 1]);
  document.undo();
  assert.deepEqual([document.dirty, document.strokes], [true, 1]);
  document.redo();
  assert.equal(document.dirty, false);
  draw(20);
  assert.equal(document.strokes, 1);
});

test("a stroke drawn while the save is on its way stays unsaved", () => {
  const document = open(30, 30);
  document.shape(
    [
      { x: 1, y: 1 },
      { x: 9, y: 1 },
      { x: 9, y: 9 },
    ],
    1,
    "polygon",
  );
  const sent = document.history.top;
  document.shape(
    [
      { x: 11, y: 1 },
      { x: 19, y: 1 },
      { x: 19, y: 9 },
    ],
    1,
    "polygon",
  );
  document.markSaved({ head: 1, top: sent });
  assert.deepEqual([document.dirty, document.strokes], [true, 1]);
});

test("adopting a proposal names its model until it is undone", () => {
  const document = open(10, 10);
  document.replace(new Uint8Array(100).fill(1), "accept proposal", "unet 3");
  assert.equal(document.seededFrom, "unet 3");
  document.undo();
  assert.equal(document.seededFrom, "");
  document.redo();
  assert.equal(document.seededFrom, "unet 3");
  document.markSaved({ head: 1 });
  assert.equal(document.seededFrom, "", "the next revision began from revision 1");
});

test("a stroke on a proposal that became the mask is one unsaved stroke, not two", () => {
  const document = open(10, 10);
  document.replace(new Uint8Array(100).fill(1), "accept proposal", "unet 3", 0);
  assert.deepEqual([document.dirty, document.strokes], [true, 0]);
  document.beginStroke();
  document.stroke({ x: 3, y: 3 }, { x: 5, y: 3 }, 1, 0);
  assert.equal(document.strokes, 1);
  document.endStroke("erase");
  assert.equal(document.strokes, 1);
  document.undo();
  assert.equal(document.strokes, 0);
});

test("strokes that came back are counted as many as they were", () => {
  const document = open(10, 10);
  document.replace(new Uint8Array(100).fill(1), "restored", "", 3);
  document.clear();
  assert.equal(document.strokes, 4);
});

test("the oldest entries go when the budget is spent, and undo stops there honestly", () => {
  const data = new Uint8Array(100);
  const history = new History(data, 10, { budget: 64 });
  const floor = history.floor;
  for (let i = 0; i < 20; i++) {
    data[i] = 1;
    history.commit(data, { x0: 0, y0: 0, x1: 10, y1: 10 }, "dot");
  }
  assert.ok(history.done.length < 20);
  assert.notEqual(history.floor, floor, "the beginning cannot be mistaken for the first one");
  while (history.undo(data));
  assert.equal(history.top, history.floor);
  assert.equal(data[0], 1);
});

test("a plate stroke on twelve megapixels costs a few hundred bytes of history", () => {
  const document = open(4000, 3000);
  document.beginStroke();
  document.stroke({ x: 1000, y: 1000 }, { x: 1400, y: 1030 }, 20, 1);
  const entry = document.endStroke("brush");
  assert.ok(entry.runs.byteLength < 4096, `${entry.runs.byteLength} bytes`);
});
