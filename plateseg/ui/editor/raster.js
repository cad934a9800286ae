/**
 * Drawing into masks: pure functions on a Uint8Array of class indices, row by row, width * height long. A pixel
 * belongs to a shape when its centre (x + 0.5, y + 0.5) does. Each returns the rectangle it may have changed.
 * @typedef {import("./rects.js").Rect} Rect
 * @typedef {{x: number, y: number}} Point  in image pixels, fractions allowed
 * @typedef {{data: Uint8Array, width: number, height: number}} Mask
 */
import { meetRects, wholeRect } from "./rects.js";

/**
 * Where a round brush of this diameter stands when the pointer is at `point`: odd sizes on a pixel's centre, even
 * sizes on a corner, so that the stamp is the same everywhere and never empty.
 * @param {Point} point
 * @param {number} diameter whole image pixels, >= 1
 * @returns {Point}
 */
export function snapBrush(point, diameter) {
  if (diameter % 2 === 1) return { x: Math.floor(point.x) + 0.5, y: Math.floor(point.y) + 0.5 };
  return { x: Math.round(point.x), y: Math.round(point.y) };
}

/**
 * A brush moved along a straight line: every pixel whose centre is within `radius` of the segment.
 * @param {Mask} mask
 * @param {Point} from
 * @param {Point} to may equal `from`: a disc
 * @param {number} radius
 * @param {number} value class index; 0 erases
 * @returns {Rect|null}
 */
export function strokeCapsule(mask, from, to, radius, value) {
  const { data, width, height } = mask;
  const top = Math.max(0, Math.ceil(Math.min(from.y, to.y) - radius - 0.5));
  const bottom = Math.min(height - 1, Math.floor(Math.max(from.y, to.y) + radius - 0.5));
  for (let y = top; y <= bottom; y++) {
    const span = capsuleSpan(from, to, radius, y + 0.5);
    if (!span) continue;
    const left = Math.max(0, Math.ceil(span[0] - 0.5));
    const right = Math.min(width, Math.floor(span[1] - 0.5) + 1);
    if (left < right) data.fill(value, y * width + left, y * width + right);
  }
  const around = {
    x0: Math.floor(Math.min(from.x, to.x) - radius),
    y0: Math.floor(Math.min(from.y, to.y) - radius),
    x1: Math.ceil(Math.max(from.x, to.x) + radius),
    y1: Math.ceil(Math.max(from.y, to.y) + radius),
  };
  return meetRects(around, wholeRect(width, height));
}

/**
 * The stretch of a horizontal line inside a capsule. A capsule is convex, so it is one: the two discs' and the
 * rectangle's stretches joined.
 * @returns {[number, number]|null} x from, to
 */
export function capsuleSpan(from, to, radius, y) {
  let low = Infinity;
  let high = -Infinity;
  for (const centre of [from, to]) {
    const reach = radius * radius - (y - centre.y) ** 2;
    if (reach < 0) continue;
    low = Math.min(low, centre.x - Math.sqrt(reach));
    high = Math.max(high, centre.x + Math.sqrt(reach));
  }
  const body = rectangleSpan(from, to, radius, y);
  if (body) {
    low = Math.min(low, body[0]);
    high = Math.max(high, body[1]);
  }
  return low <= high ? [low, high] : null;
}

/** The same for the rectangle between the two ends: |across| <= radius and 0 <= along <= length, both linear in x. */
function rectangleSpan(from, to, radius, y) {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return null;
  const ux = (to.x - from.x) / length;
  const uy = (to.y - from.y) / length;
  const across = linearSpan(-uy, uy * from.x + ux * (y - from.y), -radius, radius);
  const along = linearSpan(ux, uy * (y - from.y) - ux * from.x, 0, length);
  const low = Math.max(across[0], along[0]);
  const high = Math.min(across[1], along[1]);
  return low <= high ? [low, high] : null;
}

/** All x with least <= slope * x + offset <= most. */
function linearSpan(slope, offset, least, most) {
  if (Math.abs(slope) < 1e-12) return offset >= least && offset <= most ? [-Infinity, Infinity] : [Infinity, -Infinity];
  const one = (least - offset) / slope;
  const other = (most - offset) / slope;
  return one < other ? [one, other] : [other, one];
}

/**
 * A closed polygon, filled by the nonzero rule, so that a line crossing itself leaves no accidental hole.
 * @param {Mask} mask
 * @param {Point[]} points at least three
 * @param {number} value
 * @returns {Rect|null}
 */
export function fillPolygon(mask, points, value) {
  const { data, width, height } = mask;
  if (points.length < 3) return null;
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const box = {
    x0: Math.floor(Math.min(...xs)),
    y0: Math.floor(Math.min(...ys)),
    x1: Math.ceil(Math.max(...xs)),
    y1: Math.ceil(Math.max(...ys)),
  };
  const area = meetRects(box, wholeRect(width, height));
  if (!area) return null;
  for (let y = area.y0; y < area.y1; y++) {
    let winding = 0;
    let start = 0;
    for (const crossing of crossings(points, y + 0.5)) {
      if (winding === 0) start = crossing.x;
      winding += crossing.turn;
      if (winding !== 0) continue;
      const left = Math.max(0, Math.ceil(start - 0.5));
      const right = Math.min(width, Math.ceil(crossing.x - 0.5));
      if (left < right) data.fill(value, y * width + left, y * width + right);
    }
  }
  return area;
}

/** Where the outline crosses a horizontal line, from left to right; turn is +1 downwards, -1 upwards. */
function crossings(points, y) {
  const found = [];
  for (let i = 0; i < points.length; i++) {
    const a = points[i];
    const b = points[(i + 1) % points.length];
    if (a.y <= y === b.y <= y) continue;
    found.push({ x: a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x), turn: b.y > a.y ? 1 : -1 });
  }
  return found.sort((one, other) => one.x - other.x);
}

/**
 * Sets a rectangle.
 * @param {Mask} mask
 * @param {Rect} rect
 * @param {number} value
 * @returns {Rect|null}
 */
export function fillRect(mask, rect, value) {
  const area = meetRects(rect, wholeRect(mask.width, mask.height));
  if (!area) return null;
  for (let y = area.y0; y < area.y1; y++) mask.data.fill(value, y * mask.width + area.x0, y * mask.width + area.x1);
  return area;
}

/**
 * The smallest rectangle around everything that is not background.
 * @param {Mask} mask
 * @returns {Rect|null}
 */
export function maskBounds({ data, width, height }) {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length >>> 2);
  let first = firstSet(data, words);
  if (first === data.length) return null;
  let last = data.length - 1;
  while (data[last] === 0) last = last % 4 === 3 && words[last >>> 2] === 0 ? last - 4 : last - 1;
  const y0 = Math.floor(first / width);
  const y1 = Math.floor(last / width) + 1;
  let x0 = width;
  let x1 = 0;
  for (let y = y0; y < y1; y++) {
    const row = y * width;
    let x = 0;
    while (x < x0 && data[row + x] === 0) x++;
    x0 = Math.min(x0, x);
    x = width;
    while (x > x1 && data[row + x - 1] === 0) x--;
    x1 = Math.max(x1, x);
  }
  return { x0, y0, x1, y1: Math.min(y1, height) };
}

function firstSet(data, words) {
  let word = 0;
  while (word < words.length && words[word] === 0) word++;
  let at = word << 2;
  while (at < data.length && data[at] === 0) at++;
  return at;
}
