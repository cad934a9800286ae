/**
 * Run-length coding of masks: [value, length, value, length, ...], row by row. A mask is a Uint8Array of class
 * indices, width * height long; 0 is background, 1 is plate.
 * @typedef {{width: number, height: number, runs: ArrayLike<number>}} RunMask
 */

/**
 * @param {Uint8Array} mask
 * @returns {number[]} lengths > 0, neighbouring values differ, lengths sum to mask.length
 */
export function encodeRuns(mask) {
  const bytes = mask.byteOffset % 4 === 0 ? mask : mask.slice();
  // Four pixels at a time: most of a mask is one colour, and a photograph has twelve million of them.
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  const runs = [];
  for (let start = 0; start < bytes.length;) {
    const end = runEnd(bytes, words, start);
    runs.push(bytes[start], end - start);
    start = end;
  }
  return runs;
}

/** Index after the last pixel that equals the one at `start`. */
function runEnd(bytes, words, start) {
  const value = bytes[start];
  const length = bytes.length;
  let i = start + 1;
  while (i < length && (i & 3) !== 0 && bytes[i] === value) i++;
  if (i < length && (i & 3) === 0) {
    const pattern = (value * 0x01010101) >>> 0;
    let word = i >>> 2;
    while (word < words.length && words[word] === pattern) word++;
    i = word << 2;
  }
  while (i < length && bytes[i] === value) i++;
  return i;
}

/**
 * @param {RunMask} coded
 * @returns {Uint8Array} width * height class indices
 * @throws {RangeError} when the runs are not those of a mask of that size
 */
export function decodeRuns({ width, height, runs }) {
  const mask = new Uint8Array(width * height);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const length = runs[i + 1];
    if (!Number.isInteger(length) || length <= 0 || at + length > mask.length) throw misfit(width, height);
    if (runs[i] !== 0) mask.fill(runs[i], at, at + length);
    at += length;
  }
  if (at !== mask.length) throw misfit(width, height);
  return mask;
}

function misfit(width, height) {
  return new RangeError(`The mask received does not fit ${width}x${height} pixels. Reload the page.`);
}

/** @returns {number[]} runs of a mask that is background everywhere */
export function emptyRuns(width, height) {
  return [0, width * height];
}

/** @param {ArrayLike<number>} one @param {ArrayLike<number>} other both as encodeRuns writes them */
export function sameRuns(one, other) {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/**
 * Joins neighbouring runs of one value, so that runs from elsewhere compare equal to ours.
 * @param {ArrayLike<number>} runs
 * @returns {number[]}
 */
export function tidyRuns(runs) {
  const tidy = [];
  for (let i = 0; i < runs.length; i += 2) {
    if (tidy.length && tidy[tidy.length - 2] === runs[i]) tidy[tidy.length - 1] += runs[i + 1];
    else tidy.push(runs[i], runs[i + 1]);
  }
  return tidy;
}

/** @param {ArrayLike<number>} runs @returns {number} pixels that are not background */
export function countInRuns(runs) {
  let count = 0;
  for (let i = 0; i < runs.length; i += 2) if (runs[i] !== 0) count += runs[i + 1];
  return count;
}
