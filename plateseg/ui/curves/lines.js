/** From metric points to what a chart draws: smoothing, thinning, one common x. Pure. */
import { firstAtLeast } from "./series.js";

/** @typedef {{x: Float64Array, y: Float64Array}} Line x ascending; both of one length */

/**
 * Exponential moving average, freed of its pull towards the first value (as in Adam), so it starts on the curve.
 * @param {Float64Array} values
 * @param {number} weight 0 (raw) to below 1 (very smooth)
 * @returns {Float64Array}
 */
export function smooth(values, weight) {
  if (weight <= 0) return values;
  const result = new Float64Array(values.length);
  let sum = 0;
  let share = 0;
  for (let i = 0; i < values.length; i++) {
    sum = weight * sum + (1 - weight) * values[i];
    share = weight * share + (1 - weight);
    result[i] = sum / share;
  }
  return result;
}

/**
 * The weight for a line of so many points: an average over more than an eighth of them would hide a young run's
 * progress rather than its noise.
 * @param {number} wished 0 to below 1
 * @param {number} points
 */
export function fittingWeight(wished, points) {
  return Math.min(wished, Math.max(0, 1 - 8 / Math.max(1, points)));
}

/**
 * @param {Float64Array} x ascending
 * @param {{from: number, to: number}} window both ends are in it
 * @returns {{start: number, end: number}} places of the points in the window, the end not among them
 */
export function span(x, { from, to }) {
  const start = firstAtLeast(x, x.length, from);
  let end = firstAtLeast(x, x.length, to);
  while (end < x.length && x[end] <= to) end += 1;
  return { start, end };
}

/**
 * Keeps the lowest and highest point of every bucket, so that a long line draws quickly and no spike is lost.
 * @param {Line} line
 * @param {{from: number, to: number}} window the x range on screen; one neighbour on either side stays
 * @param {number} limit most points to return, about
 * @returns {Line}
 */
export function thin(line, { from, to }, limit) {
  const inside = span(line.x, { from, to });
  const start = Math.max(0, inside.start - 1);
  const end = Math.min(line.x.length, inside.end + 1);
  if (end - start === line.x.length && line.x.length <= limit) return line;
  const view = { x: line.x.subarray(start, end), y: line.y.subarray(start, end) };
  return view.x.length <= limit ? view : extremes(view, Math.ceil(limit / 2));
}

/**
 * Lines on one common x, as uPlot wants them: [x, y1, y2, ...], null where a line has no point.
 * @param {Line[]} lines
 * @returns {(number|null)[][]}
 */
export function align(lines) {
  const distinct = [...new Set(lines.map((line) => line.x))];
  const x = distinct.reduce(union, new Float64Array(0));
  return [Array.from(x), ...lines.map((line) => spread(line, x))];
}

/** @param {Line} line @param {number} buckets @returns {Line} */
function extremes(line, buckets) {
  const x = [];
  const y = [];
  const put = (at) => {
    x.push(line.x[at]);
    y.push(line.y[at]);
  };
  const size = line.x.length / buckets;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const first = Math.floor(bucket * size);
    const last = Math.floor((bucket + 1) * size);
    let low = first;
    let high = first;
    for (let i = first + 1; i < last; i++) {
      if (line.y[i] < line.y[low]) low = i;
      if (line.y[i] > line.y[high]) high = i;
    }
    put(Math.min(low, high));
    if (low !== high) put(Math.max(low, high));
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** Both lists of ascending numbers as one, without doubles. */
function union(one, other) {
  if (one.length === 0) return other;
  const result = new Float64Array(one.length + other.length);
  let length = 0;
  let i = 0;
  let j = 0;
  while (i < one.length || j < other.length) {
    const left = i < one.length ? one[i] : Infinity;
    const right = j < other.length ? other[j] : Infinity;
    const next = Math.min(left, right);
    while (i < one.length && one[i] === next) i += 1;
    while (j < other.length && other[j] === next) j += 1;
    result[length++] = next;
  }
  return result.subarray(0, length);
}

function spread(line, x) {
  const result = new Array(x.length).fill(null);
  let at = 0;
  for (let i = 0; i < line.x.length; i++) {
    while (x[at] < line.x[i]) at += 1;
    result[at] = line.y[i];
  }
  return result;
}
