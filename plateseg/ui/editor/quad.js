/**
 * Four corners of a plate: order, hit test, dragging. Pure; all in image pixels.
 * @typedef {{x: number, y: number}} Point
 * @typedef {{kind: "corner"|"edge"|"inside", index: number}} Grip  edge i joins corner i and i + 1
 */

/**
 * The corners in an order whose outline does not cross itself, clockwise on screen.
 * @param {Point[]} points four
 * @returns {Point[]}
 */
export function orderCorners(points) {
  const cx = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const cy = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  const angle = (point) => Math.atan2(point.y - cy, point.x - cx);
  return [...points].sort((one, other) => angle(one) - angle(other));
}

/**
 * What is under the pointer: corners win over edges, edges over the inside.
 * @param {Point[]} quad
 * @param {Point} point
 * @param {number} reach image pixels
 * @returns {Grip|null}
 */
export function gripAt(quad, point, reach) {
  let best = null;
  let nearest = reach;
  quad.forEach((corner, index) => {
    const distance = Math.hypot(corner.x - point.x, corner.y - point.y);
    if (distance > nearest) return;
    nearest = distance;
    best = { kind: "corner", index };
  });
  if (best || quad.length < 4) return best;
  const edge = quad.findIndex((corner, index) => distanceToSegment(point, corner, quad[(index + 1) % 4]) <= reach);
  if (edge >= 0) return { kind: "edge", index: edge };
  return inside(quad, point) ? { kind: "inside", index: 0 } : null;
}

/**
 * The quad after its grip was moved.
 * @param {Point[]} quad
 * @param {Grip} grip
 * @returns {Point[]}
 */
export function dragGrip(quad, grip, dx, dy) {
  const moves = {
    corner: (index) => index === grip.index,
    edge: (index) => index === grip.index || index === (grip.index + 1) % 4,
    inside: () => true,
  }[grip.kind];
  return quad.map((point, index) => (moves(index) ? { x: point.x + dx, y: point.y + dy } : point));
}

/** @returns {number} distance from a point to the segment a-b */
export function distanceToSegment(point, a, b) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const along = length ? Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / length)) : 0;
  return Math.hypot(point.x - a.x - along * dx, point.y - a.y - along * dy);
}

/** @param {Point[]} quad any simple polygon */
export function inside(quad, point) {
  let within = false;
  quad.forEach((a, index) => {
    const b = quad[(index + 1) % quad.length];
    if (a.y <= point.y === b.y <= point.y) return;
    if (point.x < a.x + ((point.y - a.y) / (b.y - a.y)) * (b.x - a.x)) within = !within;
  });
  return within;
}
