/**
 * Regions of a mask: pixels that hang together over sides or corners. Pure.
 * @typedef {import("./rects.js").Rect} Rect
 * @typedef {import("./raster.js").Mask} Mask
 * @typedef {{rect: Rect, pixels: number[]}} Region  pixels: places in the mask, row by row from its first pixel
 */
import { fillPolygon } from "./raster.js";

/** A shape lies over a region when they share so much of the smaller one: two plates side by side only brush. */
const SHARED = 0.1;

/**
 * @param {Mask} mask
 * @param {import("./raster.js").Point[]} points a polygon
 * @returns {Region[]} those the polygon lies over
 */
export function regionsUnder(mask, points) {
  const { data, width, height } = mask;
  const shape = new Uint8Array(data.length);
  const box = fillPolygon({ data: shape, width, height }, points, 1);
  if (!box) return [];
  const seen = new Uint8Array(data.length);
  const found = [];
  let area = 0;
  for (let y = box.y0; y < box.y1; y++) {
    for (let i = y * width + box.x0; i < y * width + box.x1; i++) {
      if (!shape[i]) continue;
      area++;
      if (data[i] && !seen[i]) found.push(regionAt(mask, i, seen));
    }
  }
  return found.filter(({ pixels }) => {
    const shared = pixels.reduce((count, i) => count + shape[i], 0);
    return shared >= SHARED * Math.min(area, pixels.length);
  });
}

/**
 * @param {Mask} mask
 * @param {Region} region of `original`
 * @param {Mask} original
 * @returns {boolean} whether the region and the pixels around it are in the mask as they were in the original
 */
export function isUntouched(mask, region, original) {
  const { width, height } = mask;
  return region.pixels.every((i) => everyAround(i, width, height, (at) => mask.data[at] === original.data[at]));
}

/** The region that holds a pixel; marks its pixels in `seen`. */
function regionAt({ data, width, height }, start, seen) {
  const pixels = [start];
  const rect = { x0: width, y0: height, x1: 0, y1: 0 };
  const visit = (at) => {
    if (data[at] && !seen[at]) {
      seen[at] = 1;
      pixels.push(at);
    }
    return true;
  };
  seen[start] = 1;
  for (let next = 0; next < pixels.length; next++) {
    const x = pixels[next] % width;
    const y = (pixels[next] - x) / width;
    rect.x0 = Math.min(rect.x0, x);
    rect.y0 = Math.min(rect.y0, y);
    rect.x1 = Math.max(rect.x1, x + 1);
    rect.y1 = Math.max(rect.y1, y + 1);
    everyAround(pixels[next], width, height, visit);
  }
  return { rect, pixels };
}

/** Whether `test` holds for a pixel and all of its neighbours inside the image. */
function everyAround(i, width, height, test) {
  const x = i % width;
  const y = (i - x) / width;
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      if (!test(row * width + column)) return false;
    }
  }
  return true;
}
