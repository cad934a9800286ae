import assert from "node:assert/strict";
import test from "node:test";
import * as figures from "../../plateseg/ui/curves/figures.js";
import * as photos from "../../plateseg/ui/curves/photo_rows.js";
import * as standing from "../../plateseg/ui/curves/standing.js";

const now = new Date("2026-11-22T12:00:00Z");
const run = (id, fields = {}) => ({
  id, name: `run ${id}`, architecture: "unet", image_size: 512, train_items: 240, val_items: 60, best_iou: 0.8, champion: false,
  status: "finished", started_at: "2026-11-22T10:00:00Z", ended_at: `2026-11-22T10:${10 + id}:00Z`, worked_before: 0, judgement: null, verdict: null,
  ...fields,
});
const judged = (mean_iou) => ({ judgement: { images: 60, mean_iou, mean_iou_low: mean_iou - 0.02, mean_iou_high: mean_iou + 0.01, boundary_iou: 0.7, plate_recall_75: 0.9 } });
const verdict = (decision, difference) => ({
  verdict: { decision, difference, low: 0, high: 0, images: 60, sentence: `${decision}: …`, against: { run_id: 1, name: "old" } },
});
const order = (runs, key, down) => standing.sorted(runs, { key, down }, now).map(({ id }) => id);

test("sorted by any column; what has no value stands last either way, equals newest first", () => {
  const runs = [run(1, judged(0.9)), run(2, { best_iou: null }), run(3, judged(0.7)), run(4)];
  assert.deepEqual(order(runs, "iou", true), [1, 4, 3, 2]);
  assert.deepEqual(order(runs, "iou", false), [3, 4, 1, 2]);
  assert.deepEqual(order(runs, "boundary", true), [3, 1, 4, 2]);
  assert.deepEqual(order(runs, "time", true), [4, 3, 2, 1]);
  assert.deepEqual(order([run(9), run(10), run(2)], "name", false), [2, 9, 10]);
  assert.deepEqual(order(runs, "no such column", false), [1, 2, 3, 4]);
});

test("the champion heads the verdicts, and runs nobody compared end them", () => {
  const runs = [run(1), run(2, verdict("worse", -0.1)), run(3, verdict("better", 0.1)), run(4, { champion: true }), run(5, verdict("cannot tell", 0))];
  assert.deepEqual(order(runs, "verdict", true), [4, 3, 5, 2, 1]);
});

test("a click turns the order round, another column begins with its best", () => {
  assert.deepEqual(standing.clicked({ key: "iou", down: true }, "iou"), { key: "iou", down: false });
  assert.deepEqual(standing.clicked({ key: "name", down: false }, "iou"), { key: "iou", down: true });
  assert.deepEqual(standing.clicked({ key: "iou", down: true }, "name"), { key: "name", down: false });
});

test("every column has words for a run that was not judged and one that was", () => {
  for (const each of [run(1, { best_iou: null, started_at: null }), run(2, judged(0.9))]) {
    for (const column of standing.COLUMNS) assert.equal(typeof column.text(each, now), "string");
  }
  assert.equal(standing.interval(run(1, judged(0.9))), "0.880 to 0.910");
  assert.equal(standing.interval(run(1)), "");
});

test("a run judged on a part of its photographs says of how many", () => {
  const part = run(1, judged(0.9));
  part.judgement.images = 12;
  part.judgement.of = 60;
  assert.equal(standing.interval(part), "0.880 to 0.910, 12 of 60");
  assert.equal(figures.judgedTitle(part), "Judged on 12 of 60 photographs");
  part.judgement.of = 12;
  assert.equal(standing.interval(part), "0.880 to 0.910");
  assert.equal(figures.judgedTitle(part), "Judged on 12 photographs");
});

const STATES = [
  ["running", { status: "running" }, { images: 0, of: 60 }, "Not judged yet: this comes when the run ends."],
  ["failed before its first validation", { status: "failed" }, { images: 0, of: 60 }, "It ended before it had a model, so there is nothing to judge."],
  ["lost with a model", { status: "lost", can_compare: true }, { images: 0, of: 60 }, "Not judged yet. Compare now judges it on its 60 validation photographs."],
  ["stopped, judged in part", { status: "stopped", can_compare: true }, { images: 12, of: 60 }, "Judged on 12 of 60 photographs so far. Compare now goes on with the others."],
  ["judged in part, training again", { status: "running" }, { images: 12, of: 60 }, "Judged on 12 of 60 photographs so far."],
  ["judged on all", {}, { images: 60, of: 60 }, ""],
  ["the starter model", {}, { images: 0, of: 0 }, "There is no validation photograph to judge it on: it came without any, or they were deleted."],
];
for (const [title, fields, of, sentence] of STATES) {
  test(`what the board says of a run: ${title}`, () => assert.equal(photos.judgedWords(run(1, fields), of), sentence));
}

