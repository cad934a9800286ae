import assert from "node:assert/strict";
import test from "node:test";

import { openedState, statusLine, step } from "../../plateseg/ui/editor/saver.js";
import { randomNumbers } from "./editor_random.mjs";

const clock = () => "14:02";
const says = (state) => statusLine(state, clock).text;
const edited = (version, dirty = true, strokes = version) => ({ type: "edited", version, dirty, strokes });
const saved = (number) => ({ type: "saved", number, at: "2026-11-22T14:02:00Z", empty: false, noPlate: false });

/** Plays events; gives the last state and the effects of each event by name. */
function play(state, ...events) {
  const effects = [];
  for (const event of events) {
    const [next, list] = step(state, event);
    state = next;
    effects.push(list.map(({ type }) => type).join(" "));
  }
  return { state, effects };
}

test("draw, save, saved: the draft goes when the server has the strokes", () => {
  const { state, effects } = play(openedState({ head: 2 }), edited(1), { type: "save" }, saved(3));
  assert.deepEqual(effects, ["", "send", "forget"]);
  assert.equal(state.phase, "clean");
  assert.equal(says(state), "Saved as revision 3, 14:02");
});

test("a stroke drawn while the save is on its way stays unsaved, on the new base", () => {
  const { state, effects } = play(openedState(), edited(1), { type: "save" }, edited(2), saved(1));
  assert.equal(effects.at(-1), "keep");
  assert.deepEqual([state.phase, state.head], ["unsaved", 1]);
});

test("saving again while a save is on its way sends the newer strokes after it", () => {
  const { state, effects } = play(openedState(), edited(1), { type: "save" }, edited(2), { type: "save" }, saved(1));
  assert.equal(effects.at(-1), "keep send");
  assert.deepEqual([state.phase, state.sending, state.head], ["saving", 2, 1]);
});

test("pressing save twice sends once", () => {
  const { effects } = play(openedState(), edited(1), { type: "save" }, { type: "save" }, saved(1));
  assert.deepEqual(effects, ["", "send", "", "forget"]);
});

test("server gone: the draft stays, the watch begins, and being back sends it", () => {
  const { state, effects } = play(openedState(), edited(1), { type: "save" }, { type: "unreachable" });
  assert.equal(effects.at(-1), "keep watch");
  assert.match(says(state), /Server away: 1 unsaved stroke kept in this browser/);
  const later = play(state, edited(2), { type: "back" }, saved(1));
  assert.deepEqual(later.effects, ["", "send", "forget"]);
  assert.equal(later.state.phase, "clean");
});

test("being back means nothing to strokes nobody asked to save", () => {
  const { state, effects } = play(openedState(), edited(1), { type: "back" });
  assert.deepEqual([state.phase, effects.at(-1)], ["unsaved", ""]);
});

test("conflict: both stay until the person decides", () => {
  const { state, effects } = play(openedState({ head: 1 }), edited(1), { type: "save" }, { type: "conflicted" });
  assert.equal(effects.at(-1), "keep ask");
  assert.deepEqual([state.phase, state.head], ["conflict", 1]);
  const again = play(state, edited(2), { type: "save" });
  assert.equal(again.state.phase, "conflict", "drawing on does not decide");
  assert.equal(again.effects.at(-1), "ask");
  const mine = play(again.state, { type: "resolved", head: 2, kept: false, savedAt: null, version: 2 });
  assert.deepEqual([mine.state.phase, mine.state.head, mine.effects[0]], ["saving", 2, "send"]);
  const theirs = play(again.state, {
    type: "resolved",
    head: 2,
    kept: true,
    savedAt: "2026-11-22T14:02:00Z",
    version: 3,
  });
  assert.deepEqual(
    [theirs.state.phase, theirs.effects[0], says(theirs.state)],
    ["clean", "forget", "Saved as revision 2, 14:02"],
  );
});

test("disk full: told, kept, and saving again tries again", () => {
  const { state, effects } = play(
    openedState(),
    edited(1),
    { type: "save" },
    { type: "refused", message: "The disk is full." },
  );
  assert.equal(effects.at(-1), "keep");
  assert.equal(says(state), "Not saved: The disk is full. Your strokes stay in this browser.");
  assert.equal(play(state, { type: "save" }).effects[0], "send");
});

test("undoing back to what the server has needs no saving and no draft", () => {
  const { state, effects } = play(openedState({ head: 4, savedAt: "x" }), edited(1), edited(2, false, 0));
  assert.deepEqual([state.phase, effects.at(-1), says(state)], ["clean", "forget", "Saved as revision 4, 14:02"]);
});

test("an empty mask says what to do, an answered one says so", () => {
  assert.equal(
    says(openedState({ head: 2, savedAt: "x", empty: true })),
    "Saved as revision 2, 14:02. Saved as empty; say No plate (N) if there is none",
  );
  assert.equal(
    says(openedState({ head: 2, savedAt: "x", empty: true, noPlate: true })),
    "Saved as revision 2, 14:02: no plate here",
  );
  assert.equal(says(openedState()), "No mask yet");
});

test("whatever happens, strokes the server lacks are never forgotten", () => {
  const random = randomNumbers(41);
  for (let round = 0; round < 500; round++) {
    let state = openedState();
    let version = 0;
    let onServer = 0;
    let sent = -1;
    for (let i = 0; i < 40; i++) {
      const event = randomEvent(random, state, version, onServer);
      if (event.type === "edited") version = event.version;
      const [next, effects] = step(state, event);
      if (event.type === "saved") onServer = sent;
      if (effects.some(({ type }) => type === "send")) sent = next.sending;
      if (event.type === "resolved" && event.kept) onServer = version;
      const forgot = effects.some(({ type }) => type === "forget");
      assert.ok(
        !forgot || onServer === version,
        `round ${round}, step ${i}: ${event.type} in ${state.phase} forgot version ${version}, server has ${onServer}`,
      );
      state = next;
    }
  }
});

function randomEvent(random, state, version, onServer) {
  const pick = Math.floor(random() * 3);
  const draw = edited(version + 1);
  if (state.phase === "saving") {
    return [
      saved(state.head + 1),
      { type: ["unreachable", "conflicted", "refused"][Math.floor(random() * 3)], message: "No." },
      draw,
    ][pick];
  }
  if (state.phase === "conflict") {
    return [
      { type: "resolved", head: state.head + 1, kept: random() < 0.5, savedAt: null, version },
      { type: "save" },
      draw,
    ][pick];
  }
  const undone = version === onServer ? { type: "edited", version, dirty: false, strokes: 0 } : draw;
  return [undone, { type: random() < 0.5 ? "save" : "back" }, draw][pick];
}
