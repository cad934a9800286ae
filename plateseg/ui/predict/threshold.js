/**
 * Probability to picture by table, one look-up a pixel. Pure.
 * A pixel of the probability picture is 0..255 for 0..1, a colour here is one number as ImageData holds it on the
 * little-endian machines browsers run on: 0xAABBGGRR.
 */

const GREYS = 256;

/** Perceptually even stops of the heat map (inferno), dark = 0, bright = 1. */
const HEAT = [
  [0, 0, 4],
  [40, 11, 84],
  [101, 21, 110],
  [159, 42, 99],
  [212, 72, 66],
  [245, 125, 21],
  [250, 193, 39],
  [252, 255, 164],
];

/**
 * @param {number} threshold 0..1
 * @returns {number} the lowest grey that counts as plate. The server cuts the same way: zero probability is never plate.
 */
export function firstGrey(threshold) {
  return Math.max(1, Math.ceil(threshold * (GREYS - 1)));
}

/** @param {[number, number, number]} rgb 0..255 @param {number} alpha 0..255 @returns {number} */
export function pack([red, green, blue], alpha = 255) {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * @param {number} threshold 0..1
 * @param {{below: number, above: number}} colours packed
 * @returns {Uint32Array} one colour for each grey
 */
export function cutTable(threshold, { below, above }) {
  return new Uint32Array(GREYS).fill(below).fill(above, firstGrey(threshold));
}

/** @returns {Uint32Array} the heat map; low probabilities let the photograph shine through */
export function heatTable() {
  return Uint32Array.from({ length: GREYS }, (_, grey) => {
    const share = grey / (GREYS - 1);
    return pack(heatAt(share), Math.round(255 * (0.55 + 0.37 * share)));
  });
}

/** @param {number} share 0..1 @returns {[number, number, number]} */
export function heatAt(share) {
  const at = share * (HEAT.length - 1);
  const low = Math.min(HEAT.length - 2, Math.floor(at));
  return HEAT[low].map((from, channel) => Math.round(from + (HEAT[low + 1][channel] - from) * (at - low)));
}

/** @returns {string} the heat map as a CSS gradient, for the legend */
export function heatGradient() {
  const stops = HEAT.map((rgb) => `rgb(${rgb.join(" ")})`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

/**
 * Colours every pixel.
 * @param {Uint32Array} pixels RGBA of the grey picture (its red byte is read)
 * @param {Uint32Array} table 256 colours
 * @param {Uint32Array} out as long as pixels
 */
export function paint(pixels, table, out) {
  for (let at = 0; at < pixels.length; at += 1) out[at] = table[pixels[at] & 255];
}
