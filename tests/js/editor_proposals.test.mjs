import assert from "node:assert/strict";
import test from "node:test";

import { PlateTool } from "../../plateseg/ui/editor/plate_tool.js";
import { encodeRuns } from "../../plateseg/ui/editor/rle.js";
import { HEIGHT, Page, Server, settle, WIDTH } from "./editor_page.mjs";

/** A mask with these boxes filled: [x0, y0, x1, y1], right and bottom exclusive. */
function boxes(...filled) {
  const data = new Uint8Array(WIDTH * HEIGHT);
  for (const [x0, y0, x1, y1] of filled) for (let y = y0; y < y1; y++) data.fill(1, y * WIDTH + x0, y * WIDTH + x1);
  return encodeRuns(data);
}

const BUMPER = [5, 10, 25, 20];
const GRILLE = [5, 2, 25, 6];

function proposed(model, ...regions) {
  const plates = regions.map(([x0, y0, x1, y1]) => ({ bbox: [x0, y0, x1 - x0, y1 - y0], area: (x1 - x0) * (y1 - y0), quad: [] }));
  return { model, model_id: "1", score: 0.9, width: WIDTH, height: HEIGHT, runs: boxes(...regions), plates };
}

async function opened(proposal, parts = {}) {
  const server = parts.server ?? new Server(2);
  server.proposals.set(1, proposal);
  const page = new Page(server, parts);
  await page.open(1);
  await settle();
  return { server, page };
}

function drawPlate(page, [x0, y0, x1, y1]) {
  const tool = new PlateTool(page.edits);
  tool.quad = [{ x: x0, y: y0 }, { x: x1, y: y0 }, { x: x1, y: y1 }, { x: x0, y: y1 }];
  tool.key({ key: "Enter" });
}

test("a plate drawn over a wrong proposal replaces the region it lies over, and the rest is told of", async () => {
  const { page } = await opened(proposed("tiny", BUMPER, GRILLE));
  drawPlate(page, [10, 12, 18, 16]);
  assert.deepEqual(page.runs, boxes([10, 12, 18, 16], GRILLE));
  assert.match(page.told.at(-1), /^1 more region of the proposal is in your mask now/);
  assert.equal(page.session.document.strokes, 1);
  drawPlate(page, [8, 3, 14, 5]);
  assert.deepEqual(page.runs, boxes([10, 12, 18, 16], [8, 3, 14, 5]));
  await page.run("undo");
  await page.run("undo");
  assert.deepEqual(page.runs, boxes(BUMPER, GRILLE));
});

test("a plate drawn where a person has edited the proposal by hand is added to it", async () => {
  const { page } = await opened(proposed("tiny", BUMPER));
  page.stroke([24, 12], [26, 12]);
  const edited = page.runs;
  drawPlate(page, [10, 12, 18, 16]);
  assert.deepEqual(page.runs, edited, "it lies inside of what was edited");
});

test("strokes on a proposal that come back after a reload are that proposal still: A does not replace them", async () => {
  const { server, page: before } = await opened(proposed("tiny", BUMPER), { id: "before" });
  before.stroke([30, 5], [35, 5]);
  const mine = before.runs;
  const { page } = await opened(proposed("tiny", BUMPER), { server, drafts: before.drafts, id: "after" });
  assert.match(page.told.join(), /Restored 1 stroke /);
  assert.equal(page.session.proposalPhase, "adopted");
  await page.run("save");
  await settle();
  assert.equal(page.session.proposalPhase, "adopted");
  await page.run("accept");
  assert.deepEqual(server.runs(1), mine);
});

for (const first of ["save", "accept"]) {
  test(`strokes from another model's proposal are not covered by the champion's unasked, and ${first} keeps them`, async () => {
    const { server, page: before } = await opened(proposed("old", BUMPER), { id: "before" });
    before.stroke([30, 5], [35, 5]);
    const mine = before.runs;
    const { page } = await opened(proposed("new", GRILLE), { server, drafts: before.drafts, id: "after" });
    assert.equal(page.session.proposalPhase, "none");
    await page.run(first);
    await settle();
    assert.deepEqual(server.runs(1), mine);
  });
}

test("discarding what came back offers the proposal again", async () => {
  const { server, page: before } = await opened(proposed("tiny", BUMPER), { id: "before" });
  before.stroke([30, 5], [35, 5]);
  const { page } = await opened(proposed("tiny", BUMPER), { server, drafts: before.drafts, id: "after" });
  page.session.notice.action.run();
  assert.deepEqual([page.session.proposalPhase, page.session.notice], ["offered", null]);
});

test("a mask that was saved is compared with a proposal only when the person asks", async () => {
  const { server, page } = await opened(proposed("tiny", BUMPER));
  server.append(1, boxes(GRILLE));
  await page.open(2);
  await page.open(1);
  await settle();
  assert.equal(page.session.proposalPhase, "none");
  await page.run("propose");
  assert.equal(page.session.proposalPhase, "compared");
});

test("the offer to discard what came back goes once it is saved", async () => {
  const { server, page: before } = await opened(undefined, { id: "before" });
  before.stroke([5, 5], [10, 5]);
  const { page } = await opened(undefined, { server, drafts: before.drafts, id: "after" });
  assert.equal(page.session.notice.action.label, "Discard");
  await page.run("save");
  await settle();
  assert.equal(page.session.notice, null);
});

test("what an earlier champion proposed is shown in place of the new one's, and can be accepted", async () => {
  const earlier = { ...proposed("starter", BUMPER), revision: 1 };
  const { server, page } = await opened({ ...proposed("new", GRILLE), earlier });
  assert.equal(page.session.proposal.value.model, "new");
  await page.session.proposeEarlier(1);
  assert.deepEqual([page.session.proposal.value.model, page.session.proposalPhase], ["starter", "offered"]);
  await page.run("accept");
  assert.deepEqual(server.runs(1), boxes(BUMPER));
});
