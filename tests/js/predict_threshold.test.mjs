import assert from "node:assert/strict";
import test from "node:test";
import { cutTable, firstGrey, heatAt, heatGradient, heatTable, pack, paint } from "../../plateseg/ui/predict/threshold.js";

const CUTS = [
  [0, 1],
  [0.001, 1],
  [0.2, 51],
  [0.5, 128],
  [0.51, 131],
  [0.6, 153],
  [0.99, 253],
  [1, 255],
];
for (const [threshold, grey] of CUTS) {
  test(`at threshold ${threshold} grey ${grey} is the first that counts as plate`, () => {
    assert.equal(firstGrey(threshold), grey);
  });
}

test("zero probability is never plate and certainty always is, wherever the slider stands", () => {
  for (let step = 0; step <= 100; step += 1) {
    const table = cutTable(step / 100, { below: 7, above: 9 });
    assert.deepEqual([table[0], table[255], table.length], [7, 9, 256]);
  }
});

test("raising the threshold never adds a pixel", () => {
  for (let step = 1; step <= 100; step += 1) assert.ok(firstGrey(step / 100) >= firstGrey((step - 1) / 100));
});

test("a colour is packed as ImageData stores it", () => {
  const bytes = new Uint8ClampedArray(Uint32Array.of(pack([10, 20, 30], 40)).buffer);
  assert.deepEqual([...bytes], [10, 20, 30, 40]);
  assert.equal(pack([255, 255, 255]), 0xffffffff);
});

test("painting looks up the red byte of each pixel and leaves the source as it was", () => {
  const pixels = Uint32Array.from([0, 127, 128, 255], (grey) => pack([grey, grey, grey]));
  const before = [...pixels];
  const out = new Uint32Array(4);
  paint(pixels, cutTable(0.5, { below: 0, above: 5 }), out);
  assert.deepEqual([...out], [0, 0, 5, 5]);
  assert.deepEqual([...pixels], before);
});

test("the heat map runs from its first to its last stop, brighter and more opaque all the way", () => {
  assert.deepEqual(heatAt(0), [0, 0, 4]);
  assert.deepEqual(heatAt(1), [252, 255, 164]);
  const table = heatTable();
  const light = [...table].map((colour) => (colour & 255) + ((colour >> 8) & 255) + ((colour >> 16) & 255) / 3);
  const alpha = [...table].map((colour) => colour >>> 24);
  for (let grey = 16; grey < 256; grey += 16) {
    assert.ok(light[grey] > light[grey - 16] && alpha[grey] > alpha[grey - 16], `at ${grey}`);
  }
  assert.match(heatGradient(), /^linear-gradient\(to right, rgb\(0 0 4\), .*rgb\(252 255 164\)\)$/);
});
