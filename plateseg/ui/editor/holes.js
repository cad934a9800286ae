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
  marks[0] = OUTSIDE;
  while (stack.length) {
    const at = stack.pop();
    const column = at % stride;
    if (column > 0) visit(marks, stack, at - 1);
    if (column < stride - 1) visit(marks, stack, at + 1);
    if (at >= stride) visit(marks, stack, at - stride);
    if (at + stride < marks.length) visit(marks, stack, at + stride);
  }
  return marks;
}

function visit(marks, stack, at) {
  if (marks[at] !== UNSEEN) return;
  marks[at] = OUTSIDE;
  stack.push(at);
}
