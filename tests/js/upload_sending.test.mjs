import assert from "node:assert/strict";
import test from "node:test";
import { sendAll, sizeTrouble, WAITS } from "../../plateseg/ui/upload/sending.js";

const names = Array.from({ length: 20 }, (_, i) => `${i}.jpg`);
const failing = (status) => Object.assign(new Error(`status ${status}`), { status });

function journey(overrides = {}) {
  const log = { sent: [], refused: [], waits: [], retries: [] };
  const how = {
    parallel: 4,
    signal: new AbortController().signal,
    wait: async (milliseconds) => void log.waits.push(milliseconds),
    onSent: (file) => log.sent.push(file),
    onRefused: (file) => log.refused.push(file),
    onRetry: (waiting) => log.retries.push(waiting),
    ...overrides,
  };
  return { log, how };
}

test("every file is sent once, never more than four at a time", async () => {
  let under = 0;
  let most = 0;
  const { log, how } = journey();
  await sendAll(names, async () => {
    most = Math.max(most, ++under);
    await new Promise(setImmediate);
    under -= 1;
  }, how);
  assert.deepEqual([...log.sent].sort(), [...names].sort());
  assert.equal(most, 4);
});

test("a server that is away for a moment is tried again", async () => {
  let calls = 0;
  const { log, how } = journey({ parallel: 1 });
  await sendAll(["a"], async () => {
    if (++calls < 3) throw failing(0);
  }, how);
  assert.deepEqual(log.sent, ["a"]);
  assert.deepEqual(log.waits, WAITS.slice(0, 2));
  assert.deepEqual(log.retries, [true, true, false]);
});

test("one refused file does not stop the others", async () => {
  const { log, how } = journey();
  await sendAll(["a", "big", "c"], async (file) => {
    if (file === "big") throw failing(413);
  }, how);
  assert.deepEqual(log.refused, ["big"]);
  assert.deepEqual(log.sent.sort(), ["a", "c"]);
});

test("a server that stays away ends it with the error, and what was sent is known", async () => {
  const { log, how } = journey({ parallel: 1 });
  await assert.rejects(sendAll(["a", "b", "c"], async (file) => {
    if (file !== "a") throw failing(503);
  }, how), /status 503/);
  assert.deepEqual(log.sent, ["a"]);
  assert.deepEqual(log.waits, WAITS);
});

test("a full disk stops at once: no file would fare better", async () => {
  let calls = 0;
  const { how } = journey({ parallel: 1 });
  await assert.rejects(sendAll(names, async () => {
    calls += 1;
    throw failing(507);
  }, how), /status 507/);
  assert.equal(calls, 1);
});

test("cancelling ends with an AbortError and sends nothing more", async () => {
  const control = new AbortController();
  const { log, how } = journey({ parallel: 1, signal: control.signal });
  await assert.rejects(sendAll(names, async (file) => {
    if (file === "2.jpg") control.abort();
  }, how), { name: "AbortError" });
  assert.ok(log.sent.length <= 3, `${log.sent.length} were sent`);
});

test("no files are sent at once", async () => {
  const { log, how } = journey();
  await sendAll([], async () => assert.fail("nothing to send"), how);
  assert.deepEqual(log.sent, []);
});

test("a file that the server would refuse is not sent for that", () => {
  assert.equal(sizeTrouble(4 * 1024 ** 3, 4 * 1024 ** 3), "");
  assert.match(sizeTrouble(5 * 1024 ** 3, 4 * 1024 ** 3), /^It has 5\.0 GB; files up to 4\.0 GB are taken here\. .*command line\.$/);
});
