/** Fifty thousand files in one drop: walked through, sent, and told in a report that a page can show. */
import assert from "node:assert/strict";
import test from "node:test";
import { paced } from "../../plateseg/ui/upload/pacing.js";
import { sentenceOf } from "../../plateseg/ui/upload/progress.js";
import { countOf, fewRows, kindsOf, Refusals } from "../../plateseg/ui/upload/reasons.js";
import { sendAll } from "../../plateseg/ui/upload/sending.js";
import { chosenFiles, droppedFiles, eachPathOnce, isLitter } from "../../plateseg/ui/upload/walk.js";

const MANY = 50_000;

function fileEntry(name, readable = true) {
  const file = (resolve, reject) => setImmediate(() => (readable ? resolve({ name, size: 10 }) : reject(new Error("gone"))));
  return { name, isFile: true, file };
}

/** As browsers do: a folder is handed out in parts of 100. */
function folderEntry(name, children) {
  const createReader = () => {
    let from = 0;
    return { readEntries: (resolve) => setImmediate(() => resolve(children.slice(from, (from += 100)))) };
  };
  return { name, isFile: false, createReader };
}

const dropOf = (...entries) => ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files: [] });

test("a folder of 50,000 files is walked through while the page is told how far", async () => {
  const children = Array.from({ length: MANY }, (_, number) => fileEntry(`${number}.jpg`));
  const told = [];
  const found = await droppedFiles(dropOf(folderEntry("cars", children)), (count) => told.push(count));
  assert.equal(found.length, MANY);
  assert.equal(found[49_999].path, "cars/49999.jpg");
  assert.equal(told.at(-1), MANY);
  assert.ok(told.length > 100);
});

test("never more than 64 files are asked for at once", async () => {
  let under = 0;
  let most = 0;
  const children = Array.from({ length: 300 }, (_, number) => ({
    name: `${number}.jpg`,
    isFile: true,
    file: (resolve) => {
      most = Math.max(most, ++under);
      setImmediate(() => (under--, resolve({ size: 1 })));
    },
  }));
  await droppedFiles(dropOf(folderEntry("cars", children)));
  assert.equal(most, 64);
});

test("a file that cannot be opened is named, and the others come along", async () => {
  const found = await droppedFiles(dropOf(folderEntry("a", [fileEntry("1.jpg"), fileEntry("2.jpg", false)]), fileEntry("3.jpg")));
  assert.deepEqual(found.map(({ path, file }) => [path, file !== null]), [["3.jpg", true], ["a/1.jpg", true], ["a/2.jpg", false]]);
});

test("what systems leave in folders is passed over, with all that lies in hidden folders", async () => {
  for (const path of [".git/config", "a/.DS_Store", "__MACOSX/a/b.jpg", "a/Thumbs.db", "set/.cache/x.jpg"]) assert.ok(isLitter(path), path);
  for (const path of ["a.jpg", "a.b/c.jpg", "labels/a.txt", "data.yaml", "my__MACOSX.jpg"]) assert.ok(!isLitter(path), path);
  const never = { name: ".git", isFile: false, createReader: () => assert.fail("a hidden folder was opened") };
  assert.deepEqual(await droppedFiles(dropOf(folderEntry("set", [never, fileEntry("a.jpg")]))).then((f) => f.map((c) => c.path)), ["set/a.jpg"]);
});

test("a folder that cannot be read is told, and does not cost what lies beside it", async () => {
  const locked = { name: "b", isFile: false, createReader: () => ({ readEntries: (_, reject) => setImmediate(() => reject(new Error("gone"))) }) };
  const found = await droppedFiles(dropOf(folderEntry("a", [locked, fileEntry("1.jpg")]), fileEntry("2.jpg")));
  assert.deepEqual(found.map(({ path, file }) => [path, file !== null]), [["2.jpg", true], ["a/1.jpg", true], ["a/b/", false]]);
});

test("chosen folders keep their paths", () => {
  const files = [{ name: "a.txt", webkitRelativePath: "set/labels/a.txt" }, { name: "a.jpg", webkitRelativePath: "" }];
  assert.deepEqual(chosenFiles(files).map(({ path }) => path), ["set/labels/a.txt", "a.jpg"]);
});

