/** Polygon: click corners; double click, Enter or a click on the first corner closes it. */
import { BACKGROUND, PLATE } from "./mask_document.js";
import { twoTone } from "./stroke_tool.js";

/** Two presses this close in time and place are a double click. */
const DOUBLE_MS = 350;
const DOUBLE_PX = 6;

export class PolygonTool {
  /** @param {import("./edits.js").Edits} edits */
  constructor(edits) {
    this.edits = edits;
    this.name = "polygon";
    /** @type {{x: number, y: number}[]} */
    this.points = [];
    this.at = null;
    this.pressed = { at: -Infinity, point: null };
  }

  down(point, { erase, reach }, now = performance.now()) {
    const double = now - this.pressed.at < DOUBLE_MS && this.#near(point, this.pressed.point, DOUBLE_PX);
    this.pressed = { at: now, point };
    if (double && this.points.length >= 3) return this.#fill(erase);
    if (this.points.length >= 3 && this.#near(point, this.points[0], reach)) return this.#fill(erase);
    if (!double) this.points.push(point);
    this.edits.stage.guidesChanged();
  }

  move(points) {
    this.hover(points.at(-1));
  }

  up() {}

  cancel() {
    this.points.pop();
    this.edits.stage.guidesChanged();
  }

  hover(point) {
    this.at = point;
    this.edits.stage.guidesChanged();
  }

  leave() {
    this.at = null;
    this.edits.stage.guidesChanged();
  }

  /** Before saving or moving on: what stands there as a shape becomes mask. */
  finish() {
    if (this.points.length >= 3) this.#fill(false);
    this.drop();
  }

  drop() {
    this.points = [];
    this.edits.stage.guidesChanged();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for this tool */
  key({ key, shiftKey }) {
    if (!this.points.length) return false;
    if (key === "Enter") {
      if (this.points.length >= 3) this.#fill(shiftKey);
      return true;
    }
    if (key !== "Backspace" && key !== "Escape") return false;
    if (key === "Backspace") this.points.pop();
    else this.points = [];
    this.edits.stage.guidesChanged();
    return true;
  }

  draw(context) {
    if (!this.points.length) return;
    const { stage } = this.edits;
    const corners = this.points.map((point) => stage.toClient(point));
    const path = new Path2D();
    corners.forEach((corner, index) => (index ? path.lineTo(corner.x, corner.y) : path.moveTo(corner.x, corner.y)));
    if (this.at) {
      const tip = stage.toClient(this.at);
      path.lineTo(tip.x, tip.y);
    }
    if (this.points.length >= 3) {
      context.fillStyle = "rgba(255, 255, 255, 0.14)";
      context.fill(path);
    }
    twoTone(context, path);
    corners.forEach((corner, index) => drawHandle(context, corner, index === 0 && corners.length >= 3));
  }

  #fill(erase) {
    const points = this.points;
    this.points = [];
    this.edits.shape(points, erase ? BACKGROUND : PLATE, "polygon");
    this.edits.stage.guidesChanged();
  }

  #near(point, other, pixels) {
    return other && Math.hypot(point.x - other.x, point.y - other.y) * this.edits.stage.view.scale <= pixels;
  }
}

/** A round handle; the chosen one is filled. */
export function drawHandle(context, at, chosen) {
  context.beginPath();
  context.arc(at.x, at.y, chosen ? 6 : 4.5, 0, 2 * Math.PI);
  context.fillStyle = chosen ? "#fff" : "rgba(255, 255, 255, 0.85)";
  context.strokeStyle = "rgba(0, 0, 0, 0.75)";
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
}