test("the figures of a judgement are those that evaluate prints", () => {
  const bin = (low, high, plates, invented, recall, precision) => ({ low, high, plates, invented, recall, precision, recall_75: recall, precision_75: precision });
  const judgement = {
    images: 60, of: 60, mean_iou: 0.9134, mean_iou_low: 0.89, mean_iou_high: 0.93, iou: 0.92, boundary_iou: 0.8, seconds_per_image: 0.12345,
    plate_recall: 0.95, plate_precision: 0.7, plate_recall_75: 0.9, plate_precision_75: 0.65,
    by_height: [bin(0, 16, 0, 5, 1, 0), bin(16, 32, 40, 20, 0.95, 0.66), bin(64, null, 0, 0, 1, 1)],
  };
  assert.deepEqual(figures.pixelFigures(judgement).map(([label, value]) => [label, value]), [
    ["Mean IoU", "0.913 (0.890 to 0.930)"], ["Pooled IoU", "0.920"], ["Boundary IoU", "0.800"], ["A photograph takes", "0.12 s"],
  ]);
  const rows = figures.plateRows(judgement);
  assert.deepEqual(rows.map(({ height, plates, invented }) => [height, plates, invented]), [
    ["all", "40", "25"], ["0 to 16 px", "0", "5"], ["16 to 32 px", "40", "20"], ["64 px up", "0", "0"],
  ]);
  assert.deepEqual([rows[0].recall, rows[0].precision, rows[0].recall_75, rows[0].precision_75], ["0.950", "0.700", "0.900", "0.650"]);
  assert.deepEqual([rows[1].recall, rows[1].precision], ["–", "0.000"], "no plate to find, but specks were drawn");
  assert.deepEqual([rows[3].recall, rows[3].precision], ["–", "–"]);
  delete judgement.seconds_per_image;
  for (const each of judgement.by_height) delete each.invented;
  assert.equal(figures.pixelFigures(judgement)[3][1], "–", "judged by an earlier version");
  assert.equal(figures.plateRows(judgement)[0].invented, "–");
});

test("a verdict says whom it was against", () => {
  const better = run(2, verdict("better", 0.0312));
  assert.equal(standing.verdictWord(better), "better");
  assert.equal(standing.differenceText(better), "+0.031");
  assert.equal(standing.differenceText(run(2, verdict("worse", -0.2))), "−0.200");
  assert.equal(standing.verdictTitle(better), "Against old (run 1), better: ….");
  assert.equal(standing.verdictWord(run(1, { champion: true, ...verdict("worse", -1) })), "champion");
  assert.match(standing.verdictTitle(run(1)), /Not compared/);
  assert.match(standing.verdictTitle(run(1, { status: "running" })), /when it ends/);
});

test("settings that differ are marked, missing ones are dashes", () => {
  const rows = standing.settingRows([{ epochs: 5, seed: 0, start_from: "" }, { epochs: 8, seed: 0, ema: [1] }]);
  assert.deepEqual(rows, [
    { name: "epochs", values: ["5", "8"], differs: true },
    { name: "seed", values: ["0", "0"], differs: false },
    { name: "start from", values: ["–", "–"], differs: false },
    { name: "ema", values: ["–", "[1]"], differs: true },
  ]);
});

const photo = (item_id, iou, other_iou = null, fields = {}) => ({ item_id, iou, other_iou, missed: 0, invented: 0, ...fields });
const ids = (list, view) => photos.inView(list, view).map(({ item_id }) => item_id);

test("worst, most improved and most declined", () => {
  const list = [photo(1, 0.9, 0.5), photo(2, 0.2, 0.8), photo(3, 0.5, null), photo(4, 0.6, 0.6), photo(5, 0.7, 0.65)];
  assert.deepEqual(ids(list, "worst"), [2, 3, 4, 5, 1]);
  assert.deepEqual(ids(list, "improved"), [1, 5]);
  assert.deepEqual(ids(list, "declined"), [2]);
  assert.deepEqual(list.map(photos.gainText), ["+0.400", "−0.600", "", "0.000", "+0.050"]);
});

test("a photograph's plates are counted: those found as well where others were invented", () => {
  assert.equal(photos.plateCounts(photo(1, 1, null, { found: 0 })), "none");
  assert.equal(photos.plateCounts(photo(1, 1, null, { found: 1 })), "1 found");
  assert.equal(photos.plateCounts(photo(1, 1, null, { found: 1, missed: 1, invented: 2 })), "1 found, 1 missed, 2 invented");
});
