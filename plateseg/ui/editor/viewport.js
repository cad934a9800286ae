/**
 * Where the photograph stands on screen: client = image * scale + offset. Pure; client pixels count from the
 * canvas's top-left corner.
 * @typedef {{scale: number, x: number, y: number}} Viewport
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number}} Point
 */

const MOST = 64;

/** @param {Viewport} view @param {Point} point image pixels @returns {Point} client pixels */
export function toClient(view, point) {
  return { x: point.x * view.scale + view.x, y: point.y * view.scale + view.y };
}

/** @param {Viewport} view @param {Point} point client pixels @returns {Point} image pixels */
export function toImage(view, point) {
  return { x: (point.x - view.x) / view.scale, y: (point.y - view.y) / view.scale };
}

/**
 * The whole image, centred, as large as it goes inside a margin.
 * @param {Size} image
 * @param {Size} canvas client pixels
 * @returns {Viewport}
 */
export function fitView(image, canvas, margin = 16) {
  const room = { width: Math.max(1, canvas.width - 2 * margin), height: Math.max(1, canvas.height - 2 * margin) };
  const scale = Math.min(room.width / image.width, room.height / image.height, MOST);
  return centred(image, canvas, scale);
}

/** @returns {Viewport} the image at `scale` in the middle of the canvas */
function centred(image, canvas, scale) {
  return { scale, x: (canvas.width - image.width * scale) / 2, y: (canvas.height - image.height * scale) / 2 };
}

/**
 * Zooms so that the image point under `anchor` stays where it is.
 * @param {Viewport} view
 * @param {number} factor > 1 comes closer
 * @param {Point} anchor client pixels
 * @param {number} least smallest scale allowed
 * @returns {Viewport}
 */
export function zoomAt(view, factor, anchor, least) {
  const scale = Math.min(MOST, Math.max(least, view.scale * factor));
  const ratio = scale / view.scale;
  return { scale, x: anchor.x - (anchor.x - view.x) * ratio, y: anchor.y - (anchor.y - view.y) * ratio };
}

/** @returns {number} the smallest scale worth having: half of the fitted one, at most 1 */
export function leastScale(image, canvas) {
  return Math.min(1, fitView(image, canvas).scale / 2);
}

/** @param {Viewport} view @returns {Viewport} */
export function panBy(view, dx, dy) {
  return { scale: view.scale, x: view.x + dx, y: view.y + dy };
}

/**
 * Keeps a piece of the image in sight.
 * @param {Viewport} view
 * @param {Size} image
 * @param {Size} canvas
 * @param {number} keep client pixels that must remain visible
 * @returns {Viewport}
 */
export function holdView(view, image, canvas, keep = 48) {
  const clamp = (offset, length, room) => Math.min(room - keep, Math.max(keep - length, offset));
  return {
    scale: view.scale,
    x: clamp(view.x, image.width * view.scale, canvas.width),
    y: clamp(view.y, image.height * view.scale, canvas.height),
  };
}

/**
 * Two fingers: the image points under them stay under them.
 * @param {Viewport} view
 * @param {[Point, Point]} before client pixels
 * @param {[Point, Point]} after client pixels
 * @returns {Viewport}
 */
export function pinch(view, before, after, least) {
  const spread = ([a, b]) => Math.hypot(b.x - a.x, b.y - a.y);
  const middle = ([a, b]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const from = middle(before);
  const to = middle(after);
  const factor = spread(before) > 0 ? spread(after) / spread(before) : 1;
  return zoomAt(panBy(view, to.x - from.x, to.y - from.y), factor, to, least);
}

/**
 * The image rectangle as whole device pixels on the canvas, grown to cover every pixel it touches.
 * @param {Viewport} view in device pixels
 * @param {import("./rects.js").Rect} rect image pixels
 */
export function coverRect(view, rect) {
  return {
    x0: Math.floor(rect.x0 * view.scale + view.x),
    y0: Math.floor(rect.y0 * view.scale + view.y),
    x1: Math.ceil(rect.x1 * view.scale + view.x),
    y1: Math.ceil(rect.y1 * view.scale + view.y),
  };
}
