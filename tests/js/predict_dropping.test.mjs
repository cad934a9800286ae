import assert from "node:assert/strict";
import test from "node:test";

import { named } from "../../plateseg/ui/predict/dropzone.js";
import { Session } from "../../plateseg/ui/predict/session.js";
import { Worker } from "../../plateseg/ui/predict/worker.js";

test("a drop of which one file cannot be opened is taken, and says so of that one", async () => {
  const good = new File(["bytes"], "car.jpg");
  globalThis.fetch = async () => Response.json({ id: "1", threshold: 0.5, score: 0, plates: [], mask_pixels: 0 }, { status: 201 });
  const session = new Session();
  session.add(named([{ file: null, path: "cars/gone.jpg" }, { file: good, path: "car.jpg" }]));
  await new Worker(session, { model: () => "champion", onChange: () => {} }).run();
  const [gone, car] = session.shots;
  assert.deepEqual([gone.phase, car.phase], ["error", "ready"]);
  assert.match(gone.error, /^gone\.jpg: This file could not be read\./);
});

test("a folder that cannot be read is told by its name, like a file that cannot be", () => {
  assert.deepEqual(named([{ file: null, path: "album/cars/" }]), [{ name: "cars", file: null }]);
});

test("a photograph from the clipboard has no name, and gets one", () => {
  assert.equal(named([{ file: new File(["bytes"], ""), path: "" }])[0].name, "pasted.png");
});
