/** Numbers that are the same in every run. */

/** @param {number} seed @returns {() => number} in [0, 1) */
export function randomNumbers(seed) {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Runs of random classes and lengths: long ones, single pixels and everything between. */
export function randomMask(random, length) {
  const mask = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const run = 1 + Math.floor(random() ** 4 * Math.min(length, 4000));
    mask.fill(random() < 0.5 ? 0 : 1 + Math.floor(random() * 3), at, at + run);
    at += run;
  }
  return mask;
}
