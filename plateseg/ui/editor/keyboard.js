/** Keys of the Annotate tab: only while it is on screen and nobody is typing elsewhere. */
import { commandOf } from "./keys.js";

const TYPING = 'input:not([type="checkbox"]):not([type="range"]), textarea, select, [contenteditable=""], [contenteditable="true"]';
/** A slider with the focus takes these and no others. */
const SLIDES = /^(Arrow|Page|Home$|End$)/;

/**
 * @param {{root: HTMLElement, isOpen: () => boolean, run: (command: string) => void, tool: () => object,
 *   holdSpace: (held: boolean) => void}} parts
 * @returns {() => void} stop
 */
export function listenToKeys({ root, isOpen, run, tool, holdSpace }) {
  const active = (event) => {
    if (event.defaultPrevented || event.isComposing || !isOpen()) return false;
    if (event.target instanceof HTMLInputElement && event.target.type === "range" && SLIDES.test(event.key)) return false;
    const typing = event.target instanceof Element && event.target.closest(TYPING);
    return !typing && !document.querySelector("dialog[open]") && root.getClientRects().length > 0;
  };
  const pressed = (event) => {
    if (!active(event)) return;
    if (event.key === " ") return space(event, holdSpace);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const onButton = event.target instanceof HTMLButtonElement && event.key === "Enter";
    if (plain && !onButton && tool().key(event)) return event.preventDefault();
    const command = commandOf(event);
    // A key held down repeats; only those that are harmless many times may.
    if (!command || (event.repeat && !REPEATABLE.has(command))) return undefined;
    event.preventDefault();
    return run(command);
  };
  const released = (event) => event.key === " " && holdSpace(false);
  const lost = () => holdSpace(false);
  window.addEventListener("keydown", pressed);
  window.addEventListener("keyup", released);
  window.addEventListener("blur", lost);
  return () => {
    window.removeEventListener("keydown", pressed);
    window.removeEventListener("keyup", released);
    window.removeEventListener("blur", lost);
  };
}

const REPEATABLE = new Set(["smaller", "larger", "zoom-in", "zoom-out", "undo", "redo"]);

function space(event, holdSpace) {
  // On a button, space presses it.
  if (event.target instanceof HTMLButtonElement || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  holdSpace(true);
}
