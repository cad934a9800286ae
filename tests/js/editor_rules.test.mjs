import assert from "node:assert/strict";
import test from "node:test";

import { BINDINGS, commandOf, keyOf, withKey } from "../../plateseg/ui/editor/keys.js";
import { Preferences, sizeFromSlider, sliderFromSize, steppedSize } from "../../plateseg/ui/editor/preferences.js";
import { otherProposals, proposalPhase, Proposals, suggestedQuad } from "../../plateseg/ui/editor/proposals.js";
import { sheetAfter } from "../../plateseg/ui/editor/sheets.js";

const value = { model: "unet 3" };
const facts = (changes) => ({
  value: null,
  asking: false,
  reason: "",
  adopted: false,
  asked: false,
  head: 0,
  dirty: false,
  ...changes,
});

for (const [name, given, phase] of [
  ["nobody asked", {}, "none"],
  ["it is on its way", { asking: true }, "asking"],
  ["there is no model", { reason: "No model yet: train one on the Train tab." }, "unavailable"],
  ["nobody has drawn or saved", { value }, "offered"],
  ["the person asked although nothing is drawn", { value, asked: true }, "offered"],
  ["the person drew before it came", { value, dirty: true }, "none"],
  ["the person has saved a mask", { value, head: 3 }, "none"],
  ["the person drew and asked for it", { value, asked: true, dirty: true }, "compared"],
  ["the person saved a mask and asked for it", { value, asked: true, head: 3 }, "compared"],
  ["it was accepted or touched", { value, adopted: true, dirty: true }, "adopted"],
]) {
  test(`a proposal when ${name} is ${phase}`, () => assert.equal(proposalPhase(facts(given)), phase));
}

const region = (area, x, plateLike) => ({ area, quad: [[x, 0], [x + 9, 0], [x + 9, 3], [x, 3]], plate_like: plateLike });

test("the plate tool begins from the largest region that is proposed, if it is shaped like a plate", () => {
  const corners = suggestedQuad({ plates: [region(10, 50, true), region(27, 5, true)] });
  assert.deepEqual(corners, [{ x: 5, y: 0 }, { x: 14, y: 0 }, { x: 14, y: 3 }, { x: 5, y: 3 }]);
  // Where the largest is bumper and lamps, a smaller one is no better guess.
  assert.equal(suggestedQuad({ plates: [region(10, 50, true), region(27, 5, false)] }), null);
  assert.equal(suggestedQuad({ plates: [] }), null);
});

const drawnBy = (number, from, pixels, source = "model") => {
  return { number, source, seeded_from: from, plate_pixels: pixels, score: 0.9 };
};

test("what other models proposed can be shown again, the newest of each, and back", () => {
  const revisions = [drawnBy(4, "my first", 30), drawnBy(3, "Ada", 9, "manual"), drawnBy(2, "starter", 20), drawnBy(1, "starter", 10)];
  const others = (shown) => otherProposals(revisions, shown).map(({ number, earlier }) => [number, earlier]);
  assert.deepEqual(others({ model: "my first", pixels: 30, revision: null }), [[2, true]]);
  assert.deepEqual(others({ model: "starter", pixels: 20, revision: 2 }), [[4, false], [1, true]]);
  // Proposed since the revisions were read: all of them are earlier.
  assert.deepEqual(others({ model: "second", pixels: 5, revision: null }), [[4, true], [2, true]]);
  assert.deepEqual(otherProposals([], { model: "second", pixels: 5, revision: null }), []);
});

test("a proposal is asked for once, a missing one again", async () => {
  let asked = 0;
  const answers = [
    { model: null, reason: "No model yet." },
    { model: "unet", model_id: "3", score: 0.9, width: 2, height: 2, runs: [0, 1, 1, 3] },
  ];
  const proposals = new Proposals({ proposal: async () => answers[Math.min(asked++, 1)] });
  const item = { id: 7, width: 2, height: 2 };
  assert.equal((await proposals.ask(item, "champion")).reason, "No model yet.");
  const found = (await proposals.ask(item, "champion")).value;
  assert.deepEqual([found.pixels, found.extent], [3, { x0: 0, y0: 0, x1: 2, y1: 2 }]);
  await proposals.ask(item, "champion");
  assert.equal(asked, 2);
  proposals.forget();
  await proposals.ask(item, "champion");
  assert.equal(asked, 3);
});

