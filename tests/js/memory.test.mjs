import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { recall, remember } from "../../plateseg/ui/shell/memory.js";

function browser(store) {
  Object.defineProperty(globalThis, "localStorage", { ...store, configurable: true });
}

function keeping(entries = {}) {
  const kept = new Map(Object.entries(entries));
  return { value: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) } };
}

afterEach(() => delete globalThis.localStorage);

test("what was remembered is recalled", () => {
  browser(keeping());
  remember("order", { key: "iou", down: true });
  assert.deepEqual(recall("order"), { key: "iou", down: true });
});

test("nothing is recalled where nothing was remembered, or something else lies there", () => {
  browser(keeping({ face: "board" }));
  assert.equal(recall("order"), null);
  assert.equal(recall("face"), null);
});

test("a browser that blocks or is full is no error", () => {
  browser({
    get() {
      throw new Error("blocked");
    },
  });
  remember("face", "board");
  assert.equal(recall("face"), null);
});
