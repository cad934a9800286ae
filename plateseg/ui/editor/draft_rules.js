/**
 * What to do with strokes an earlier page left in this browser. Pure.
 * @typedef {{key: string, item: number, tab: string, photo: string, base: number, width: number, height: number,
 *   runs: ArrayLike<number>, seededFrom: string, strokes: number, noPlate: boolean, queued: boolean,
 *   at: string}} Draft
 *   photo: tells the photograph apart from another that later got the same id; base: revision the strokes began from;
 *   queued: a save was asked for while the server was away; at: ISO time of the last stroke
 */
import { countInRuns, sameRuns, tidyRuns } from "./rle.js";

/** Without Web Locks a draft of another tab counts as that tab's own for so long, in milliseconds. */
export const PRESUMED_ALIVE = 10 * 60 * 1000;

/** @returns {string} each tab keeps its own draft of an item, so that two tabs never overwrite each other's */
export function draftKey(item, tab) {
  return `${item}:${tab}`;
}

/**
 * Drafts this page may take up: its own first, for it would be overwritten by another that was taken up, then those
 * whose page is gone, newest first.
 * @param {Draft[]} drafts
 * @param {{tab: string, alive: Set<string>|null, now: number}} context alive: ids of open pages, null when unknown
 * @returns {Draft[]}
 */
export function orphans(drafts, { tab, alive, now }) {
  const free = (draft) => {
    if (draft.tab === tab) return true;
    return alive ? !alive.has(draft.tab) : now - Date.parse(draft.at) > PRESUMED_ALIVE;
  };
  const others = ({ tab: its }) => Number(its !== tab);
  return drafts.filter(free).sort((one, other) => others(one) - others(other) || Date.parse(other.at) - Date.parse(one.at));
}

/**
 * foreign: of another photograph; same: the server has just this; restore: go on from it; conflict: the head moved on.
 * @param {Draft} draft
 * @param {{photo: string, width: number, height: number, head: number, runs: ArrayLike<number>, noPlate: boolean}} item
 * @returns {"foreign"|"same"|"restore"|"conflict"}
 */
export function draftFate(draft, item) {
  if (draft.photo !== item.photo || draft.width !== item.width || draft.height !== item.height) return "foreign";
  const answered = !draft.noPlate || item.noPlate;
  if (answered && item.head > 0 && sameRuns(draft.runs, tidyRuns(item.runs))) return "same";
  if (answered && item.head === 0 && countInRuns(draft.runs) === 0) return "same";
  return draft.base === item.head ? "restore" : "conflict";
}

/**
 * "Restored 3 strokes from 14:02 that had not been saved."
 * @param {Draft} draft
 * @param {(iso: string) => string} clock
 */
export function restoredSentence(draft, clock) {
  const strokes = draft.strokes === 1 ? "1 stroke" : `${draft.strokes} strokes`;
  const what = draft.strokes === 0 ? "an answer" : strokes;
  return `Restored ${what} from ${clock(draft.at)} that had not been saved.`;
}
