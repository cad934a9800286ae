/**
 * Rectangles of whole pixels, right and bottom exclusive.
 * @typedef {{x0: number, y0: number, x1: number, y1: number}} Rect
 */

/** @returns {Rect} the whole of an image */
export function wholeRect(width, height) {
  return { x0: 0, y0: 0, x1: width, y1: height };
}

/**
 * The smallest rectangle around both; null stands for "nothing".
 * @param {Rect|null} one
 * @param {Rect|null} other
 * @returns {Rect|null}
 */
export function joinRects(one, other) {
  if (!one) return other;
  if (!other) return one;
  return {
    x0: Math.min(one.x0, other.x0),
    y0: Math.min(one.y0, other.y0),
    x1: Math.max(one.x1, other.x1),
    y1: Math.max(one.y1, other.y1),
  };
}

/**
 * The part of both, null when they do not meet.
 * @param {Rect|null} one
 * @param {Rect|null} other
 * @returns {Rect|null}
 */
export function meetRects(one, other) {
  if (!one || !other) return null;
  const rect = {
    x0: Math.max(one.x0, other.x0),
    y0: Math.max(one.y0, other.y0),
    x1: Math.min(one.x1, other.x1),
    y1: Math.min(one.y1, other.y1),
  };
  return rect.x0 < rect.x1 && rect.y0 < rect.y1 ? rect : null;
}
