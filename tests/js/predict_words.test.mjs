import assert from "node:assert/strict";
import test from "node:test";
import * as words from "../../plateseg/ui/predict/words.js";

const TABLE = [
  ["size", [4000, 3000], "4000 × 3000"],
  ["size", [238.6, 108.2], "239 × 108"],
  ["took", [0.0842], "84 ms"],
  ["took", [1.273], "1.27 s"],
  ["took", [12.44], "12.4 s"],
  ["took", [NaN], "–"],
  ["maskShare", [18_400, 921_600], "18,400 px (2.0 %)"],
  ["maskShare", [3, 12_000_000], "3 px (under 0.1 %)"],
  ["maskShare", [0, 12_000_000], "0 px (0.0 %)"],
  ["maskShare", [5, 0], "5 px"],
  ["found", [0, 0.5], "No plate at threshold 0.50."],
  ["found", [0, 1], "No plate at threshold above 0.99."],
  ["found", [1, 0.5], "1 plate"],
  ["thresholdWords", [0.99], "0.99"],
  ["thresholdWords", [1], "above 0.99"],
  ["found", [1200, 0.01], "1,200 plates"],
  ["modelLabel", [{ name: "lite0", champion: true, best_iou: 0.9134 }], "★ lite0 (champion) · IoU 0.913"],
  ["modelLabel", [{ name: "old", champion: false, best_iou: null }], "old"],
  ["busyLine", ["a.jpg", 0, false], "Predicting a.jpg…"],
  ["busyLine", ["a.jpg", 2, true], "Predicting a.jpg… 2 photographs after it. The first prediction loads the model, this takes some seconds."],
];
for (const [name, given, said] of TABLE) {
  test(`${name}(${JSON.stringify(given)}) reads "${said}"`, () => assert.equal(words[name](...given), said));
}
