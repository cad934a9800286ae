/**
 * Paints masks into screen pixels. Only the pixels on screen are ever computed, whatever the photograph's size, and a
 * stroke repaints the rectangle it touched: no image-sized canvas is needed. Pure, no DOM.
 * @typedef {import("./rects.js").Rect} Rect
 * @typedef {{pixels: Uint32Array, width: number, height: number}} Target  RGBA as ImageData holds it, little-endian
 * @typedef {{fills: Uint32Array, edge: number, hatched: boolean}} Ink
 * @typedef {{mask: import("./raster.js").Mask, extent: Rect|null, ink: Ink}} Layer
 */
import { meetRects, wholeRect } from "./rects.js";
import { coverRect } from "./viewport.js";

/** Steps of coverage between "no sample set" and "all set". */
const FULL = 16;
const HALF = FULL / 2;

/**
 * The colours of one layer.
 * @param {[number, number, number]} rgb 0..255
 * @param {number} opacity 0..1 of the filling; the outline stays more visible
 * @returns {Ink}
 */
export function makeInk(rgb, opacity, { hatched = false } = {}) {
  const pack = (alpha) => ((Math.round(alpha * 255) << 24) | (rgb[2] << 16) | (rgb[1] << 8) | rgb[0]) >>> 0;
  const fills = new Uint32Array(FULL + 1);
  for (let level = 1; level <= FULL; level++) fills[level] = pack((opacity * level) / FULL);
  return { fills, edge: pack(Math.min(1, opacity * 2)), hatched };
}

/**
 * Repaints one rectangle of the target.
 * @param {Target} target
 * @param {Rect} area device pixels, inside the target
 * @param {import("./viewport.js").Viewport} view in device pixels
 * @param {Layer[]} layers bottom first
 */
export function paintOverlay(target, area, view, layers) {
  for (let y = area.y0; y < area.y1; y++) target.pixels.fill(0, y * target.width + area.x0, y * target.width + area.x1);
  for (const layer of layers) {
    const part = layer.extent && meetRects(area, grow(coverRect(view, layer.extent)));
    if (part) paintLayer(target, part, view, layer);
  }
}

/** Device pixels that may change when `rect` of the image does, one more all round for the outline. */
export function overlayArea(target, view, rect) {
  return meetRects(grow(coverRect(view, rect)), wholeRect(target.width, target.height));
}

function grow(rect) {
  return { x0: rect.x0 - 1, y0: rect.y0 - 1, x1: rect.x1 + 1, y1: rect.y1 + 1 };
}

function paintLayer(target, part, view, { mask, ink }) {
  const around = grow(part);
  const stride = around.x1 - around.x0;
  const levels = sampleLevels(mask, around, view);
  for (let y = part.y0; y < part.y1; y++) {
    let at = (y - around.y0) * stride + 1;
    let out = y * target.width + part.x0;
    for (let x = part.x0; x < part.x1; x++, at++, out++) {
      const level = levels[at];
      if (level === 0) continue;
      if (level >= HALF && onEdge(levels, at, stride)) target.pixels[out] = ink.edge;
      else if (!ink.hatched || ((x + y) & 7) < 2) target.pixels[out] = ink.fills[level];
    }
  }
}

function onEdge(levels, at, stride) {
  return levels[at - 1] < HALF || levels[at + 1] < HALF || levels[at - stride] < HALF || levels[at + stride] < HALF;
}

/**
 * How much of each device pixel is set, 0..FULL: one sample when a device pixel is smaller than an image pixel, up to
 * 4 x 4 when the image is shrunk, so that thin strokes do not vanish.
 */
function sampleLevels(mask, area, view) {
  const samples = view.scale >= 0.75 ? 1 : Math.min(4, Math.ceil(1 / view.scale));
  const columns = sampleTable(area.x0, area.x1, view.x, view.scale, samples, mask.width);
  const rows = sampleTable(area.y0, area.y1, view.y, view.scale, samples, mask.height);
  const stride = area.x1 - area.x0;
  const levels = new Uint8Array(stride * (area.y1 - area.y0));
  if (samples === 1) sampleOnce(mask, rows, columns, levels);
  else sampleMany(mask, rows, columns, levels, samples);
  return levels;
}

/** Image coordinate of each sample of each device pixel, -1 outside of the image. */
function sampleTable(from, to, offset, scale, samples, limit) {
  const table = new Int32Array((to - from) * samples);
  for (let i = 0; i < table.length; i++) {
    const at = Math.floor((from + (i + 0.5) / samples - offset) / scale);
    table[i] = at >= 0 && at < limit ? at : -1;
  }
  return table;
}

function sampleOnce({ data, width }, rows, columns, levels) {
  let out = 0;
  for (const row of rows) {
    if (row < 0) {
      out += columns.length;
      continue;
    }
    const start = row * width;
    for (let i = 0; i < columns.length; i++, out++) {
      if (columns[i] >= 0 && data[start + columns[i]] !== 0) levels[out] = FULL;
    }
  }
}

function sampleMany({ data, width }, rows, columns, levels, samples) {
  const stride = columns.length / samples;
  const counts = new Uint8Array(stride);
  const scale = FULL / (samples * samples);
  for (let y = 0; y * samples < rows.length; y++) {
    counts.fill(0);
    for (let j = 0; j < samples; j++) {
      const row = rows[y * samples + j];
      if (row < 0) continue;
      const start = row * width;
      for (let x = 0, i = 0; x < stride; x++) {
        for (let k = 0; k < samples; k++, i++) {
          if (columns[i] >= 0 && data[start + columns[i]] !== 0) counts[x]++;
        }
      }
    }
    for (let x = 0; x < stride; x++) levels[y * stride + x] = Math.ceil(counts[x] * scale);
  }
}
