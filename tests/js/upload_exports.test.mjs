import assert from "node:assert/strict";
import { test } from "node:test";
import { isCut, previewLines, queryOf } from "../../plateseg/ui/upload/exports.js";

test("every split chosen is none named", () => {
  assert.equal(queryOf({ format: "coco", splits: ["train", "val"], all: 2, rest: false }), "format=coco");
  assert.equal(queryOf({ format: "yolo", splits: ["train"], all: 2, rest: false }), "format=yolo&split=train");
});

test("unanswered photographs are asked for by their status", () => {
  const query = new URLSearchParams(queryOf({ format: "coco", splits: [], all: 0, rest: true }));
  assert.equal(query.get("status"), "labelled,no_plate,todo");
});

test("what goes, what stays and why", () => {
  const lines = previewLines({
    photographs: 1200,
    by_part: { train: 1000, all: 200 },
    notes: ["Holes are lost."],
    skipped: [{ reason: "nobody has drawn a mask yet", count: 2, names: ["a.jpg"] }],
    renamed: Array.from({ length: 5 }, (_, n) => [`A${n}.jpg`, `A${n}-1.jpg`]),
    renamed_count: 7,
  });
  assert.equal(lines[0], "1,200 photographs: 1,000 train, 200 without a split");
  assert.equal(lines[1], "Holes are lost.");
  assert.equal(lines[2], "2 photographs left out, nobody has drawn a mask yet (a.jpg, …)");
  assert.equal(lines.at(-1), "and 2 more renamed");
  assert.equal(lines.length, 9);
});

test("the whole list is offered when names are left out", () => {
  const preview = (count, names, renamed_count = 0) => ({ skipped: [{ reason: "", count, names }], renamed: [], renamed_count });
  assert.equal(isCut(preview(1, ["a.jpg"])), false);
  assert.equal(isCut(preview(2, ["a.jpg"])), true);
  assert.equal(isCut(preview(0, [], 1)), true);
});