test("of two files of one name the second does not take the place of the first unsaid", () => {
  const chosen = [{ path: "1.jpg", file: { size: 1 } }, { path: "2.jpg", file: { size: 2 } }, { path: "1.jpg", file: { size: 3 } }];
  const { once, again } = eachPathOnce(chosen);
  assert.deepEqual(once.map(({ file }) => file.size), [1, 2]);
  assert.deepEqual(again.map(({ file }) => file.size), [3]);
});

test("50,000 files are sent once each, and all refused ones are counted in little room", async () => {
  const files = Array.from({ length: MANY }, (_, number) => ({ path: `${number}.jpg` }));
  const refused = new Refusals();
  let sent = 0;
  const send = async ({ path }) => {
    if (!path.endsWith("0.jpg")) throw Object.assign(new Error("That is larger than 4096 MB."), { status: 400 });
  };
  await sendAll(files, send, {
    parallel: 4,
    signal: new AbortController().signal,
    wait: async () => {},
    onSent: () => (sent += 1),
    onRefused: ({ path }, error) => refused.add(path, error.message),
  });
  assert.equal(sent, 5_000);
  assert.equal(refused.count, 45_000);
  const kinds = [...refused.kinds.values()];
  assert.deepEqual(kinds.map(({ text, count, rows }) => [text, count, rows.length]), [["That is larger than 4096 MB.", 45_000, 200]]);
  assert.equal(fewRows(kinds), null);
});

test("reasons that all differ are a bounded list as well", () => {
  const refused = new Refusals();
  for (let number = 0; number < MANY; number++) refused.add(`${number}.jpg`, `Reason ${number}.`);
  const kinds = [...refused.kinds.values()];
  assert.equal(kinds.length, 21);
  assert.equal(countOf(kinds), MANY);
  assert.deepEqual(kinds.at(-1).rows[0], ["20.jpg", "Reason 20."]);
  assert.ok(kinds.every(({ rows }) => rows.length <= 200));
});

test("the server's kinds take their rows in order", () => {
  const rows = [["a.jpg", "Line 1: bad."], ["b.jpg", "Line 2: bad."], ["c.jpg", "No picture."]];
  const kinds = kindsOf(rows, [{ text: "Line …: bad.", count: 900, shown: 2 }, { text: "No picture.", count: 1, shown: 1 }]);
  assert.deepEqual(kinds.map((kind) => kind.rows.map(([name]) => name)), [["a.jpg", "b.jpg"], ["c.jpg"]]);
  assert.equal(countOf(kinds), 901);
});

test("a few files stand in a plain table, and so do those of a report of an earlier version", () => {
  const rows = [["a.jpg", "No picture."], ["b.jpg", "No picture."]];
  assert.deepEqual(fewRows(kindsOf(rows, undefined)), rows);
  assert.deepEqual(fewRows([]), []);
});

test("a state for every file is drawn ten times a second, the last one and a new phase always", () => {
  const drawn = [];
  const timers = [];
  let time = 0;
  const tell = paced((state) => drawn.push(state), { every: 100, now: () => time, later: (work, wait) => timers.push([time + wait, work]) });
  for (let sent = 0; sent < MANY; sent++) {
    time += 0.02;
    while (timers.length && timers[0][0] <= time) timers.shift()[1]();
    tell({ phase: "sending", sent });
  }
  assert.ok(drawn.length <= 12, `${drawn.length} drawings in a second`);
  tell({ phase: "done" });
  assert.deepEqual(drawn.at(-1), { phase: "done" });
  time += 1000;
  for (const [, work] of timers) work();
  assert.deepEqual(drawn.at(-1), { phase: "done" });
});

test("the newest state is drawn when nothing comes after it", () => {
  const drawn = [];
  const timers = [];
  const tell = paced((state) => drawn.push(state.sent), { every: 100, now: () => 0, later: (work) => timers.push(work) });
  for (const sent of [1, 2, 3]) tell({ phase: "sending", sent });
  assert.deepEqual(drawn, [1]);
  for (const work of timers) work();
  assert.deepEqual(drawn, [1, 3]);
});

test("what is under way is said before anybody knows how many there are", () => {
  assert.equal(sentenceOf({ phase: "looking", files: 12_300 }), "Looking through what was dropped: 12,300 files so far");
  const reading = { phase: "importing", total: 0, done: 120, current: "drive/clip.mp4" };
  assert.equal(sentenceOf(reading), "Reading drive/clip.mp4: 120 frames so far");
  assert.equal(sentenceOf({ ...reading, current: "" }), "Importing…");
});
