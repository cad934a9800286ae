import assert from "node:assert/strict";
import test from "node:test";

import {
  draftFate,
  draftKey,
  orphans,
  PRESUMED_ALIVE,
  restoredSentence,
} from "../../plateseg/ui/editor/draft_rules.js";

const NOW = Date.parse("2026-11-22T14:30:00Z");
const draft = (changes = {}) => ({
  key: "7:a",
  item: 7,
  tab: "a",
  photo: "/api/items/7/image?v=abc",
  base: 2,
  width: 4,
  height: 3,
  runs: Uint32Array.from([0, 5, 1, 7]),
  seededFrom: "",
  strokes: 3,
  noPlate: false,
  queued: false,
  at: "2026-11-22T14:02:00Z",
  ...changes,
});
const item = (changes = {}) => ({
  photo: "/api/items/7/image?v=abc",
  width: 4,
  height: 3,
  head: 2,
  runs: [0, 12],
  noPlate: false,
  ...changes,
});

for (const [name, given, here, fate] of [
  ["the head is where the strokes began", {}, {}, "restore"],
  ["somebody saved meanwhile", {}, { head: 3 }, "conflict"],
  ["the first mask was saved elsewhere", { base: 0 }, { head: 1 }, "conflict"],
  ["the server has just this mask, whatever its number", {}, { head: 5, runs: [0, 2, 0, 3, 1, 7] }, "same"],
  ["another photograph got the same number", {}, { photo: "/api/items/7/image?v=fff" }, "foreign"],
  ["another size", {}, { width: 3, height: 4 }, "foreign"],
  ["nothing drawn on a photograph without a mask", { base: 0, runs: [0, 12] }, { head: 0 }, "same"],
  ["'no plate' not yet answered", { base: 0, runs: [0, 12], noPlate: true }, { head: 0 }, "restore"],
  ["'no plate' answered already", { runs: [0, 12], noPlate: true }, { head: 3, noPlate: true }, "same"],
  ["the mask was emptied", { runs: [0, 12] }, { runs: [0, 5, 1, 7] }, "restore"],
]) {
  test(`a draft found when ${name}: ${fate}`, () => assert.equal(draftFate(draft(given), item(here)), fate));
}

test("two pages keep two drafts of one photograph", () => {
  assert.notEqual(draftKey(7, "a"), draftKey(7, "b"));
});

test("drafts of open pages are theirs, those of closed pages come back after one's own, newest first", () => {
  const mine = draft({ tab: "me", at: "2026-11-22T14:00:00Z" });
  const open = draft({ tab: "open" });
  const old = draft({ tab: "old", at: "2026-11-20T08:00:00Z" });
  const recent = draft({ tab: "recent", at: "2026-11-22T14:29:59Z" });
  const found = orphans([old, open, mine, recent], { tab: "me", alive: new Set(["me", "open"]), now: NOW });
  assert.deepEqual(found, [mine, recent, old]);
});

test("where open pages cannot be known, a fresh draft is left to its page for a while", () => {
  const at = (ago) => new Date(NOW - ago).toISOString();
  const fresh = draft({ tab: "x", at: at(PRESUMED_ALIVE - 1000) });
  const stale = draft({ tab: "y", at: at(PRESUMED_ALIVE + 1000) });
  const mine = draft({ tab: "me", at: at(0) });
  assert.deepEqual(orphans([fresh, stale, mine], { tab: "me", alive: null, now: NOW }), [mine, stale]);
});

for (const [strokes, text] of [
  [3, "Restored 3 strokes from 14:02 that had not been saved."],
  [1, "Restored 1 stroke from 14:02 that had not been saved."],
  [0, "Restored an answer from 14:02 that had not been saved."],
]) {
  test(text, () =>
    assert.equal(
      restoredSentence(draft({ strokes }), () => "14:02"),
      text,
    ),
  );
}
