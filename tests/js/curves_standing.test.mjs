import assert from "node:assert/strict";
import test from "node:test";
import * as photos from "../../plateseg/ui/curves/photo_rows.js";
import * as standing from "../../plateseg/ui/curves/standing.js";

const now = new Date("2026-11-22T12:00:00Z");
const run = (id, fields = {}) => ({
  id, name: `run ${id}`, architecture: "unet", image_size: 512, train_items: 240, val_items: 60, best_iou: 0.8, champion: false,
  status: "finished", started_at: "2026-11-22T10:00:00Z", ended_at: `2026-11-22T10:${10 + id}:00Z`, judgement: null, verdict: null,
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

test("a verdict says whom it was against", () => {
  const better = run(2, verdict("better", 0.0312));
  assert.equal(standing.verdictWord(better), "better");
  assert.equal(standing.differenceText(better), "+0.031");
  assert.equal(standing.differenceText(run(2, verdict("worse", -0.2))), "−0.200");
  assert.equal(standing.verdictTitle(better), "Against old (run 1), better: ….");
  assert.equal(standing.verdictWord(run(1, { champion: true, ...verdict("worse", -1) })), "champion");
  assert.match(standing.verdictTitle(run(1)), /Not compared/);
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
