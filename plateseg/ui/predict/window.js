/**
 * Which part of the photograph is on the canvas, and at how many pixels it is worth computing. Pure.
 * @typedef {import("../editor/viewport.js").Viewport} Viewport
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number, width: number, height: number, columns: number, rows: number}} Window
 *   x, y, width, height: whole image pixels; columns, rows: pixels to compute, never more than the image has
 */

/**
 * @param {Viewport} view client pixels
 * @param {Size} image
 * @param {Size} canvas client pixels
 * @param {number} density device pixels in one client pixel
 * @returns {Window|null} null when nothing of the image is on the canvas
 */
export function visibleWindow(view, image, canvas, density) {
  const [x, right] = span(view.x, canvas.width, view.scale, image.width);
  const [y, bottom] = span(view.y, canvas.height, view.scale, image.height);
  const width = right - x;
  const height = bottom - y;
  if (width <= 0 || height <= 0) return null;
  const sampled = (length) => Math.max(1, Math.min(length, Math.round(length * view.scale * density)));
  return { x, y, width, height, columns: sampled(width), rows: sampled(height) };
}

/**
 * The view in which a box stands in the middle with room around it.
 * @param {[number, number, number, number]} bbox x, y, width, height in image pixels
 * @param {Size} canvas client pixels
 * @param {number} share of the canvas that the box may take
 * @returns {Viewport}
 */
export function closeUp([x, y, width, height], canvas, share = 0.5) {
  const fitted = Math.min((canvas.width * share) / Math.max(1, width), (canvas.height * share) / Math.max(1, height));
  const scale = Math.min(12, fitted);
  return { scale, x: canvas.width / 2 - (x + width / 2) * scale, y: canvas.height / 2 - (y + height / 2) * scale };
}

function span(offset, room, scale, length) {
  return [Math.max(0, Math.floor(-offset / scale)), Math.min(length, Math.ceil((room - offset) / scale))];
}
