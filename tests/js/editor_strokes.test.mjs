import assert from "node:assert/strict";
import test from "node:test";

import { Page, Server } from "./editor_page.mjs";

async function opened() {
  const page = new Page(new Server(1));
  await page.open(1);
  return page;
}

test("a stroke in whose middle O was pressed, with no hole to fill, is one to save and to undo", async () => {
  const page = await opened();
  const before = page.runs;
  page.down(5, 5);
  page.move([20, 5]);
  await page.run("fill-holes");
  page.up();
  assert.equal(page.saving.phase, "unsaved");
  const after = page.runs;
  await page.run("undo");
  assert.deepEqual(page.runs, before);
  await page.run("redo");
  assert.deepEqual(page.runs, after);
});

test("undo in the middle of a stroke takes it back, keeps no draft of it and does not say there is nothing to undo", async () => {
  const page = await opened();
  const before = page.runs;
  page.down(5, 5);
  page.move([20, 5]);
  await page.run("undo");
  page.move([30, 20]);
  page.up();
  assert.deepEqual(page.runs, before);
  assert.ok(!page.told.includes("Nothing to undo."));
  assert.equal(page.saving.phase, "clean");
  assert.deepEqual(await page.drafts.all(), []);
});
