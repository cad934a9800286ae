import assert from "node:assert/strict";
import test from "node:test";
import { Session } from "../../plateseg/ui/predict/session.js";

const files = (...names) => names.map((name) => ({ name, file: new Blob([name]) }));
const PREDICTION = { id: "a", threshold: 0.5, score: 0.9, plates: [], mask_pixels: 4 };

test("files are taken one after another, in their order", () => {
  const session = new Session();
  const [first, second] = session.add(files("a.jpg", "b.jpg"));
  assert.equal(session.current, first);
  assert.equal(session.next(), first);
  session.begin(first);
  assert.equal(session.next(), null);
  session.succeed(first, PREDICTION);
  assert.equal(session.next(), second);
  session.fail(second, "Not an image.", false);
  assert.equal(session.next(), null);
  assert.deepEqual(session.shots.map(({ phase }) => phase), ["ready", "error"]);
});

test("what the person looks at goes before what waits longer", () => {
  const session = new Session();
  const [, , third] = session.add(files("a.jpg", "b.jpg", "c.jpg"));
  assert.equal(session.select(third.key), true);
  assert.equal(session.next(), third);
});

test("new files become the current ones, the old results stay", () => {
  const session = new Session();
  const [old] = session.add(files("a.jpg"));
  session.begin(old);
  session.succeed(old, PREDICTION);
  const [fresh] = session.add(files("b.jpg"));
  assert.equal(session.current, fresh);
  assert.deepEqual(session.shots, [old, fresh]);
  assert.notEqual(old.key, fresh.key);
});

test("selecting what is selected, or what does not exist, changes nothing", () => {
  const session = new Session();
  const [only] = session.add(files("a.jpg"));
  assert.equal(session.select(only.key), false);
  assert.equal(session.select(99), false);
  assert.equal(session.current, only);
});

test("predicting again forgets the answer, and the item it became", () => {
  const session = new Session();
  const [shot] = session.add(files("a.jpg"));
  session.begin(shot);
  session.succeed(shot, PREDICTION);
  shot.kept = { item_id: 3, duplicate: false };
  session.again(shot);
  assert.deepEqual([shot.phase, shot.prediction, shot.cut, shot.kept], ["waiting", null, null, null]);
});

test("a photograph on its way through the model is not queued twice", () => {
  const session = new Session();
  const [shot] = session.add(files("a.jpg"));
  session.begin(shot);
  session.again(shot);
  assert.equal(shot.phase, "busy");
});

test("a late cut does not bring a failed photograph back", () => {
  const session = new Session();
  const [shot] = session.add(files("a.jpg"));
  session.begin(shot);
  session.succeed(shot, PREDICTION);
  session.recut(shot, { threshold: 0.3, score: 0.8, plates: [], mask_pixels: 9 });
  assert.equal(shot.cut.mask_pixels, 9);
  session.fail(shot, "Forgotten.", true);
  session.recut(shot, { threshold: 0.2, score: 0.7, plates: [], mask_pixels: 12 });
  assert.equal(shot.cut.mask_pixels, 9);
});
