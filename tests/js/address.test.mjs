import assert from "node:assert/strict";
import test from "node:test";
import { completePlace, formatPlace, parsePlace, samePlace, titleOf } from "../../plateseg/ui/shell/address.js";

const READ = [
  ["", { tab: "upload", item: null, run: null, snapshot: null }],
  ["?tab=annotate&item=12", { tab: "annotate", item: 12, run: null, snapshot: null }],
  ["?tab=RUNS&run=3", { tab: "runs", item: null, run: 3, snapshot: null }],
  ["?tab=nowhere&run=3", { tab: "upload", item: null, run: null, snapshot: null }],
  ["?tab=runs&item=12", { tab: "runs", item: null, run: null, snapshot: null }],
  ["?tab=dataset&snapshot=4", { tab: "dataset", item: null, run: null, snapshot: 4 }],
  ["?tab=runs&snapshot=4", { tab: "runs", item: null, run: null, snapshot: null }],
  ["?tab=annotate&item=-1", { tab: "annotate", item: null, run: null, snapshot: null }],
  ["?tab=annotate&item=1e3", { tab: "annotate", item: null, run: null, snapshot: null }],
  ["?tab=annotate&item=<script>", { tab: "annotate", item: null, run: null, snapshot: null }],
];

for (const [search, expected] of READ) {
  test(`address "${search}" is read`, () => assert.deepEqual(parsePlace(search), expected));
}

test("a place is written and read back", () => {
  const place = completePlace({ tab: "annotate", item: "7" });
  assert.equal(formatPlace(place), "?tab=annotate&item=7");
  assert.ok(samePlace(parsePlace(formatPlace(place)), place));
  const snapshot = completePlace({ tab: "dataset", snapshot: 4 });
  assert.equal(formatPlace(snapshot), "?tab=dataset&snapshot=4");
  assert.ok(!samePlace(snapshot, completePlace({ tab: "dataset" })));
});

test("parameters of others stay in the address", () => {
  const search = formatPlace(completePlace({ tab: "runs", run: 3 }), "?__theme=dark&tab=annotate&item=9");
  assert.equal(search, "?tab=runs&run=3&__theme=dark");
});

test("the title names the tab", () => {
  assert.equal(titleOf(completePlace({ tab: "annotate" })), "Annotate · plateseg");
});
