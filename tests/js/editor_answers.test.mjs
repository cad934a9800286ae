import assert from "node:assert/strict";
import test from "node:test";

import { HEIGHT, Page, Server, settle, WIDTH } from "./editor_page.mjs";

const EMPTY = [0, WIDTH * HEIGHT];
const PLATE = [0, 100, 1, 20, 0, WIDTH * HEIGHT - 120];

/** "No plate" was said on the first of some photographs while the server was away, by a page that is gone. */
async function answeredAway(photographs) {
  const server = new Server(photographs);
  const before = new Page(server, { id: "before" });
  await before.open(1);
  server.away = true;
  await before.run("no-plate");
  server.away = false;
  return { server, drafts: before.drafts };
}

test('"no plate" said while the server is away arrives as "no plate", not as an empty mask', async () => {
  const server = new Server(2);
  const page = new Page(server);
  await page.open(1);
  await page.open(2);
  await page.open(1);
  await settle();
  server.away = true;
  await page.run("no-plate");
  assert.equal(page.session.item.id, 2);
  server.away = false;
  await page.run("previous");
  await settle();
  assert.equal(server.photos.get(1).status, "no_plate");
});

test('"no plate" that waits for the server stays "no plate" when S is pressed meanwhile', async () => {
  const server = new Server(1);
  const page = new Page(server);
  await page.open(1);
  server.away = true;
  await page.run("no-plate");
  await page.run("save");
  server.away = false;
  await page.run("save");
  assert.equal(server.photos.get(1).status, "no_plate");
});

for (const key of ["save", "next"]) {
  test(`"no plate" that never reached the server comes back unsaved after a reload, and ${key} sends it`, async () => {
    const { server, drafts } = await answeredAway(2);
    // Reloaded twice: the page in between did nothing.
    await new Page(server, { drafts, id: "between" }).open(1);
    const page = new Page(server, { drafts, id: "after" });
    await page.open(1);
    assert.match(page.told.at(-1), /Restored an answer/);
    assert.equal(page.saving.phase, "unsaved");
    await page.run(key);
    assert.equal(server.photos.get(1).status, "no_plate");
    assert.deepEqual(await page.drafts.all(), []);
  });
}

test("an answer that came back and is discarded is forgotten", async () => {
  const { server, drafts } = await answeredAway(1);
  const page = new Page(server, { drafts, id: "after" });
  await page.open(1);
  page.session.notice.action.run();
  assert.equal(page.saving.phase, "clean");
  assert.deepEqual(await page.drafts.all(), []);
});

test('both masks joined are no "no plate", whatever was said of mine', async () => {
  const server = new Server(1);
  const page = new Page(server);
  await page.open(1);
  server.append(1, PLATE);
  await page.run("no-plate");
  await page.answers.resolve("union", page.asked.at(-1));
  assert.equal(page.saving.phase, "clean");
  assert.deepEqual(server.runs(1), PLATE);
});

test('"no plate" of an earlier page, overtaken by a mask and kept, is still "no plate"', async () => {
  const { server, drafts } = await answeredAway(1);
  server.append(1, PLATE);
  const page = new Page(server, { drafts, id: "after" });
  await page.open(1);
  await page.answers.resolve("mine", page.asked.at(-1));
  assert.deepEqual([server.photos.get(1).status, server.runs(1)], ["no_plate", EMPTY]);
});

test("strokes of this page are not overwritten by newer ones of a closed page: those come after", async () => {
  const server = new Server(2);
  const page = new Page(server);
  await page.open(1);
  page.stroke([5, 5], [10, 5]);
  const mine = page.runs;
  await page.run("skip");
  const [own] = await page.drafts.of(1);
  const other = { ...own, key: "1:closed", tab: "closed", runs: Uint32Array.from(PLATE), at: "2099-01-01T00:00:00Z" };
  await page.drafts.put(other);
  await page.open(1);
  assert.deepEqual(page.runs, mine);
  assert.deepEqual((await page.drafts.of(1)).map(({ key }) => key).sort(), ["1:closed", "1:page"]);
});
