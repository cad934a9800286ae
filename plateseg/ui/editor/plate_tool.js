/** Plate: click its four corners, drag corners, edges or the whole, Enter makes it mask. */
import { BACKGROUND } from "./mask_document.js";
import { drawHandle } from "./polygon_tool.js";
import { dragGrip, gripAt, orderCorners } from "./quad.js";
import { twoTone } from "./stroke_tool.js";

const NUDGES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class PlateTool {
  /** @param {import("./edits.js").Edits} edits */
  constructor(edits) {
    this.edits = edits;
    this.name = "plate";
    /** @type {{x: number, y: number}[]} */
    this.quad = [];
    /** @type {import("./quad.js").Grip|null} */
    this.grip = null;
    this.chosen = -1;
    this.at = null;
    /** The quad was put there by a proposal and nobody has moved it yet. */
    this.suggested = false;
    this.from = null;
  }

  /** Starts from a model's corners instead of four clicks. */
  suggest(quad) {
    this.quad = orderCorners(quad);
    this.suggested = true;
    this.chosen = 0;
    this.edits.stage.guidesChanged();
  }

  down(point, { reach }) {
    this.from = point;
    this.grip = gripAt(this.quad, point, reach / this.edits.stage.view.scale);
    if (this.grip) {
      if (this.grip.kind === "corner") this.chosen = this.grip.index;
    } else if (this.quad.length < 4) this.#addCorner(point);
    else if (this.suggested) {
      this.drop();
      this.#addCorner(point);
    } else this.edits.notify("Drag the corners or edges; Enter fills the plate, Esc lets it go.");
    this.edits.stage.guidesChanged();
  }

  move(points) {
    const point = points.at(-1);
    this.at = point;
    if (this.grip) {
      this.quad = dragGrip(this.quad, this.grip, point.x - this.from.x, point.y - this.from.y);
      this.from = point;
      this.suggested = false;
    }
    this.edits.stage.guidesChanged();
  }

  up() {
    this.grip = null;
  }

  cancel() {
    this.grip = null;
    if (this.quad.length < 4) this.quad.pop();
    this.edits.stage.guidesChanged();
  }

  hover(point, { reach }) {
    this.at = point;
    const grip = gripAt(this.quad, point, reach / this.edits.stage.view.scale);
    this.edits.stage.element.dataset.grip = grip?.kind ?? "";
    if (this.quad.length && this.quad.length < 4) this.edits.stage.guidesChanged();
  }

  leave() {
    this.at = null;
    this.edits.stage.element.dataset.grip = "";
    this.edits.stage.guidesChanged();
  }

  /** Before saving or moving on: four corners somebody placed become mask. */
  finish() {
    if (this.quad.length === 4 && !this.suggested) this.#fill(false);
    this.drop();
  }

  drop() {
    this.quad = [];
    this.grip = null;
    this.chosen = -1;
    this.suggested = false;
    this.edits.stage.guidesChanged();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for this tool */
  key({ key, shiftKey }) {
    if (!this.quad.length) return false;
    if (NUDGES[key] && this.quad[this.chosen]) {
      const far = shiftKey ? 10 : 1;
      const [dx, dy] = NUDGES[key];
      this.quad = dragGrip(this.quad, { kind: "corner", index: this.chosen }, dx * far, dy * far);
      this.suggested = false;
    } else if (key === "Enter") {
      if (this.quad.length === 4) this.#fill(shiftKey);
    } else if (key === "Escape") this.drop();
    else if (key === "Backspace") this.#takeBack();
    else return false;
    this.edits.stage.guidesChanged();
    return true;
  }

  draw(context) {
    if (!this.quad.length) return;
    const corners = this.quad.map((point) => this.edits.stage.toClient(point));
    const path = new Path2D();
    corners.forEach((corner, index) => (index ? path.lineTo(corner.x, corner.y) : path.moveTo(corner.x, corner.y)));
    if (corners.length < 4 && this.at) {
      const tip = this.edits.stage.toClient(this.at);
      path.lineTo(tip.x, tip.y);
    }
    if (corners.length >= 3) path.closePath();
    if (corners.length === 4) {
      context.fillStyle = "rgba(255, 255, 255, 0.16)";
      context.fill(path);
    }
    twoTone(context, path, this.suggested);
    corners.forEach((corner, index) => drawHandle(context, corner, index === this.chosen));
  }

  #addCorner(point) {
    this.quad.push(point);
    if (this.quad.length === 4) this.quad = orderCorners(this.quad);
    this.chosen = this.quad.length === 4 ? this.quad.indexOf(point) : this.quad.length - 1;
  }

  #takeBack() {
    this.quad.pop();
    this.chosen = this.quad.length - 1;
    this.suggested = false;
  }

  #fill(erase) {
    const quad = this.quad;
    this.drop();
    if (erase) this.edits.shape(quad, BACKGROUND, "plate");
    else this.edits.plate(quad);
  }
}
