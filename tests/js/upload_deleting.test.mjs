import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../plateseg/ui/editor/drafts.js";
import { linesOf, portions, titleOf, toldOf } from "../../plateseg/ui/upload/deleting.js";

const held = (photographs, ...names) => ({
  photographs,
  snapshots: names.map((snapshot) => ({ snapshot, photographs })),
});
const foresight = (number, changes = {}) => ({
  seen: Array.from({ length: number }, (_, at) => [at + 1, 0]),
  names: ["a.jpg", "b.jpg", "c.jpg"].slice(0, number),
  bytes: 34 * 2 ** 20,
  masks: {},
  held: held(0),
  ...changes,
});
const outcome = (deleted, changes = {}) => ({
  deleted: Array.from({ length: deleted }, (_, at) => at + 1),
  kept: [],
  stillHeld: 0,
  failure: "",
  ...changes,
});

test("the question says what is lost, and what of it a person drew", () => {
  assert.equal(titleOf(1), "Delete 1 photograph for good?");
  assert.equal(titleOf(1200), "Delete 1,200 photographs for good?");
  assert.deepEqual(linesOf(foresight(2)), [
    "2 photographs, about 34 MB: a.jpg, b.jpg.",
    "There are no masks of them.",
    "This cannot be undone.",
  ]);
  const [names, masks] = linesOf(foresight(48, { masks: { model: 8, manual: 2, synthetic: 40 } }));
  assert.equal(names, "48 photographs, about 34 MB: a.jpg, b.jpg, c.jpg and 45 more.");
  assert.equal(masks, "50 masks of them: 2 saved by a person, 40 drawn along with the photograph, 8 proposed by a model.");
  assert.equal(linesOf(foresight(1, { masks: { imported: 1 } }))[1], "1 mask of it: 1 imported.");
});

test("the question says what snapshots keep", () => {
  const line = (number, kept) => linesOf(foresight(number, { held: kept }))[2];
  assert.equal(line(3, held(2, "before", "run-1")), "Snapshots before, run-1 keep the frozen masks of 2 of them: the photographs go, these masks stay there.");
  assert.equal(line(3, held(1, "before")), "Snapshot before keeps the frozen mask of 1 of them: the photographs go, this mask stays there.");
  assert.equal(line(1, held(1, "before")), "Snapshot before keeps the frozen mask of it: the photograph goes, this mask stays there.");
  assert.match(line(9, held(9, "a", "b", "c", "d", "e")), /^Snapshots a, b, c and 2 more keep the frozen masks of all of them/);
});

test("afterwards it says what went, what is still held, what was kept and why", () => {
  assert.equal(toldOf(outcome(3), foresight(3)), "3 photographs deleted.");
  assert.equal(
    toldOf(outcome(3, { stillHeld: 2 }), foresight(3, { held: held(2, "before") })),
    "3 photographs deleted. Snapshot before still holds the frozen masks of 2 of them.",
  );
  assert.equal(
    toldOf(outcome(1, { stillHeld: 1 }), foresight(1)),
    "1 photograph deleted. Snapshots still hold the frozen mask of it.",
  );
  assert.equal(
    toldOf(outcome(2, { kept: [3] }), foresight(3)),
    "2 photographs deleted. 1 was kept: somebody saved a mask of it meanwhile.",
  );
  assert.equal(
    toldOf(outcome(50, { failure: "The server is not answering." }), foresight(120)),
    "50 photographs deleted. The server is not answering. 70 are still there.",
  );
});

test("a large set goes in portions, each photograph once", () => {
  assert.deepEqual(portions([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
  assert.deepEqual(portions([], 2), []);
});

test("strokes on deleted photographs are forgotten, those on others are kept", async () => {
  const drafts = new Drafts(null);
  for (const [key, item] of [["7:a", 7], ["7:b", 7], ["8:a", 8]]) await drafts.put({ key, item });

  await drafts.forget(new Set([7, 9]));

  assert.deepEqual((await drafts.all()).map(({ key }) => key), ["8:a"]);
  assert.deepEqual([drafts.has(7), drafts.has(8)], [false, true]);
});
