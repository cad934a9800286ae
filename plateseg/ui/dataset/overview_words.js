/**
 * How much of the dataset the numbers on plates tell of, and how often they are drawn anew. Pure, so Node can test it.
 * @typedef {{by_split: Record<string, number>, unmeasured: number}} Counted by_split: every answered photograph
 */
import { count } from "../shell/format.js";

/** @param {Counted} found @returns {string} beside what is known of measured masks only; empty once that is all of them */
export function measuredWords({ by_split, unmeasured }) {
  const all = Object.values(by_split).reduce((sum, number) => sum + number, 0);
  return unmeasured ? `${count(Math.max(0, all - unmeasured))} of ${count(all)} measured so far` : "";
}

/** @param {number} number counted in measured masks @param {string} words of `measuredWords` @returns {string} */
export function countedSoFar(number, words) {
  return number === 0 && words ? "–" : count(number);
}

/**
 * Reading the numbers takes a while of a large dataset, so they are drawn after the first, second, fourth, eighth...
 * second of measuring: what is shown is never less than half of what is known.
 * @param {number} steps of measuring so far
 * @returns {boolean}
 */
export function drawsAfter(steps) {
  return steps > 0 && (steps & (steps - 1)) === 0;
}
