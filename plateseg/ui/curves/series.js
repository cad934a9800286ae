/**
 * Metric points of one run, appended into typed arrays. Pure.
 * @typedef {[step: number, epoch: number, value: number]} Point
 */

/** One named metric: steps, epochs and values in ascending order of step. */
export class Series {
  constructor() {
    this.length = 0;
    this.steps = new Float64Array(256);
    this.epochs = new Float64Array(256);
    this.values = new Float64Array(256);
  }

  /**
   * Adds points; one whose step is there already replaces it (a resumed run measures some steps again).
   * Points without a finite value are left out.
   * @param {Point[]} points
   */
  add(points) {
    this.reserve(this.length + points.length);
    for (const [step, epoch, value] of points) {
      if (!Number.isFinite(value) || !Number.isFinite(step)) continue;
      if (this.length === 0 || step > this.steps[this.length - 1]) this.put(this.length++, step, epoch, value);
      else this.insert(step, epoch, value);
    }
  }

  /** @param {"step"|"epoch"} axis @returns {Float64Array} a view, valid until the next add() */
  along(axis) {
    return (axis === "epoch" ? this.epochs : this.steps).subarray(0, this.length);
  }

  /** @returns {Float64Array} a view, valid until the next add() */
  get heights() {
    return this.values.subarray(0, this.length);
  }

  reserve(size) {
    if (size <= this.steps.length) return;
    const room = Math.max(size, this.steps.length * 2);
    for (const name of ["steps", "epochs", "values"]) {
      const larger = new Float64Array(room);
      larger.set(this[name]);
      this[name] = larger;
    }
  }

  insert(step, epoch, value) {
    const at = firstAtLeast(this.steps, this.length, step);
    if (this.steps[at] === step) return this.put(at, step, epoch, value);
    this.reserve(this.length + 1);
    for (const array of [this.steps, this.epochs, this.values]) array.copyWithin(at + 1, at, this.length);
    this.length += 1;
    return this.put(at, step, epoch, value);
  }

  put(at, step, epoch, value) {
    this.steps[at] = step;
    this.epochs[at] = epoch;
    this.values[at] = value;
  }
}

/** All metrics of one run, and the cursor up to which they are known. */
export class MetricStore {
  constructor() {
    this.clear();
  }

  clear() {
    this.cursor = 0;
    /** @type {Map<string, Series>} */
    this.series = new Map();
  }

  /**
   * @param {{cursor: number, series: Record<string, Point[]>}} answer
   * @returns {boolean} whether anything was added
   */
  merge(answer) {
    let added = false;
    for (const [name, points] of Object.entries(answer.series)) {
      if (points.length === 0) continue;
      if (!this.series.has(name)) this.series.set(name, new Series());
      this.series.get(name).add(points);
      added = true;
    }
    this.cursor = answer.cursor;
    return added;
  }

  /** @returns {Series|undefined} */
  get(name) {
    return this.series.get(name);
  }
}

/** @returns {number} first index whose number is at least `wanted`; `length` when there is none */
export function firstAtLeast(numbers, length, wanted) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @returns {number} index of the number nearest to `wanted`, -1 when there is none */
export function nearest(numbers, length, wanted) {
  if (length === 0) return -1;
  const at = firstAtLeast(numbers, length, wanted);
  if (at === 0) return 0;
  if (at === length) return length - 1;
  return wanted - numbers[at - 1] <= numbers[at] - wanted ? at - 1 : at;
}
