import assert from "node:assert/strict";
import test from "node:test";

import { suspicion } from "../../plateseg/ui/editor/suspicion.js";

for (const [name, suspect, sentence] of [
  ["a plate is missing", { kind: "missing", iou: 0, proposal: 2 }, /sees a plate that is not drawn. A takes the model's. K/],
  ["a plate is too much", { kind: "extra", iou: 0, proposal: 2 }, /sees no plate here: N if it is right. K keeps yours.$/],
  ["the outline differs", { kind: "shape", iou: 0.456, proposal: 2 }, /another outline \(IoU 0.46\). A takes the model's./],
  ["the model's mask was not kept", { kind: "missing", iou: 0, proposal: 0 }, /is not drawn. K keeps yours.$/],
  ["a hanging plate is boxed", { kind: "box", iou: 0.7, proposal: 0 }, /draw its four corners \(Q\). K keeps yours.$/],
]) {
  test(`a label check where ${name} says so, and which keys decide`, () => assert.match(suspicion(suspect), sentence));
}
