/** What a deletion is asked and told in. Pure, so Node can test it. */
import { count, plural } from "../shell/format.js";

const MOST_NAMES = 3;

/** @typedef {{photographs: number, snapshots: {snapshot: string, photographs: number}[]}} Held what snapshots keep */

/** @param {number} number of photographs @param {Held|null} held null while it is not known @returns {string} */
export function questionOf(number, held) {
  const them = number === 1 ? "it" : "them";
  const ask = `Delete ${plural(number, "photograph")} and every mask drawn on ${them}? This cannot be undone.`;
  if (!held?.photographs) return ask;
  const stay = `${namesOf(held)} keep${held.snapshots.length === 1 ? "s" : ""} the frozen ${masksOf(number, held)}`;
  return `${ask} ${stay}: the photograph${number === 1 ? "" : "s"} would go, these masks would stay there.`;
}

/**
 * @param {number} deleted photographs that are gone
 * @param {Held|null} held @param {number} stillHeld how many of those the server said are in snapshots
 * @returns {string}
 */
export function toldOf(deleted, held, stillHeld) {
  const done = `${plural(deleted, "photograph")} deleted.`;
  if (!stillHeld) return done;
  const where = held?.snapshots.length ? namesOf(held) : "Snapshots";
  const one = held?.snapshots.length === 1;
  return `${done} ${where} still hold${one ? "s" : ""} the frozen ${masksOf(deleted, { photographs: stillHeld })}.`;
}

function masksOf(number, { photographs }) {
  if (number === 1) return "mask of it";
  return photographs === number ? "masks of all of them" : `masks of ${count(photographs)} of them`;
}

function namesOf({ snapshots }) {
  const names = snapshots.slice(0, MOST_NAMES).map(({ snapshot }) => snapshot);
  const more = snapshots.length > MOST_NAMES ? ` and ${count(snapshots.length - MOST_NAMES)} more` : "";
  return `Snapshot${snapshots.length === 1 ? "" : "s"} ${names.join(", ")}${more}`;
}
