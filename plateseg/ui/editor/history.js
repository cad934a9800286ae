/**
 * Undo and redo, one entry per stroke. An entry keeps the exclusive-or of before and after inside the rectangle that
 * changed, run-length coded: a few hundred bytes, and undoing is the same operation as redoing.
 * @typedef {import("./rects.js").Rect} Rect
 * @typedef {{rect: Rect, runs: Uint32Array, label: string, seedBefore: string, seedAfter: string, strokes: number}} Entry
 *   strokes: how many of a person's strokes the step stands for, 0 for an accepted proposal
 */
import { encodeRuns } from "./rle.js";

/** Bytes of entries kept before the oldest are let go; at a few kilobytes a stroke nobody meets it. */
const BUDGET = 256 * 1024 * 1024;

export class History {
  /**
   * @param {Uint8Array} mask the mask as it stands; copied
   * @param {number} width
   */
  constructor(mask, width, { budget = BUDGET } = {}) {
    this.width = width;
    this.budget = budget;
    /** The mask after the last entry: what a stroke in progress is compared with, and reverted to. */
    this.settled = mask.slice();
    /** @type {Entry[]} */
    this.done = [];
    /** @type {Entry[]} */
    this.undone = [];
    this.bytes = 0;
    /** Stands for the mask below the oldest entry; a new one once entries were let go. */
    this.floor = {};
  }

  /** Entry on top, or the floor. The same top means the same mask. */
  get top() {
    return this.done.at(-1) ?? this.floor;
  }

  /** A person's strokes between now and `top`, a top of earlier. */
  strokesSince(top) {
    if (top === this.top) return 0;
    const at = top === this.floor ? -1 : this.done.lastIndexOf(top);
    if (at >= 0 || top === this.floor) return countStrokes(this.done.slice(at + 1));
    const ahead = this.undone.lastIndexOf(top);
    return ahead >= 0 ? countStrokes(this.undone.slice(ahead)) : Math.max(1, countStrokes(this.done));
  }

  /**
   * Takes what `mask` has become inside `changed` as one step.
   * @param {Uint8Array} mask
   * @param {Rect|null} changed everything outside must be as it was
   * @returns {Entry|null} null when nothing changed
   */
  commit(mask, changed, label, { seedBefore = "", seedAfter = "", strokes = 1 } = {}) {
    if (!changed) return null;
    const rect = wordRect(changed, this.width);
    const runs = differenceRuns(this.settled, mask, this.width, rect);
    if (!runs) return null;
    copyRect(this.settled, mask, this.width, rect);
    const entry = { rect, runs, label, seedBefore, seedAfter, strokes };
    for (const gone of this.undone) this.bytes -= gone.runs.byteLength;
    this.undone = [];
    this.done.push(entry);
    this.bytes += runs.byteLength;
    while (this.bytes > this.budget && this.done.length > 1) {
      this.bytes -= this.done.shift().runs.byteLength;
      this.floor = {};
    }
    return entry;
  }

  /** @param {Uint8Array} mask @returns {Entry|null} the entry taken back */
  undo(mask) {
    const entry = this.done.pop() ?? null;
    if (entry) this.#turn(mask, entry, this.undone);
    return entry;
  }

  /** @param {Uint8Array} mask @returns {Entry|null} the entry done again */
  redo(mask) {
    const entry = this.undone.pop() ?? null;
    if (entry) this.#turn(mask, entry, this.done);
    return entry;
  }

  /** Puts back what a stroke in progress has changed inside `rect`. */
  revert(mask, rect) {
    if (rect) copyRect(mask, this.settled, this.width, rect);
  }

  #turn(mask, entry, onto) {
    applyDifference(mask, this.width, entry);
    applyDifference(this.settled, this.width, entry);
    onto.push(entry);
  }
}

function countStrokes(entries) {
  return entries.reduce((sum, { strokes }) => sum + strokes, 0);
}

/** @returns {Uint32Array|null} runs of before XOR after inside rect, null when they are equal */
function differenceRuns(before, after, width, rect) {
  const columns = rect.x1 - rect.x0;
  const patch = new Uint8Array(columns * (rect.y1 - rect.y0));
  // Four pixels at a time where every row begins on a word; a stroke across a large photograph spans millions.
  const byWord = width % 4 === 0 && rect.x0 % 4 === 0 && columns % 4 === 0;
  const [from, to, into, stride, x0, count] = byWord
    ? [words(before), words(after), words(patch), width / 4, rect.x0 / 4, columns / 4]
    : [before, after, patch, width, rect.x0, columns];
  let at = 0;
  for (let y = rect.y0; y < rect.y1; y++) {
    const start = y * stride + x0;
    for (let i = start; i < start + count; i++) into[at++] = from[i] ^ to[i];
  }
  const runs = encodeRuns(patch);
  return runs.length === 2 && runs[0] === 0 ? null : Uint32Array.from(runs);
}

function words(bytes) {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
}

/** The rectangle grown to whole words, where the image's rows are whole words. */
function wordRect(rect, width) {
  if (width % 4 !== 0) return rect;
  return { ...rect, x0: rect.x0 & ~3, x1: Math.min(width, (rect.x1 + 3) & ~3) };
}

function applyDifference(mask, width, { rect, runs }) {
  const columns = rect.x1 - rect.x0;
  let at = 0;
  for (let r = 0; r < runs.length; r += 2) {
    const end = at + runs[r + 1];
    if (runs[r] === 0) {
      at = end;
      continue;
    }
    for (; at < end; at++) {
      const row = Math.floor(at / columns);
      mask[(rect.y0 + row) * width + rect.x0 + (at - row * columns)] ^= runs[r];
    }
  }
}

function copyRect(into, from, width, rect) {
  for (let y = rect.y0; y < rect.y1; y++) {
    const start = y * width + rect.x0;
    into.set(from.subarray(start, y * width + rect.x1), start);
  }
}
