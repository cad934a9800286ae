import assert from "node:assert/strict";
import test from "node:test";
import { bodyOf, DEFAULTS, labelsOf, problemsOf, secondsOf, summaryOf } from "../../plateseg/ui/upload/options.js";

const titleOf = (name) => ({ coco: "COCO" })[name] ?? name;

test("as usual the server is sent nothing and nothing is told", () => {
  assert.deepEqual(bodyOf(DEFAULTS), {});
  assert.deepEqual(problemsOf(DEFAULTS), {});
  assert.equal(summaryOf(DEFAULTS, titleOf), "");
});

test("what was chosen goes to the server and stands beside the closed form", () => {
  const options = { format: "coco", labels: " car plate, plate ,,plate", without_shape: "unlabelled", by_change: false, every: "0,5" };
  assert.deepEqual(bodyOf(options), { format: "coco", labels: ["car plate", "plate"], without_shape: "unlabelled", every: 0.5 });
  assert.equal(summaryOf(options, titleOf), "COCO · plate is car plate or plate · without a shape: not labelled · a video frame every 0,5 s");
});

test("by change there are no seconds, and what stands there does not matter", () => {
  const options = { ...DEFAULTS, by_change: true, every: "never" };
  assert.deepEqual(problemsOf(options), {});
  assert.deepEqual(bodyOf(options), { by_change: true });
});

for (const [every, sentence] of [
  ["", /number/],
  ["often", /number/],
  ["1 2", /number/],
  ["NaN", /number/],
  ["Infinity", /number/],
  ["0", /0\.01 to 3600/],
  ["-1", /0\.01 to 3600/],
  ["3601", /0\.01 to 3600/],
  ["0.01", null],
  [" 2.5 ", null],
  ["3600", null],
]) {
  test(`seconds: ${JSON.stringify(every)}`, () => {
    const problem = problemsOf({ ...DEFAULTS, every }).every;
    if (sentence === null) assert.equal(problem, undefined);
    else assert.match(problem, sentence);
  });
}

test("too many labels, and one without end", () => {
  const many = Array.from({ length: 21 }, (_, number) => `label ${number}`).join(",");
  assert.match(problemsOf({ ...DEFAULTS, labels: many }).labels, /At most 20 labels, here are 21/);
  assert.match(problemsOf({ ...DEFAULTS, labels: "x".repeat(201) }).labels, /at most 200/);
  assert.deepEqual(labelsOf(" , ,"), []);
  assert.ok(Number.isNaN(secondsOf(" ")));
});
