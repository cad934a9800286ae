import assert from "node:assert/strict";
import test from "node:test";
import * as state from "../../plateseg/ui/curves/runstate.js";

const run = (fields) => ({
  id: 1, name: "first", status: "running", stopping: false, epochs: 20, epoch: 7, step: 412, steps_per_epoch: 60,
  eta_seconds: 720, seconds_per_step: 0.5, memory_mb: 2355, images_per_second: 8.04, best_iou: 0.9134, best_epoch: 6,
  champion: false, can_resume: false, can_promote: true, can_compare: false, message: "", device: "cpu", progress: 0.34,
  batch: "4", started_at: "2026-11-22T10:00:00Z", ended_at: null, worked_before: 0, train_items: 240, val_items: 60, ...fields,
});
const now = new Date("2026-11-22T10:30:00Z");

const BUTTONS = [
  ["a running one can be stopped, not deleted", {}, { stop: true, resume: false, remove: false, promote: true, compare: false }],
  ["one that stops already cannot be stopped again", { stopping: true }, { stop: false, resume: false, remove: false, promote: true, compare: false }],
  ["a waiting one can be stopped and deleted", { status: "queued", can_promote: false }, { stop: true, resume: false, remove: true, promote: false, compare: false }],
  ["a lost one can be resumed", { status: "lost", can_resume: true }, { stop: false, resume: true, remove: true, promote: true, compare: false }],
  ["a lost one with a model can be compared", { status: "lost", can_resume: true, can_compare: true }, { stop: false, resume: true, remove: true, promote: true, compare: true }],
  ["the champion is champion already", { status: "finished", champion: true }, { stop: false, resume: false, remove: true, promote: false, compare: false }],
];
for (const [title, fields, expected] of BUTTONS) {
  test(title, () => assert.deepEqual(state.allowed(run(fields)), expected));
}

test("progress is told in epochs, steps and time left", () => {
  assert.equal(state.progressLine(run({})), "epoch 7 of 20 · step 412 of 1,200 · 12 min left");
  assert.match(state.progressLine(run({ eta_seconds: null })), /measuring the first steps/);
  assert.equal(state.progressLine(run({ status: "queued", epoch: 0, step: 0, steps_per_epoch: 0 })), "epoch 0 of 20 · step 0");
});

test("a run stopped within an epoch tells the same epoch everywhere", () => {
  const stopped = run({ status: "stopped", epochs: 50, epoch: 4, step: 67, steps_per_epoch: 14, best_iou: 0.717, best_epoch: 5 });
  assert.equal(state.progressLine(stopped), "ended in epoch 5 of 50 · step 67 of 700");
  assert.equal(state.progressLine(run({ status: "stopped", epoch: 0, step: 0 })), "ended before its first step");
  const best = (fields) => state.facts(run({ ...stopped, ...fields }), now).find(([, , testid]) => testid === "fact-best")[1];
  assert.equal(best({}), "0.717 (epoch 5, not finished)");
  assert.equal(best({ epoch: 5, step: 70 }), "0.717 (epoch 5)");
  assert.equal(best({ status: "running" }), "0.717 (epoch 5)", "its heartbeat is only a little late");
  assert.equal(state.progressLine(run({ epochs: 50, epoch: 4, step: 57, steps_per_epoch: 14 })), "epoch 5 of 50 · step 57 of 700 · 12 min left");
});

test("the time of a resumed run is that of all its sittings", () => {
  const resumed = { started_at: "2026-11-22T10:29:59Z", worked_before: 120 };
  assert.equal(state.secondsTaken(run(resumed), now), 121);
  assert.equal(state.secondsTaken(run({ ...resumed, status: "queued", started_at: null }), now), 120);
});

test("the list tells the best IoU and the time left", () => {
  assert.equal(state.summary(run({})), "IoU 0.913 · 12 min left");
  assert.equal(state.summary(run({ status: "queued", best_iou: null })), "no IoU yet");
});

test("figures that are not known are dashes", () => {
  const none = { best_iou: null, best_epoch: null, eta_seconds: null, memory_mb: null, images_per_second: null, seconds_per_step: null };
  const values = Object.fromEntries(state.facts(run({ ...none, device: "" }), now).map(([label, value]) => [label, value]));
  assert.deepEqual([values["Best IoU"], values["Time left"], values.Memory, values["Images/s"], values.Device], ["–", "–", "–", "–", "–"]);
  assert.equal(values["Time taken"], "30 min");
});

test("a batch that was found by trying is told as such", () => {
  const batch = (words) => state.facts(run({ batch: words }), now).find(([label]) => label === "Batch")[1];
  assert.deepEqual(["4", "auto", "auto: 8"].map(batch), ["4", "auto", "auto: 8"]);
});

test("a run that ended took the time from start to end; one that died unseen has none", () => {
  assert.equal(state.secondsTaken(run({ status: "finished", ended_at: "2026-11-22T10:10:00Z" }), now), 600);
  assert.equal(state.secondsTaken(run({ status: "lost" }), now), null);
  assert.equal(state.secondsTaken(run({ status: "queued", started_at: null }), now), null);
});

test("the run shown first: the running one, then a waiting one, then the newest", () => {
  const runs = [run({ id: 3, status: "finished" }), run({ id: 1 }), run({ id: 2, status: "queued" })];
  assert.equal(state.firstChoice(runs), 1);
  assert.equal(state.firstChoice(runs.filter((each) => each.id !== 1)), 2);
  assert.equal(state.firstChoice([runs[0]]), 3);
  assert.equal(state.firstChoice([]), null);
});

test("a run that stops says so while it still works", () => {
  assert.equal(state.statusWord(run({ stopping: true })), "stopping");
  assert.equal(state.statusWord(run({ stopping: true, status: "stopped" })), "stopped");
});

test("the starter model is told from runs of one's own", () => {
  const starter = run({ origin: "starter", status: "finished", best_iou: null });
  assert.equal(state.statusWord(starter), "shipped");
  assert.match(state.summary(starter), /before you have labelled/);
  assert.match(state.progressLine(starter), /shipped: there are no curves/);
  assert.deepEqual(state.facts(starter, now).map(([label, value]) => `${label} ${value}`), ["Learnt from 240 photographs, not here"]);
});
