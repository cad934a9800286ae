import assert from "node:assert/strict";
import { test } from "node:test";
import { questionOf, toldOf } from "../../plateseg/ui/upload/deleting.js";

const held = (photographs, ...names) => ({
  photographs,
  snapshots: names.map((snapshot) => ({ snapshot, photographs })),
});

test("the question says what is lost, and what snapshots keep", () => {
  assert.equal(
    questionOf(3, held(0)),
    "Delete 3 photographs and every mask drawn on them? This cannot be undone.",
  );
  assert.equal(
    questionOf(3, held(2, "before", "run-1")),
    "Delete 3 photographs and every mask drawn on them? This cannot be undone. " +
      "Snapshots before, run-1 keep the frozen masks of 2 of them: the photographs would go, these masks would stay there.",
  );
  assert.match(questionOf(1, held(1, "before")), /drawn on it\?.* Snapshot before keeps the frozen mask of it: the photograph/);
  assert.match(questionOf(9, held(9, "a", "b", "c", "d", "e")), /Snapshots a, b, c and 2 more keep the frozen masks of all of them/);
  assert.equal(questionOf(1, null), "Delete 1 photograph and every mask drawn on it? This cannot be undone.");
});

test("afterwards it says what went and what is still held", () => {
  assert.equal(toldOf(3, held(0), 0), "3 photographs deleted.");
  assert.equal(toldOf(3, held(2, "before"), 2), "3 photographs deleted. Snapshot before still holds the frozen masks of 2 of them.");
  assert.equal(toldOf(1, null, 1), "1 photograph deleted. Snapshots still hold the frozen mask of it.");
});
