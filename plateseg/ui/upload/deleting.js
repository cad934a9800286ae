/** What a deletion is asked and told in, and in which portions it is done. Pure, so Node can test it. */
import { bytes, count, plural } from "../shell/format.js";

const MOST_NAMES = 3;
/** Who drew the masks that go, in the order they are told. */
const DRAWN = [
  ["manual", "saved by a person"],
  ["imported", "imported"],
  ["synthetic", "drawn along with the photograph"],
  ["model", "proposed by a model"],
];

/**
 * @typedef {{photographs: number, snapshots: {snapshot: string, photographs: number}[]}} Held what snapshots keep
 * @typedef {{seen: [number, number][], names: string[], bytes: number, masks: Record<string, number>, held: Held}} Foresight
 *   seen: number and head of each photograph; names: of the first of them; masks: how many, by who drew them
 * @typedef {{deleted: number[], kept: number[], stillHeld: number, failure: string}} Outcome
 *   kept: somebody saved a mask of them meanwhile; stillHeld: how many of the deleted ones are in snapshots
 */

/** @param {number} number of photographs @returns {string} */
export function titleOf(number) {
  return `Delete ${plural(number, "photograph")} for good?`;
}

/** @param {Foresight} foresight @returns {string[]} what goes and what stays, a sentence each */
export function linesOf({ seen, names, bytes: size, masks, held }) {
  const number = seen.length;
  const listed = number > names.length ? `${names.join(", ")} and ${count(number - names.length)} more` : names.join(", ");
  const drawn = Object.values(masks).reduce((sum, each) => sum + each, 0);
  return [
    `${plural(number, "photograph")}, about ${bytes(size)}: ${listed}.`,
    drawn ? `${plural(drawn, "mask")} of ${it(number)}: ${byHand(masks)}.` : `There are no masks of ${it(number)}.`,
    ...heldOf(number, held),
    "This cannot be undone.",
  ];
}

/**
 * @param {Outcome} outcome @param {Foresight} foresight
 * @returns {string} what went, what did not and why, and what is still held
 */
export function toldOf({ deleted, kept, stillHeld, failure }, { seen, held }) {
  const left = seen.length - deleted.length - kept.length;
  const were = kept.length === 1 ? "was kept: somebody saved a mask of it" : "were kept: somebody saved masks of them";
  return [
    `${plural(deleted.length, "photograph")} deleted.`,
    stillHeld ? heldStill(deleted.length, stillHeld, held) : "",
    kept.length ? `${count(kept.length)} ${were} meanwhile.` : "",
    failure,
    left ? `${count(left)} ${left === 1 ? "is" : "are"} still there.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** @template T @param {T[]} all @param {number} size @returns {T[][]} in portions of at most `size` */
export function portions(all, size) {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

function byHand(masks) {
  return DRAWN.filter(([source]) => masks[source])
    .map(([source, words]) => `${count(masks[source])} ${words}`)
    .join(", ");
}

function heldOf(number, held) {
  if (!held.photographs) return [];
  const keeps = `${namesOf(held)} keep${held.snapshots.length === 1 ? "s" : ""} the frozen ${masksOf(number, held.photographs)}`;
  return [`${keeps}: the photograph${number === 1 ? " goes" : "s go"}, ${held.photographs === 1 ? "this mask stays" : "these masks stay"} there.`];
}

function heldStill(deleted, stillHeld, held) {
  const one = held.snapshots.length === 1;
  return `${held.snapshots.length ? namesOf(held) : "Snapshots"} still hold${one ? "s" : ""} the frozen ${masksOf(deleted, stillHeld)}.`;
}

function masksOf(number, held) {
  if (number === 1) return "mask of it";
  if (held === number) return "masks of all of them";
  return `mask${held === 1 ? "" : "s"} of ${count(held)} of them`;
}

function it(number) {
  return number === 1 ? "it" : "them";
}

function namesOf({ snapshots }) {
  const names = snapshots.slice(0, MOST_NAMES).map(({ snapshot }) => snapshot);
  const more = snapshots.length > MOST_NAMES ? ` and ${count(snapshots.length - MOST_NAMES)} more` : "";
  return `Snapshot${snapshots.length === 1 ? "" : "s"} ${names.join(", ")}${more}`;
}
