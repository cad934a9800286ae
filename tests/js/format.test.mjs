import assert from "node:assert/strict";
import test from "node:test";
import * as format from "../../plateseg/ui/shell/format.js";

const TABLE = [
  ["count", [10_000], "10,000"],
  ["plural", [1, "file"], "1 file"],
  ["plural", [0, "file"], "0 files"],
  ["plural", [3, "try", "tries"], "3 tries"],
  ["duration", [null], "–"],
  ["duration", [0.2], "under 1 s"],
  ["duration", [45], "45 s"],
  ["duration", [720], "12 min"],
  ["duration", [7_500], "2 h 05 min"],
  ["duration", [31 * 3600], "31 h 00 min"],
  ["duration", [100 * 3600], "4 d 4 h"],
  ["eta", [null], ""],
  ["eta", [600], "10 min left"],
  ["ratio", [0.91349], "0.913"],
  ["ratio", [null], "–"],
  ["short", [0.000123456], "1.23e-4"],
  ["short", [0.123456], "0.1235"],
  ["short", [12], "12"],
  ["short", [0], "0"],
  ["short", [undefined], "–"],
  ["memory", [640.4], "640 MB"],
  ["memory", [2355], "2.3 GB"],
  ["bytes", [12], "12 B"],
  ["bytes", [2048], "2 KB"],
  ["bytes", [35_651_584], "34 MB"],
  ["bytes", [3 * 1024 ** 3], "3.0 GB"],
];

for (const [name, args, expected] of TABLE) {
  test(`${name}(${args.map(String).join(", ")}) reads "${expected}"`, () => assert.equal(format[name](...args), expected));
}

test("a time of today is a clock, an older one has its day", () => {
  const now = new Date(2026, 10, 22, 18, 0);
  assert.equal(format.clock(new Date(2026, 10, 22, 14, 2).toISOString(), now), "14:02");
  assert.equal(format.clock(new Date(2026, 10, 21, 9, 5).toISOString(), now), "21 Nov 09:05");
  assert.equal(format.clock(new Date(2025, 0, 3, 9, 5).toISOString(), now), "3 Jan 2025 09:05");
  assert.equal(format.clock(null, now), "");
  assert.equal(format.clock("nonsense", now), "");
});
