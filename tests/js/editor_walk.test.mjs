import assert from "node:assert/strict";
import test from "node:test";

import { Preferences } from "../../plateseg/ui/editor/preferences.js";
import { Walk } from "../../plateseg/ui/editor/walk.js";
import { passes, STATUS_FILTERS } from "../../plateseg/ui/shell/statuses.js";
import { Page, Server, settle } from "./editor_page.mjs";

/** A page on photographs 1, 2, 3, ... with a model, filtered to what is to do. */
function toDo(count) {
  const server = new Server(count);
  const runs = [0, 500, 1, 20, 0, 680];
  const proposal = { width: 40, height: 30, runs, model: "m", model_id: "1", score: 0.9, plates: [] };
  for (const id of server.photos.keys()) server.proposals.set(id, proposal);
  const page = new Page(server);
  page.preferences.set("status", "todo");
  return { server, page };
}

for (const [filter, held] of [
  [{ status: "", split: "" }, ["unlabelled", "proposed", "labelled", "no_plate", "excluded"]],
  [{ status: "todo", split: "" }, ["unlabelled", "proposed"]],
  [{ status: "proposed", split: "" }, ["proposed"]],
  [{ status: "labelled", split: "train" }, ["labelled"]],
  [{ status: "labelled", split: "val" }, []],
]) {
  test(`the filter ${filter.status || "all"} ${filter.split} holds ${held.join(", ") || "none"} of the split train`, () => {
    const all = ["unlabelled", "proposed", "labelled", "no_plate", "excluded"];
    assert.deepEqual(all.filter((status) => passes({ status, split: "train" }, filter)), held);
  });
}

test("no filter is offered that photographs leave because a model looked at them", () => {
  assert.deepEqual(STATUS_FILTERS.map(([name]) => name), ["", "todo", "proposed", "labelled", "no_plate", "excluded"]);
});

test("a browser that kept the filter of an earlier version is at what is to do", () => {
  const storage = { getItem: () => '{"status": "unlabelled", "split": "val"}' };
  const preferences = new Preferences(storage);
  assert.deepEqual([preferences.get("status"), preferences.get("split")], ["todo", "val"]);
});

test("visited photographs keep their place in a filtered list, the newest 300, until another filter is chosen", () => {
  const chosen = new Map([["status", ""], ["split", ""]]);
  const walk = new Walk(chosen);
  for (const id of [4, 7, 4]) walk.visit(id);
  assert.deepEqual(walk.filter, { status: "", split: "", also: "" });
  chosen.set("split", "val");
  assert.deepEqual(walk.filter, { status: "", split: "val", also: "7,4" });
  for (let id = 1; id <= 400; id++) walk.visit(id);
  assert.equal(walk.filter.also.split(",").length, 300);
  walk.startAnew();
  assert.equal(walk.filter.also, "400");
});

test("going on after a save passes over no photograph, although a model has proposed on those ahead", async () => {
  const { server, page } = toDo(4);
  await page.session.openFirst();
  const seen = [page.session.item.id];
  for (let i = 0; i < 3; i++) {
    await settle();
    await page.run("accept");
    seen.push(page.session.item.id);
  }
  assert.deepEqual(seen, [1, 2, 3, 4]);
  assert.equal(server.photos.get(4).status, "proposed");
});

test("the way back leads to the photograph that was just answered, and positions stay as they were", async () => {
  const { page } = toDo(4);
  await page.open(2);
  await settle();
  await page.run("accept");
  await settle();
  const place = () => [page.session.item.id, page.session.item.position, page.session.item.total];
  assert.deepEqual(place(), [3, 2, 4]);
  await page.run("previous");
  await settle();
  assert.deepEqual(place(), [2, 1, 4]);
  assert.equal(page.session.item.status, "labelled");
  assert.deepEqual([page.session.item.previous, page.session.item.next], [1, 3]);
});

test("the photograph that is open when a filter is chosen has a place in its list", async () => {
  const { page } = toDo(3);
  await page.open(1);
  await settle();
  await page.run("accept");
  page.preferences.set("status", "labelled");
  page.session.walk.startAnew();
  await page.session.refresh();
  const { id, position, total, previous, next } = page.session.item;
  assert.deepEqual([id, position, total, previous, next], [2, 1, 2, 1, null]);
});

test("a photograph reads proposed as soon as its proposal is there, and the ones ahead are looked up anew", async () => {
  const { page } = toDo(3);
  let told = 0;
  page.session.hooks.saved = () => told++;
  await page.open(1);
  await settle();
  assert.equal(page.session.item.status, "proposed");
  assert.equal(told, 2);
});

test("at the end of the list what is still to do before it is a key away", async () => {
  const { page } = toDo(2);
  await page.open(2);
  await settle();
  await page.run("accept");
  await settle();
  assert.equal(page.told.at(-1), "Saved. This was the last photograph of the list. X opens the next one to do.");
  await page.run("skip");
  await settle();
  await page.run("accept");
  await settle();
  await page.run("next");
  await page.run("next");
  assert.equal(page.session.item.id, 2);
  assert.equal(page.told.at(-1), "This is the last photograph of the list.");
});
