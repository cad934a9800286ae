import assert from "node:assert/strict";
import test from "node:test";

import { Importer } from "../../plateseg/ui/upload/importer.js";

test("what is dropped while the page asks after the import before its reload is not passed over for that one", async () => {
  globalThis.sessionStorage = { getItem: () => "before", setItem: () => {}, removeItem: () => {} };
  let answer;
  globalThis.fetch = () => new Promise((resolve) => (answer = resolve));
  const importer = new Importer(() => {});
  const resumed = importer.resume();
  importer.look(3);
  answer(Response.json({ state: "done", report: { added: 1 } }));
  await resumed;
  assert.deepEqual([importer.state.phase, importer.state.files], ["looking", 3]);
});
