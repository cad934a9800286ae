import assert from "node:assert/strict";
import test from "node:test";

import { Page, Server, settle } from "./editor_page.mjs";

const SAVES = /^POST .*revisions$/;
const plate = (runs) => runs.length > 2;

/** A stroke on the first of some photographs, sent by a command; the answer waits for `release`. */
async function sending(command) {
  const server = new Server(3);
  const page = new Page(server);
  await page.open(1);
  page.stroke([5, 5], [10, 5]);
  const release = server.hold(SAVES);
  const done = page.run(command);
  await settle();
  return { server, page, release, done };
}

test("the answer to a save that comes after the next photograph was opened is not taken for that one's", async () => {
  const server = new Server(3);
  const page = new Page(server);
  await page.open(1);
  page.stroke([5, 5], [10, 5]);
  server.away = true;
  await page.run("save");
  assert.equal(page.saving.phase, "queued");
  const release = server.hold(SAVES);
  server.away = false;
  await page.run("skip");
  await settle();
  release();
  await settle();
  assert.equal(page.session.item.id, 2);
  assert.deepEqual([page.saving.phase, page.saving.state.head, page.session.document.dirty], ["clean", 0, false]);
  assert.ok(plate(server.runs(1)));
  assert.equal(server.photos.get(2).revisions.length, 0);
  assert.deepEqual(await page.drafts.all(), []);
});

test("a revision that comes back after the next photograph was opened leaves the strokes there alone", async () => {
  const server = new Server(3);
  server.append(1, [0, 100, 1, 20, 0, 1080]);
  server.append(1, [0, 1200]);
  const page = new Page(server);
  await page.open(1);
  const release = server.hold(/restore$/);
  const restored = page.answers.restore(1);
  await settle();
  await page.run("next");
  page.stroke([5, 5], [10, 5]);
  const drawn = page.runs;
  release();
  await restored;
  assert.equal(server.photos.get(1).revisions.length, 3);
  page.stroke([5, 15], [10, 15]);
  assert.equal(page.saving.phase, "unsaved");
  const both = page.runs;
  assert.notDeepEqual(both, drawn);
  await page.run("next");
  assert.deepEqual(server.runs(2), both);
  assert.equal(server.photos.get(1).revisions.length, 3);
});

test("a stroke drawn while the save is on its way goes along, and does not go on in the next photograph", async () => {
  const { server, page, release, done: moved } = await sending("next");
  page.down(5, 20);
  page.move([20, 20]);
  const drawn = page.runs;
  release();
  await moved;
  page.move([30, 25]);
  page.up();
  assert.equal(page.session.item.id, 2);
  assert.ok(!plate(page.runs));
  assert.deepEqual(server.runs(1), drawn);
  assert.deepEqual(await page.drafts.all(), []);
});

test("a stroke under way when a photograph is skipped stays in this browser as it stands", async () => {
  const server = new Server(3);
  const page = new Page(server);
  await page.open(1);
  const release = server.hold(SAVES);
  page.stroke([5, 5], [10, 5]);
  void page.run("save");
  await settle();
  const moved = page.run("skip");
  page.down(5, 20);
  page.move([20, 20]);
  const drawn = page.runs;
  release();
  await moved;
  const [draft] = await page.drafts.of(1);
  assert.deepEqual([...draft.runs], drawn);
});

test("after a save was refused once and then went well, moving on saves again", async () => {
  const server = new Server(3);
  const page = new Page(server);
  await page.open(1);
  page.stroke([5, 5], [10, 5]);
  server.refusals.set("POST /api/items/1/revisions", { status: 507, body: { error: "The disk is full." } });
  await page.run("next");
  assert.deepEqual([page.session.item.id, page.saving.phase], [1, "refused"]);
  server.refusals.clear();
  await page.run("save");
  assert.equal(page.saving.phase, "clean");
  page.stroke([5, 20], [10, 20]);
  const drawn = page.runs;
  await page.run("next");
  assert.equal(page.session.item.id, 2);
  assert.deepEqual(server.runs(1), drawn);
});

test("a save that is refused again and again lets the person go on, asked twice", async () => {
  const server = new Server(3);
  const page = new Page(server);
  await page.open(1);
  page.stroke([5, 5], [10, 5]);
  server.refusals.set("POST /api/items/1/revisions", { status: 507, body: { error: "The disk is full." } });
  await page.run("next");
  await page.run("next");
  assert.equal(page.session.item.id, 2);
  assert.equal((await page.drafts.of(1)).length, 1);
});

test("a photograph chosen while an accepted mask is on its way is the one that opens", async () => {
  const server = new Server(4);
  const page = new Page(server);
  await page.open(1);
  page.stroke([5, 5], [10, 5]);
  await settle();
  const release = server.hold(SAVES);
  const accepted = page.run("accept");
  await settle();
  const chosen = page.open(4);
  release();
  await Promise.all([accepted, chosen]);
  await settle();
  assert.equal(page.session.item.id, 4);
});

test("a stroke drawn and undone while the save is on its way leaves nothing unsaved", async () => {
  const { server, page, release, done: saved } = await sending("save");
  page.stroke([5, 20], [10, 20]);
  await page.run("undo");
  release();
  await saved;
  assert.equal(page.saving.phase, "clean");
  assert.deepEqual(await page.drafts.all(), []);
});

test("of two old masks asked for one after the other, the one asked for last is shown", async () => {
  const server = new Server(1);
  server.append(1, [0, 100, 1, 20, 0, 1080]);
  server.append(1, [0, 200, 1, 20, 0, 980]);
  const page = new Page(server);
  await page.open(1);
  const release = server.hold(/masks\/1$/);
  const first = page.answers.peek(1);
  await page.answers.peek(2);
  release();
  await first;
  assert.equal(page.session.compared.title, "revision 2");
});

test("the photograph on screen can still be drawn when others chosen meanwhile do not open", async () => {
  const server = new Server(6);
  const page = new Page(server);
  const open = new Set();
  const decode = globalThis.createImageBitmap;
  globalThis.createImageBitmap = async () => {
    const picture = { width: 40, height: 30, close: () => open.delete(picture) };
    open.add(picture);
    return picture;
  };
  try {
    await page.open(1);
    await settle();
    const release = server.hold(/image$/);
    const opening = [];
    for (const id of [3, 4, 5]) {
      opening.push(page.open(id));
      await settle();
    }
    release();
    server.photos.delete(6);
    await page.open(6);
    await Promise.all(opening);
  } finally {
    globalThis.createImageBitmap = decode;
  }
  assert.equal(page.session.item.id, 1);
  assert.ok(page.session.ready);
  assert.ok(open.has(page.session.picture.full));
});
