import assert from "node:assert/strict";
import test from "node:test";

import { leaveDeleted } from "../../plateseg/ui/editor/deletion.js";
import { Page, Server, settle } from "./editor_page.mjs";

const SAVES = /POST .*revisions$/;

/** A page with photograph `id` open, a stroke on it. */
async function drawnOn(id) {
  const server = new Server(3);
  const page = new Page(server);
  await page.open(id);
  page.stroke([5, 5], [10, 5]);
  await settle();
  return { server, page };
}

const leave = (page, ids, shown = true) => leaveDeleted(page.session, { gone: new Set(ids), told: "Gone." }, { shown });

for (const [open, gone, next] of [[1, [1], 2], [2, [2], 3], [3, [3], 2], [2, [2, 3], 1]]) {
  test(`photograph ${open} open, ${gone} deleted: ${next} opens, and the strokes are neither saved nor kept`, async () => {
    const { server, page } = await drawnOn(open);

    assert.equal(await leave(page, gone), true);

    assert.equal(page.session.item.id, next);
    assert.deepEqual(await page.drafts.all(), []);
    assert.equal(server.asked.some((request) => SAVES.test(request)), false);
    assert.equal(page.told.at(-1), "Gone.");
    assert.deepEqual([page.saving.phase, page.session.document.dirty], ["clean", false]);
  });
}

test("strokes on the open photograph stay when others are deleted", async () => {
  const { page } = await drawnOn(1);
  await page.drafts.put({ key: "3:other", item: 3 });

  assert.equal(await leave(page, [2, 3]), false);

  assert.equal(page.session.item.id, 1);
  assert.deepEqual((await page.drafts.all()).map(({ item }) => item), [1]);
  assert.equal(page.session.document.dirty, true);
});

test("a save that waited for the server is not sent again for a photograph that is gone", async () => {
  const { server, page } = await drawnOn(1);
  server.away = true;
  await page.run("save");
  assert.equal(page.saving.phase, "queued");
  server.away = false;

  await leave(page, [1]);
  await page.saving.serverBack();
  await settle();

  assert.equal(server.photos.get(1).revisions.length, 0);
  assert.deepEqual(await page.drafts.all(), []);
});

test("on another tab nothing opens: Annotate looks for a photograph when it is shown again", async () => {
  const { page } = await drawnOn(1);

  assert.equal(await leave(page, [1], false), true);

  assert.deepEqual([page.session.item, page.session.target, page.session.state], [null, null, "loading"]);
});
