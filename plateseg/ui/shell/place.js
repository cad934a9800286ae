/**
 * Where the person is: one tab, and the item, run or snapshot in it. The address bar, Gradio's tab strip and the components
 * follow this module; it is a singleton because an ES module is one.
 */
import { completePlace, formatPlace, parsePlace, samePlace, titleOf } from "./address.js";
import { observeTabs, pressTab, shownTab } from "./tabstrip.js";

/** @typedef {import("./address.js").Place} Place */

/** How long a press on a tab that Gradio has not answered is repeated, in milliseconds. */
const PATIENCE = 15_000;

/** @type {Place} */
let current = parsePlace(globalThis.location?.search ?? "");
/** Last place in each tab, so that coming back by a tab button finds the same item or run. */
const remembered = new Map([[current.tab, current]]);
/** @type {Set<(place: Place) => void>} */
const watchers = new Set();
/** @type {{tab: string, fn: () => void}[]} */
let waiting = [];
/** Until when a difference between the strip and `current` is our own press on its way, not a person's click. */
let pressedUntil = 0;
let started = false;

export const place = { read, go, watch, whenOpened, isOpen };

/** @returns {Place} */
function read() {
  return { ...current };
}

/** @returns {boolean} whether that tab is the one on screen (and the browser tab is not hidden) */
function isOpen(tab) {
  return current.tab === tab && document.visibilityState === "visible";
}

/**
 * Goes somewhere: address, tab and watchers follow.
 * @param {{tab?: string, item?: number|string|null, run?: number|string|null, snapshot?: number|string|null}} target tab defaults to the present one
 * @param {{replace?: boolean}} options replace: no new entry in the history
 */
function go(target, { replace = false } = {}) {
  const next = completePlace({ ...target, tab: target.tab ?? current.tab });
  if (samePlace(next, current)) return;
  const address = formatPlace(next, location.search) + location.hash;
  history[replace ? "replaceState" : "pushState"](history.state, "", address);
  become(next);
}

/**
 * Calls fn(place) on every change, the back button included.
 * @param {(place: Place) => void} fn
 * @returns {() => void} unsubscribe
 */
function watch(fn) {
  watchers.add(fn);
  return () => watchers.delete(fn);
}

/**
 * Runs fn once, the first time that tab is on screen (at once when it is already).
 * @param {string} tab
 * @param {() => void} fn
 */
function whenOpened(tab, fn) {
  waiting.push({ tab, fn });
  runWaiting();
}

/** Wires the tab strip and the back button. Called by shell.js; calling it again does nothing. */
export function startPlace() {
  if (started) return;
  started = true;
  addEventListener("popstate", () => become(parsePlace(location.search)));
  pressedUntil = Date.now() + PATIENCE;
  observeTabs(settle);
  settle();
}

/** @param {Place} next */
function become(next) {
  if (samePlace(next, current)) return;
  current = next;
  remembered.set(next.tab, next);
  pressedUntil = Date.now() + PATIENCE;
  settle();
  for (const fn of [...watchers]) tell(fn);
}

/** Brings strip and place together: a press of ours is repeated until it holds, a person's click becomes the place. */
function settle() {
  document.title = titleOf(current);
  const shown = shownTab();
  if (shown === null) return;
  if (shown === current.tab) {
    pressedUntil = 0;
    runWaiting();
    return;
  }
  if (Date.now() < pressedUntil) {
    pressTab(current.tab);
    setTimeout(() => shownTab() !== current.tab && pressedUntil > 0 && settle(), 100);
    return;
  }
  go(remembered.get(shown) ?? { tab: shown });
}

function runWaiting() {
  const shown = started ? shownTab() : null;
  if (shown !== current.tab) return;
  const due = waiting.filter((each) => each.tab === shown);
  waiting = waiting.filter((each) => each.tab !== shown);
  for (const { fn } of due) tell(fn);
}

/** One listener that fails must not keep the others from hearing. */
function tell(fn) {
  try {
    fn(read());
  } catch (error) {
    console.error(error);
  }
}
