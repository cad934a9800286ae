/** The probability picture coloured by a table, for the part that is on screen. */
import { paint } from "./threshold.js";

export class Tint {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.forget();
  }

  /** Another photograph: nothing computed so far holds. */
  forget() {
    this.windowKey = "";
    /** @type {Uint32Array|null} */
    this.pixels = null;
    /** @type {ImageData|null} */
    this.picture = null;
  }

  /**
   * @param {import("./levels.js").Levels} probability
   * @param {import("./window.js").Window} window
   * @param {Uint32Array} table 256 colours
   * @returns {HTMLCanvasElement} window.columns by window.rows pixels
   */
  draw(probability, window, table) {
    this.sample(probability, window);
    paint(this.pixels, table, new Uint32Array(this.picture.data.buffer));
    this.context.putImageData(this.picture, 0, 0);
    return this.canvas;
  }

  /** Reads the grey values once for each window; moving the threshold reads nothing. */
  sample(probability, window) {
    const key = Object.values(window).join();
    if (key === this.windowKey) return;
    const { columns, rows } = window;
    this.canvas.width = columns;
    this.canvas.height = rows;
    probability.draw(this.context, window, { x: 0, y: 0, width: columns, height: rows });
    const read = this.context.getImageData(0, 0, columns, rows);
    this.pixels = new Uint32Array(read.data.buffer);
    this.picture = new ImageData(columns, rows);
    this.windowKey = key;
  }
}