test("a server that fails is a reason, not an exception", async () => {
  const failing = async () => Promise.reject(new Error("The server is not answering."));
  const { value: none, reason } = await new Proposals({ proposal: failing }).ask({ id: 1 }, "champion");
  assert.deepEqual([none, reason], [null, "The server is not answering."]);
});

const press = (key, held = {}) => commandOf({ key, code: "", ...held });
for (const [key, held, command] of [
  ["s", {}, "save"],
  ["S", {}, "save"],
  ["a", {}, "accept"],
  ["n", {}, "no-plate"],
  ["d", {}, "previous"],
  ["f", {}, "next"],
  ["x", {}, "skip"],
  ["?", { shiftKey: true }, "keys"],
  ["h", {}, "toggle-mask"],
  ["0", {}, "fit"],
  ["1", {}, "actual-size"],
  ["[", {}, "smaller"],
  ["]", {}, "larger"],
  ["ü", { code: "BracketLeft" }, "smaller"],
  ["[", { altKey: true }, "smaller"],
  ["z", { ctrlKey: true }, "undo"],
  ["Z", { ctrlKey: true, shiftKey: true }, "redo"],
  ["y", { ctrlKey: true }, "redo"],
  ["z", { metaKey: true }, "undo"],
  ["s", { ctrlKey: true }, "save"],
  ["a", { ctrlKey: true }, null],
  ["f", { ctrlKey: true }, null],
  ["d", { altKey: true }, null],
  ["z", {}, null],
  ["Tab", {}, null],
]) {
  const keys = [...Object.keys(held), key].join(" + ");
  test(`${keys} means ${command}`, () => assert.equal(press(key, held), command));
}

test("no key means two things", () => {
  const seen = BINDINGS.flatMap(({ keys, ctrl, shift }) =>
    keys.map((key) => `${ctrl ? "ctrl " : ""}${shift ? "shift " : ""}${key}`),
  );
  assert.equal(new Set(seen).size, seen.length);
});

test("tooltips name the key", () => {
  assert.equal(withKey("Save", "save"), "Save (S)");
  assert.equal(keyOf("undo"), "Ctrl Z");
  assert.equal(withKey("Exclude", "exclude"), "Exclude");
});

test("brush sizes: slider there and back, steps that always move and end", () => {
  for (const size of [1, 2, 3, 8, 20, 57, 160, 400]) assert.equal(sizeFromSlider(sliderFromSize(size)), size);
  for (const size of [1, 2, 3, 50, 399]) assert.ok(steppedSize(size, 1) > size);
  for (const size of [2, 3, 50, 400]) assert.ok(steppedSize(size, -1) < size);
  assert.deepEqual([steppedSize(400, 1), steppedSize(1, -1)], [400, 1]);
});

test("settings survive a reload; broken or foreign ones are left aside", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
  new Preferences(storage).set("opacity", 0.8);
  assert.equal(new Preferences(storage).get("opacity"), 0.8);
  kept.set("plateseg.editor", '{"opacity": "much", "autoNext": false}');
  assert.deepEqual([new Preferences(storage).get("opacity"), new Preferences(storage).get("autoNext")], [0.45, false]);
  kept.set("plateseg.editor", "{");
  assert.equal(new Preferences(storage).get("autoNext"), true);
});

test("of the sheets of a narrow window one is open at most, and its button closes it", () => {
  assert.equal(sheetAfter("", "panel"), "panel");
  assert.equal(sheetAfter("panel", "photographs"), "photographs");
  assert.equal(sheetAfter("photographs", "photographs"), "");
});
