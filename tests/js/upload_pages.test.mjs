import assert from "node:assert/strict";
import test from "node:test";
import { pageButtons, pageOf, selectAllLabel, toggled } from "../../plateseg/ui/upload/pages.js";
import { isLitter } from "../../plateseg/ui/upload/walk.js";

const PAGES = [
  [[0, 0], { page: 0, pages: 1, offset: 0, first: 0, last: 0 }],
  [[48, 0], { page: 0, pages: 1, offset: 0, first: 1, last: 48 }],
  [[49, 1], { page: 1, pages: 2, offset: 48, first: 49, last: 49 }],
  [[49, 9], { page: 1, pages: 2, offset: 48, first: 49, last: 49 }],
  [[10_000, -3], { page: 0, pages: 209, offset: 0, first: 1, last: 48 }],
];
for (const [[total, page], expected] of PAGES) {
  test(`page ${page} of ${total} items`, () => assert.deepEqual(pageOf(total, page), expected));
}

const BUTTONS = [
  [[0, 1], [0]],
  [[0, 3], [0, 1, 2]],
  [[4, 9], [0, null, 3, 4, 5, null, 8]],
  [[2, 209], [0, 1, 2, 3, null, 208]],
  [[208, 209], [0, null, 207, 208]],
];
for (const [[page, pages], expected] of BUTTONS) {
  test(`buttons on page ${page} of ${pages}`, () => assert.deepEqual(pageButtons(page, pages), expected));
}

const ids = [3, 5, 8, 9, 12];
const SELECTIONS = [
  ["a click selects", [], 8, { shift: false, anchor: null }, [8]],
  ["a second click unselects", [8], 8, { shift: false, anchor: 8 }, []],
  ["shift selects the range forwards", [5], 9, { shift: true, anchor: 5 }, [5, 8, 9]],
  ["shift selects the range backwards", [9], 3, { shift: true, anchor: 9 }, [3, 5, 8, 9]],
  ["shift on a selected one clears the range", [3, 5, 8], 5, { shift: true, anchor: 3 }, [8]],
  ["an anchor of another page counts as none", [77], 5, { shift: true, anchor: 77 }, [5, 77]],
];
for (const [title, before, id, click, after] of SELECTIONS) {
  test(title, () => {
    const result = [...toggled(new Set(before), ids, id, click)].sort((one, other) => one - other);
    assert.deepEqual(result, after);
  });
}

test("selecting all says how many, and that the filter counts", () => {
  assert.equal(selectAllLabel(1200, false), "Select all 1,200");
  assert.equal(selectAllLabel(13, true), "Select all 13 of this filter");
});

const LITTER = [
  ["cars/.DS_Store", true],
  ["Thumbs.db", true],
  ["__MACOSX/cars/._a.jpg", true],
  ["cars/image1.jpg", false],
  ["notes.txt", false],
  ["a.b/c.d.jpg", false],
];
for (const [path, litter] of LITTER) {
  test(`${path} is ${litter ? "left behind" : "sent"}`, () => assert.equal(isLitter(path), litter));
}
