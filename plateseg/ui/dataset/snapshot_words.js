/**
 * Snapshots in words. Pure, so Node can test it.
 * @typedef {{split: string, photographs: number, without_plate: number}} SplitCount
 * @typedef {{id: number, name: string, sha256: string, created_at: string, counts: SplitCount[],
 *   runs: {id: number, name: string}[], names_only: boolean}} Summary names_only: it holds no masks
 * @typedef {{what: string, id: number|null, name: string, thumb: string, picture: string, split?: string, to?: string,
 *   iou?: number|null}} Line
 */
import { count, plural } from "../shell/format.js";

/** @type {[kind: string, label: string][]} what can differ, in the order it is shown */
export const KINDS = [
  ["added", "Added"],
  ["removed", "Removed"],
  ["changed", "Changed masks"],
  ["moved", "Moved between splits"],
];
const SPLITS = { train: "train", val: "validation", test: "test", unassigned: "without a split" };

/** @param {Summary} one @returns {string[]} what a snapshot holds, and of one without masks what it is at all */
export function heldLines({ counts, names_only }) {
  if (!names_only) return countLines(counts);
  const total = counts.reduce((sum, { photographs }) => sum + photographs, 0);
  return [`${plural(total, "photograph")} that taught the starter model; not yours`];
}

/** @param {SplitCount[]} counts @returns {string[]} "120 train, 4 of them without a plate" for each split */
export function countLines(counts) {
  return counts.map(({ split, photographs, without_plate }) => {
    const empty = without_plate ? `, ${count(without_plate)} of them without a plate` : "";
    return `${count(photographs)} ${SPLITS[split] ?? split}${empty}`;
  });
}

/** @param {string} sha256 @returns {string} enough of a hash to tell snapshots apart */
export function shortHash(sha256) {
  return sha256.slice(0, 8);
}

/** @param {Line} line @returns {string} what happened to a photograph, beside its name */
export function lineWords(line) {
  if (line.what === "changed") return line.iou === null ? "masks that cannot be compared" : `IoU of both masks ${line.iou.toFixed(3)}`;
  const split = SPLITS[line.split] ?? line.split;
  if (line.what === "moved") return `${split} → ${SPLITS[line.to] ?? line.to}`;
  return line.what === "removed" ? `was in ${split}` : `in ${split}`;
}

/** @param {{counts: Record<string, number>, lines: Line[]}} found @returns {boolean} whether all differences are on other pages */
export function wentElsewhere({ counts, lines }) {
  return lines.length === 0 && Object.values(counts).some((number) => number > 0);
}

/** @param {Record<string, number>} counts of what a restore would do @returns {boolean} whether it would do anything */
export function changesAnything({ masks, splits, back, excluded }) {
  return masks + splits + back + excluded > 0;
}

/**
 * What a restore would do, before it is asked for: every number that is not zero, and what is safe.
 * @param {Record<string, number>} counts
 * @returns {string[]}
 */
export function planSentences(counts) {
  if (!changesAnything(counts)) return ["Nothing would change: the photographs stand as they stood then.", ...leftSentences(counts)];
  return [
    ...told(counts.masks, (n) => `${plural(n, "photograph")} ${get(n)} the mask of then as a new revision. The present mask stays in the history.`),
    ...told(counts.back, (n) => `${plural(n, "photograph")} ${n === 1 ? "counts" : "count"} again, with the mask ${n === 1 ? "it has" : "they have"}.`),
    ...told(counts.splits, (n) => `${plural(n, "photograph")} ${n === 1 ? "goes" : "go"} back to the split of then.`),
    ...told(counts.excluded, (n) => `${plural(n, "photograph")} labelled since ${is(n)} excluded. Annotate takes ${n === 1 ? "it" : "them"} back in.`),
    ...leftSentences(counts),
    "No mask is overwritten or deleted. How it is now is frozen first, so that this can be undone in the same way.",
    "What somebody saves while this runs stays as they saved it.",
  ];
}

/** What a restore leaves as it is. */
function leftSentences(counts) {
  return [
    ...told(counts.stay, (n) => `${plural(n, "photograph")} labelled since ${n === 1 ? "stays" : "stay"} in the dataset.`),
    ...told(counts.held, (n) => `${plural(n, "photograph")} ${is(n)} pinned and ${n === 1 ? "keeps its" : "keep their"} split.`),
    ...told(counts.gone, (n) => `${plural(n, "photograph")} of then ${n === 1 ? "is" : "are"} not here any more and ${n === 1 ? "does" : "do"} not come back.`),
  ];
}

/** @param {Record<string, any>} done what a restore did @returns {string} */
export function restoredSentence(done) {
  const parts = [
    ...told(done.masks, (n) => `${plural(n, "mask")} came back as ${n === 1 ? "a new revision" : "new revisions"}`),
    ...told(done.back, (n) => `${plural(n, "photograph")} ${n === 1 ? "counts" : "count"} again`),
    ...told(done.splits, (n) => `${plural(n, "photograph")} moved between splits`),
    ...told(done.excluded, (n) => `${plural(n, "photograph")} ${is(n)} excluded`),
    ...told(done.overtaken, (n) => `${plural(n, "photograph")} ${n === 1 ? "was" : "were"} changed by somebody meanwhile and left so`),
    ...told(done.unreadable, (n) => `${plural(n, "mask")} could not be read and stayed away: see Files`),
  ];
  const head = parts.length ? `${parts.join("; ")}.` : "Nothing had to change.";
  return done.before ? `${head} How it was before is snapshot ${done.before}.` : head;
}

/** @param {string} name @param {number} masks that only it keeps @returns {string} the question before a snapshot goes */
export function deletionQuestion(name, masks) {
  const alone = told(masks, (n) => ` With it ${n === 1 ? "goes" : "go"} ${plural(n, "mask")} of deleted photographs that nothing else keeps.`);
  return `Delete “${name}”? The photographs and masks of the dataset stay as they are.${alone.join("")} This cannot be undone.`;
}

function told(number, words) {
  return number ? [words(number)] : [];
}

function get(number) {
  return number === 1 ? "gets" : "get";
}

function is(number) {
  return number === 1 ? "is" : "are";
}
