/** Brush and eraser: hard edge, and the cursor is exactly the stroke. */
import { BACKGROUND, PLATE } from "./mask_document.js";
import { capsuleSpan, snapBrush } from "./raster.js";

/** From this many device pixels per image pixel on, the cursor follows the pixels' edges. */
const PIXELS_SHOW = 5;

export class StrokeTool {
  /** @param {import("./edits.js").Edits} edits @param {{erases: boolean}} kind */
  constructor(edits, { erases }) {
    this.edits = edits;
    this.erases = erases;
    this.name = erases ? "eraser" : "brush";
    this.last = null;
    this.at = null;
    this.value = PLATE;
  }

  down(point, { erase }) {
    this.value = this.erases || erase ? BACKGROUND : PLATE;
    this.size = this.edits.brushSize;
    this.at = point;
    this.last = snapBrush(point, this.size);
    this.edits.begin();
    this.edits.document.stroke(this.last, this.last, this.size / 2, this.value);
    this.edits.drawing();
  }

  move(points) {
    if (!this.last) return;
    for (const point of points) {
      const next = snapBrush(point, this.size);
      if (next.x === this.last.x && next.y === this.last.y) continue;
      this.edits.document.stroke(this.last, next, this.size / 2, this.value);
      this.last = next;
    }
    this.hover(points.at(-1));
    this.edits.drawing();
  }

  up() {
    if (!this.last) return;
    this.last = null;
    this.edits.end(this.value === BACKGROUND ? "erase" : "brush");
  }

  cancel() {
    this.last = null;
    this.edits.cancel();
  }

  hover(point) {
    this.at = point;
    this.edits.stage.guidesChanged();
  }

  leave() {
    this.at = null;
    this.edits.stage.guidesChanged();
  }

  /** A stroke in progress counts as drawn; nothing else is pending. */
  finish() {
    this.up();
  }

  key() {
    return false;
  }

  /** @param {CanvasRenderingContext2D} context in client pixels */
  draw(context) {
    if (!this.at) return;
    const { stage, brushSize } = this.edits;
    const centre = snapBrush(this.at, brushSize);
    const path = new Path2D();
    if (stage.view.scale * stage.ratio >= PIXELS_SHOW) pixelOutline(path, stage, centre, brushSize / 2);
    else {
      const at = stage.toClient(centre);
      path.arc(at.x, at.y, (brushSize / 2) * stage.view.scale, 0, 2 * Math.PI);
    }
    twoTone(context, path, this.erases);
  }
}

/** The edge of exactly those pixels that a click would set. */
function pixelOutline(path, stage, centre, radius) {
  const rows = [];
  for (let y = Math.ceil(centre.y - radius - 0.5); y + 0.5 <= centre.y + radius; y++) {
    const span = capsuleSpan(centre, centre, radius, y + 0.5);
    if (span) rows.push({ y, left: Math.ceil(span[0] - 0.5), right: Math.floor(span[1] - 0.5) + 1 });
  }
  const right = rows.flatMap(({ y, right: x }) => [
    { x, y },
    { x, y: y + 1 },
  ]);
  const left = rows
    .flatMap(({ y, left: x }) => [
      { x, y },
      { x, y: y + 1 },
    ])
    .reverse();
  for (const [index, corner] of [...right, ...left].entries()) {
    const at = stage.toClient(corner);
    if (index === 0) path.moveTo(at.x, at.y);
    else path.lineTo(at.x, at.y);
  }
  path.closePath();
}

/** Dark under light, so that it shows on any photograph; the eraser's is dashed. */
export function twoTone(context, path, dashed = false) {
  context.lineJoin = "round";
  context.setLineDash([]);
  context.lineWidth = 3;
  context.strokeStyle = "rgba(0, 0, 0, 0.55)";
  context.stroke(path);
  context.lineWidth = 1.25;
  context.strokeStyle = "#fff";
  if (dashed) context.setLineDash([5, 3]);
  context.stroke(path);
  context.setLineDash([]);
}
