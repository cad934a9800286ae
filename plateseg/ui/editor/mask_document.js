/**
 * The mask being edited: pixels, history, the revision it began from and whether the server has it. No DOM.
 * @typedef {import("./rects.js").Rect} Rect
 * @typedef {import("./raster.js").Point} Point
 */
import { fillHoles } from "./holes.js";
import { History } from "./history.js";
import { fillPolygon, fillRect, maskBounds, strokeCapsule } from "./raster.js";
import { joinRects } from "./rects.js";
import { encodeRuns } from "./rle.js";

export const PLATE = 1;
export const BACKGROUND = 0;

export class MaskDocument {
  /**
   * @param {{width: number, height: number, data: Uint8Array, head: number}} start head: number of the revision
   *   `data` is, 0 for none
   */
  constructor({ width, height, data, head }) {
    this.width = width;
    this.height = height;
    this.mask = { data, width, height };
    this.head = head;
    this.history = new History(data, width);
    this.savedTop = this.history.top;
    /** Name of the model whose proposal the unsaved part began from, empty for none. */
    this.seededFrom = "";
    /** Counts every change; a save of version n is stale when this has moved on. */
    this.version = 0;
    /** Rectangle that holds all set pixels, perhaps too large. */
    this.extent = maskBounds(this.mask);
    /** @type {Rect|null} what the stroke in progress has touched; undefined between strokes */
    this.strokeRect = undefined;
    /** @type {((rect: Rect) => void)[]} */
    this.listeners = [];
    this.coded = { version: -1, runs: null };
  }

  /** @param {(rect: Rect) => void} fn called with each changed rectangle */
  onChange(fn) {
    this.listeners.push(fn);
  }

  get dirty() {
    return this.history.top !== this.savedTop || Boolean(this.strokeRect);
  }

  /** Strokes the server does not have. */
  get strokes() {
    return this.history.strokesSince(this.savedTop) + (this.strokeRect ? 1 : 0);
  }

  get empty() {
    return maskBounds(this.mask) === null;
  }

  get stroking() {
    return this.strokeRect !== undefined;
  }

  /** @returns {number[]} the mask as runs, coded once per version */
  runs() {
    if (this.coded.version !== this.version) this.coded = { version: this.version, runs: encodeRuns(this.mask.data) };
    return this.coded.runs;
  }

  /** A stroke still under way, as when a key acts in its middle, becomes a step of its own. */
  beginStroke() {
    if (this.strokeRect) this.endStroke("stroke");
    this.strokeRect = null;
  }

  /** Moves the brush from one place to another; value 0 erases. */
  stroke(from, to, radius, value) {
    this.#touched(strokeCapsule(this.mask, from, to, radius, value));
  }

  /** @returns {import("./history.js").Entry|null} the step, null when the stroke changed nothing */
  endStroke(label) {
    const rect = this.strokeRect;
    this.strokeRect = undefined;
    return this.#commit(rect ?? null, label);
  }

  /** Takes the stroke in progress back as if it had never begun. */
  cancelStroke() {
    const rect = this.strokeRect;
    this.strokeRect = undefined;
    if (!rect) return;
    this.history.revert(this.mask.data, rect);
    this.#announce(rect);
  }

  /**
   * One filled shape as one step.
   * @param {Point[]} points
   * @param {number} value
   * @param {import("./regions.js").Region[]} cleared emptied first
   */
  shape(points, value, label, cleared = []) {
    this.beginStroke();
    for (const { rect, pixels } of cleared) {
      for (const i of pixels) this.mask.data[i] = BACKGROUND;
      this.#touched(rect);
    }
    this.#touched(fillPolygon(this.mask, points, value));
    return this.endStroke(label);
  }

  fillHoles() {
    this.beginStroke();
    this.#touched(fillHoles(this.mask, PLATE));
    return this.endStroke("fill holes");
  }

  clear() {
    this.beginStroke();
    if (this.extent) this.#touched(fillRect(this.mask, this.extent, BACKGROUND));
    return this.endStroke("clear");
  }

  /**
   * Puts another mask in place of this one as one step that undo takes back.
   * @param {Uint8Array} data of the same size
   * @param {string|null} seed model it comes from; null leaves it as it is
   * @param {number} strokes how many of a person's strokes it holds
   */
  replace(data, label, seed = null, strokes = 1) {
    const rect = joinRects(this.extent, maskBounds({ ...this.mask, data }));
    if (rect) this.mask.data.set(data);
    return this.#commit(rect, label, seed, strokes);
  }

  /** @returns {import("./history.js").Entry|null} the step by which what this model drew became the mask */
  seededBy(model) {
    return this.history.done.find(({ seedBefore, seedAfter }) => seedAfter === model && seedBefore !== model) ?? null;
  }

  undo() {
    if (this.stroking) return this.cancelStroke();
    const entry = this.history.undo(this.mask.data);
    return this.#stepped(entry, entry?.seedBefore);
  }

  redo() {
    if (this.stroking) return null;
    const entry = this.history.redo(this.mask.data);
    return this.#stepped(entry, entry?.seedAfter);
  }

  /** Remembers that the server has the mask as it was at `top`. */
  markSaved({ head, top = this.history.top }) {
    this.head = head;
    this.savedTop = top;
    if (!this.dirty) this.seededFrom = "";
  }

  #stepped(entry, seed) {
    if (!entry) return null;
    this.seededFrom = seed;
    this.#announce(entry.rect);
    return entry;
  }

  #commit(rect, label, seed = null, strokes = 1) {
    const seeds = { seedBefore: this.seededFrom, seedAfter: seed ?? this.seededFrom };
    const entry = this.history.commit(this.mask.data, rect, label, { ...seeds, strokes });
    if (!entry) return null;
    this.seededFrom = seeds.seedAfter;
    this.#announce(rect);
    return entry;
  }

  #touched(rect) {
    if (!rect) return;
    this.strokeRect = joinRects(this.strokeRect ?? null, rect);
    this.#announce(rect);
  }

  #announce(rect) {
    this.version++;
    this.extent = joinRects(this.extent, rect);
    for (const fn of this.listeners) fn(rect);
  }
}

/** @returns {Uint8Array} background everywhere */
export function blankMask(width, height) {
  return new Uint8Array(width * height);
}
