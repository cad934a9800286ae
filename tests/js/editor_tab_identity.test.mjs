import assert from "node:assert/strict";
import test from "node:test";

import { claimTab } from "../../plateseg/ui/editor/tab_identity.js";

/** What a browser gives a page; each reading of `sessionStorage` asks anew, as it does where cookies are blocked. */
function browser({ locks, storage }) {
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
  Object.defineProperty(globalThis, "sessionStorage", { get: storage, configurable: true });
}

const blocked = () => {
  throw new DOMException("Access is denied for this document.", "SecurityError");
};
const refusing = { request: async () => blocked() };

function session() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

test("a browser that refuses locks and storage, as with cookies blocked, does not keep the editor loading for ever", async () => {
  browser({ locks: refusing, storage: blocked });
  const page = await claimTab();
  assert.match(page.id, /^\w+$/);
  assert.equal(await page.alive(), null);
});

test("a page without locks knows itself after a reload", async () => {
  const storage = session();
  browser({ locks: undefined, storage: () => storage });
  assert.equal((await claimTab()).id, (await claimTab()).id);
});

test("two pages with locks are two, and each knows of the other", async () => {
  const held = [];
  const locks = {
    request: (name, hold) => (held.push({ name }), hold(), new Promise(() => {})),
    query: async () => ({ held }),
  };
  browser({ locks, storage: blocked });
  const [one, other] = [await claimTab(), await claimTab()];
  assert.notEqual(one.id, other.id);
  assert.deepEqual(await one.alive(), new Set([one.id, other.id]));
});
