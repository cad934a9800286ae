/** Filling holes: background that the outside cannot reach. */
import { maskBounds } from "./raster.js";

const UNSEEN = 0;
const SET = 1;
const OUTSIDE = 2;

/**
 * Fills every hole of the mask. Background counts as connected over the four sides of a pixel, not its corners.
 * @param {import("./raster.js").Mask} mask changed in place
 * @param {number} value class index the holes get
 * @returns {import("./rects.js").Rect|null} the changed rectangle, null when there was no hole
 */
export function fillHoles(mask, value) {
  const box = maskBounds(mask);
  if (!box) return null;
  const reached = floodFromOutside(mask, box);
  const stride = box.x1 - box.x0 + 2;
  let filled = 0;
  for (let y = box.y0; y < box.y1; y++) {
    for (let x = box.x0; x < box.x1; x++) {
      if (reached[(y - box.y0 + 1) * stride + (x - box.x0 + 1)] !== UNSEEN) continue;
      mask.data[y * mask.width + x] = value;
      filled++;
    }
  }
  return filled ? box : null;
}

/** Marks SET and OUTSIDE in a copy of the box with one pixel of background all round. */
function floodFromOutside({ data, width }, box) {
  const stride = box.x1 - box.x0 + 2;
  const marks = new Uint8Array(stride * (box.y1 - box.y0 + 2));
  for (let y = box.y0; y < box.y1; y++) {
    for (let x = box.x0; x < box.x1; x++) {
      if (data[y * width + x] !== 0) marks[(y - box.y0 + 1) * stride + (x - box.x0 + 1)] = SET;
    }
  }
  const stack = [0];
  while (stack.length) floodRow(marks, stride, stack.pop(), stack);
  return marks;
}

/** Marks the whole stretch of background around `at` in its row, and notes one pixel of each stretch beside it. */
function floodRow(marks, stride, at, stack) {
  if (marks[at] !== UNSEEN) return;
  const row = at - (at % stride);
  let left = at;
  while (left > row && marks[left - 1] === UNSEEN) left--;
  let right = at + 1;
  while (right < row + stride && marks[right] === UNSEEN) right++;
  marks.fill(OUTSIDE, left, right);
  for (const beside of [-stride, stride]) {
    const from = left + beside;
    if (from < 0 || from >= marks.length) continue;
    let open = false;
    for (let i = from; i < right + beside; i++) {
      const unseen = marks[i] === UNSEEN;
      if (unseen && !open) stack.push(i);
      open = unseen;
    }
  }
}
