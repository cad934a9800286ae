/**
 * The page's address as plain data: `?tab=annotate&item=12` <-> {tab, item, run, snapshot}. No DOM, so Node can test it.
 * @typedef {{tab: string, item: number|null, run: number|null, snapshot: number|null}} Place
 */

/** Tabs in the order they stand on the page; the first is the default. */
const TABS = ["upload", "annotate", "dataset", "train", "runs", "predict"];

/** The tab each extra parameter belongs to; elsewhere it is left out of the address. */
const OWNER = { item: "annotate", run: "runs", snapshot: "dataset" };
const NAMES = Object.keys(OWNER);

/**
 * Reads a query string. Unknown tabs become the first one, ids that are not positive integers become null.
 * @param {string} search such as "?tab=runs&run=3"
 * @returns {Place}
 */
export function parsePlace(search) {
  const query = new URLSearchParams(search);
  const asked = (query.get("tab") ?? "").toLowerCase();
  const tab = TABS.includes(asked) ? asked : TABS[0];
  return completePlace({ tab, ...Object.fromEntries(NAMES.map((name) => [name, query.get(name)])) });
}

/**
 * Writes a place into a query string, keeping parameters that are not ours (such as Gradio's `__theme`).
 * @param {Place} place
 * @param {string} search the present query string
 */
export function formatPlace(place, search = "") {
  const query = new URLSearchParams(search);
  for (const name of ["tab", ...NAMES]) query.delete(name);
  const ours = new URLSearchParams({ tab: place.tab });
  for (const name of NAMES) if (place[name] !== null) ours.set(name, String(place[name]));
  for (const [name, value] of query) ours.append(name, value);
  return `?${ours}`;
}

/**
 * A whole place from a partial one: ids of another tab are dropped.
 * @param {{tab: string, item?: number|string|null, run?: number|string|null, snapshot?: number|string|null}} partial
 * @returns {Place}
 */
export function completePlace(partial) {
  const keep = (name) => (OWNER[name] === partial.tab ? positive(partial[name]) : null);
  return { tab: partial.tab, item: keep("item"), run: keep("run"), snapshot: keep("snapshot") };
}

/** @param {Place} one @param {Place} other */
export function samePlace(one, other) {
  return one.tab === other.tab && NAMES.every((name) => one[name] === other[name]);
}

/** @param {Place} place @returns {string} "Annotate · plateseg" */
export function titleOf(place) {
  return `${place.tab[0].toUpperCase()}${place.tab.slice(1)} · plateseg`;
}

/** @returns {number|null} */
function positive(value) {
  const text = String(value ?? "");
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
