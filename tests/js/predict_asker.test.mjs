import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { Asker } from "../../plateseg/ui/predict/asker.js";

/** A desk whose questions are answered by hand, in any order. */
function desk() {
  const asked = [];
  const heard = [];
  const ask = (question, signal) =>
    new Promise((resolve, reject) => asked.push({ question, signal, resolve, reject }));
  const asker = new Asker(ask, {
    delay: 150,
    onAnswer: (answer, question) => heard.push(["answer", question, answer]),
    onError: (error, question) => heard.push(["error", question, error.message]),
  });
  return { asked, heard, asker };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test.beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
test.afterEach(() => mock.timers.reset());

test("a slider on its way asks once, when it rests", () => {
  const { asked, asker } = desk();
  for (const value of [0.4, 0.41, 0.42]) {
    asker.put(value);
    mock.timers.tick(100);
  }
  assert.deepEqual(asked, []);
  mock.timers.tick(50);
  assert.deepEqual(asked.map(({ question }) => question), [0.42]);
});

test("the answer to an older question is dropped even when it comes last", async () => {
  const { asked, heard, asker } = desk();
  asker.put("old");
  mock.timers.tick(150);
  asker.put("new");
  mock.timers.tick(150);
  asked[1].resolve(2);
  await settle();
  asked[0].resolve(1);
  await settle();
  assert.deepEqual(heard, [["answer", "new", 2]]);
});

test("an answer that comes while the next question still waits is dropped, and its request is aborted", async () => {
  const { asked, heard, asker } = desk();
  asker.put("old");
  mock.timers.tick(150);
  asker.put("new");
  assert.equal(asked[0].signal.aborted, true);
  asked[0].resolve(1);
  await settle();
  assert.deepEqual(heard, []);
});

test("errors are told, those of dropped questions are not", async () => {
  const { asked, heard, asker } = desk();
  asker.put("old");
  mock.timers.tick(150);
  asker.put("new");
  mock.timers.tick(150);
  asked[0].reject(new Error("aborted"));
  asked[1].reject(new Error("The server is not answering."));
  await settle();
  assert.deepEqual(heard, [["error", "new", "The server is not answering."]]);
});

test("after cancelling nothing is asked and nothing is heard", async () => {
  const { asked, heard, asker } = desk();
  asker.put("one");
  asker.cancel();
  mock.timers.tick(1000);
  assert.equal(asked.length, 0);
  asker.put("two");
  mock.timers.tick(150);
  asker.cancel();
  asked[0].resolve(2);
  await settle();
  assert.deepEqual(heard, []);
});
