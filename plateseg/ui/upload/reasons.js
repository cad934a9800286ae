/** Why files were left out, by kind of reason: whole counts, some names. Pure, so Node can test it. */

/** Names kept of each kind, and kinds kept, however many files there were. */
const MOST_SHOWN = 200;
const MOST_KINDS = 20;
const OTHERS = "Other reasons.";
/** Up to here a plain table says more than kinds do. */
const FEW = 30;

/**
 * @typedef {{text: string, count: number, rows: [string, string][]}} Kind rows: the first files of it, with their sentences
 */

/** Reasons that come one by one, as files are refused while they are sent. */
export class Refusals {
  constructor() {
    this.count = 0;
    /** @type {Map<string, Kind>} */
    this.kinds = new Map();
  }

  add(name, sentence) {
    this.count += 1;
    const text = this.kinds.has(sentence) || this.kinds.size < MOST_KINDS ? sentence : OTHERS;
    const kind = this.kinds.get(text) ?? { text, count: 0, rows: [] };
    this.kinds.set(text, kind);
    kind.count += 1;
    if (kind.rows.length < MOST_SHOWN) kind.rows.push([name, sentence]);
  }
}

/**
 * The kinds of a report's list, as the server tells them: rows in the order of the kinds.
 * @param {[string, string][]} rows
 * @param {{text: string, count: number, shown: number}[]|undefined} told undefined in reports of earlier versions
 * @returns {Kind[]}
 */
export function kindsOf(rows, told) {
  if (told === undefined) {
    const found = new Refusals();
    for (const [name, text] of rows) found.add(name, text);
    return [...found.kinds.values()];
  }
  let from = 0;
  return told.map(({ text, count, shown }) => {
    from += shown;
    return { text, count, rows: rows.slice(from - shown, from) };
  });
}

/** @param {Kind[]} kinds @returns {number} */
export function countOf(kinds) {
  return kinds.reduce((sum, { count }) => sum + count, 0);
}

/** @param {Kind[]} kinds @returns {[string, string][]|null} every row where there are few, null where kinds say more */
export function fewRows(kinds) {
  const rows = kinds.flatMap((kind) => kind.rows);
  return rows.length === countOf(kinds) && (rows.length <= FEW || kinds.every(({ count }) => count === 1)) ? rows : null;
}
