/**
 * Two masks of one photograph side by side.
 * @typedef {{mine: number, theirs: number, both: number, onlyMine: number, onlyTheirs: number}} Comparison  pixels
 */

/**
 * @param {Uint8Array} mine
 * @param {Uint8Array} theirs of the same length
 * @returns {Comparison}
 */
export function compareMasks(mine, theirs) {
  let onlyMine = 0;
  let onlyTheirs = 0;
  let both = 0;
  for (let i = 0; i < mine.length; i++) {
    if (mine[i] !== 0) {
      if (theirs[i] !== 0) both++;
      else onlyMine++;
    } else if (theirs[i] !== 0) onlyTheirs++;
  }
  return { mine: both + onlyMine, theirs: both + onlyTheirs, both, onlyMine, onlyTheirs };
}

/**
 * Everything either of them has; where both have a class, mine.
 * @param {Uint8Array} mine
 * @param {Uint8Array} theirs
 * @returns {Uint8Array}
 */
export function uniteMasks(mine, theirs) {
  const union = mine.slice();
  for (let i = 0; i < union.length; i++) if (union[i] === 0) union[i] = theirs[i];
  return union;
}

/** @param {Uint8Array} mask @returns {number} pixels that are not background */
export function countPixels(mask) {
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) count++;
  return count;
}
