/** Snapshots in words: what they hold, what a restore would do before it does it, what it did. */
import assert from "node:assert/strict";
import test from "node:test";
import * as words from "../../plateseg/ui/dataset/snapshot_words.js";

const NONE = { masks: 0, splits: 0, back: 0, excluded: 0, stay: 0, gone: 0, held: 0 };
const ALSO = ["overtaken", "unreadable"].reduce((all, name) => ({ ...all, [name]: 0 }), NONE);

test("counts are told by split, and of each split how many show no plate", () => {
  const counts = [
    { split: "train", photographs: 1200, without_plate: 4 },
    { split: "val", photographs: 30, without_plate: 0 },
    { split: "unassigned", photographs: 1, without_plate: 0 },
  ];
  assert.deepEqual(words.countLines(counts), ["1,200 train, 4 of them without a plate", "30 validation", "1 without a split"]);
  assert.deepEqual(words.countLines([]), []);
});

test("a snapshot without masks says that its photographs are not the person's", () => {
  const counts = [{ split: "train", photographs: 169, without_plate: 0 }];
  assert.deepEqual(words.heldLines({ counts, names_only: true }), ["169 photographs that taught the starter model; not yours"]);
  assert.deepEqual(words.heldLines({ counts, names_only: false }), ["169 train"]);
});

test("a comparison that is read again turns to what still differs, and stays where nothing does", () => {
  assert.equal(words.wentElsewhere({ counts: { added: 2, changed: 0 }, lines: [] }), true);
  assert.equal(words.wentElsewhere({ counts: { added: 2, changed: 0 }, lines: [{}] }), false);
  assert.equal(words.wentElsewhere({ counts: { added: 0, changed: 0 }, lines: [] }), false);
});

const LINES = [
  [{ what: "added", split: "train" }, "in train"],
  [{ what: "removed", split: "val" }, "was in validation"],
  [{ what: "changed", iou: 0.5 }, "IoU of both masks 0.500"],
  [{ what: "changed", iou: null }, "masks that cannot be compared"],
  [{ what: "moved", split: "train", to: "test" }, "train → test"],
];

for (const [line, said] of LINES) {
  test(`a photograph that was ${line.what} reads "${said}"`, () => assert.equal(words.lineWords(line), said));
}

test("a restore says before it is done what will happen, that no mask is lost, and how to undo it", () => {
  const plan = words.planSentences({ ...NONE, masks: 12, splits: 1, excluded: 3, held: 1, gone: 2 });
  assert.match(plan[0], /^12 photographs get the mask of then as a new revision/);
  assert.match(plan[1], /^1 photograph goes back to the split of then/);
  assert.match(plan[2], /^3 photographs labelled since are excluded\. Annotate takes them back in/);
  assert.match(plan[3], /^1 photograph is pinned and keeps its split/);
  assert.match(plan[4], /^2 photographs of then are not here any more and do not come back/);
  assert.match(plan[5], /^No mask is overwritten or deleted\..*undone/);
  assert.match(plan[6], /^What somebody saves while this runs stays/);
});

test("a restore that would change nothing says so, and what it leaves", () => {
  assert.equal(words.changesAnything({ ...NONE, stay: 4, gone: 1, held: 2 }), false);
  const plan = words.planSentences({ ...NONE, stay: 4 });
  assert.match(plan[0], /^Nothing would change/);
  assert.deepEqual(plan.slice(1), ["4 photographs labelled since stay in the dataset."]);
});

test("a restore says what it did and where the state before it is", () => {
  assert.equal(words.restoredSentence({ ...ALSO, before: null }), "Nothing had to change.");
  assert.equal(
    words.restoredSentence({ ...ALSO, masks: 2, overtaken: 1, before: "ab12cd34" }),
    "2 masks came back as new revisions; 1 photograph was changed by somebody meanwhile and left so. " +
      "How it was before is snapshot ab12cd34.",
  );
});

test("a deletion says what stays and what goes", () => {
  assert.doesNotMatch(words.deletionQuestion("good", 0), /nothing else keeps/);
  assert.match(words.deletionQuestion("good", 1), /With it goes 1 mask of deleted photographs that nothing else keeps/);
});
