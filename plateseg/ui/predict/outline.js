/** Plates drawn as their four corners. */
import { toClient } from "../editor/viewport.js";

/** More outlines than this hide the photograph; the largest come first. */
const MOST = 60;

/**
 * @param {CanvasRenderingContext2D} context in client pixels
 * @param {import("./session.js").Plate[]} plates largest first
 * @param {{view: import("../editor/viewport.js").Viewport, lit: number|null, colour: string, only?: boolean}} options
 *   lit: index of the plate in the light; only: draw that one alone
 */
export function outline(context, plates, { view, lit, colour, only = false }) {
  context.save();
  context.lineJoin = "round";
  plates.slice(0, MOST).forEach((plate, index) => {
    if (index !== lit && !only) trace(context, plate, view, { width: 1.5, colour });
  });
  if (lit !== null && plates[lit]) light(context, plates[lit], view, colour);
  context.restore();
}

function light(context, plate, view, colour) {
  trace(context, plate, view, { width: 5, colour: "rgba(0, 0, 0, 0.55)" });
  trace(context, plate, view, { width: 3, colour: "#ffffff" });
  trace(context, plate, view, { width: 1.5, colour });
}

function trace(context, { quad }, view, { width, colour }) {
  context.beginPath();
  for (const [x, y] of quad) {
    // Corners are pixel centres; a pixel's centre stands half a pixel in from its edge.
    const point = toClient(view, { x: x + 0.5, y: y + 0.5 });
    context.lineTo(point.x, point.y);
  }
  context.closePath();
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}
