/**
 * The keys, in one table: the handler, the `?` sheet and the buttons' tooltips all read it.
 * @typedef {{command: string, label: string, keys: string[], shown: string, group: string, ctrl?: boolean,
 *   shift?: boolean, code?: string}} Binding
 */

/** @type {Binding[]} */
export const BINDINGS = [
  { command: "save", label: "Save", keys: ["s"], shown: "S", group: "Photograph" },
  { command: "save", label: "Save", keys: ["s"], ctrl: true, shown: "", group: "" },
  { command: "accept", label: "Accept the proposal, save, go on", keys: ["a"], shown: "A", group: "Photograph" },
  { command: "no-plate", label: "No plate here, save, go on", keys: ["n"], shown: "N", group: "Photograph" },
  { command: "keep", label: "Keep your mask: no label error", keys: ["k"], shown: "K", group: "Photograph" },
  { command: "next", label: "Save, next photograph", keys: ["f"], shown: "F", group: "Photograph" },
  { command: "previous", label: "Save, previous photograph", keys: ["d"], shown: "D", group: "Photograph" },
  { command: "skip", label: "Next to do, decide this one later", keys: ["x"], shown: "X", group: "Photograph" },
  { command: "propose", label: "Ask the model for a proposal", keys: ["r"], shown: "R", group: "Photograph" },
  { command: "tool-brush", label: "Brush", keys: ["b"], shown: "B", group: "Tools" },
  { command: "tool-eraser", label: "Eraser", keys: ["e"], shown: "E", group: "Tools" },
  { command: "tool-polygon", label: "Polygon", keys: ["p"], shown: "P", group: "Tools" },
  { command: "tool-plate", label: "Plate, four corners", keys: ["q"], shown: "Q", group: "Tools" },
  { command: "smaller", label: "Smaller brush", keys: ["["], code: "BracketLeft", shown: "[", group: "Tools" },
  { command: "larger", label: "Larger brush", keys: ["]"], code: "BracketRight", shown: "]", group: "Tools" },
  { command: "fill-holes", label: "Fill holes", keys: ["o"], shown: "O", group: "Tools" },
  { command: "clear", label: "Clear the mask", keys: ["delete"], shown: "Del", group: "Tools" },
  { command: "redo", label: "Redo", keys: ["z"], ctrl: true, shift: true, shown: "Ctrl Shift Z", group: "Tools" },
  { command: "redo", label: "Redo", keys: ["y"], ctrl: true, shown: "", group: "" },
  { command: "undo", label: "Undo, stroke by stroke", keys: ["z"], ctrl: true, shown: "Ctrl Z", group: "Tools" },
  { command: "toggle-mask", label: "Show or hide the mask", keys: ["h"], shown: "H", group: "View" },
  { command: "fit", label: "Whole photograph", keys: ["0"], shown: "0", group: "View" },
  { command: "actual-size", label: "One pixel to one pixel", keys: ["1"], shown: "1", group: "View" },
  { command: "zoom-in", label: "Closer", keys: ["+", "="], shown: "+", group: "View" },
  { command: "zoom-out", label: "Farther", keys: ["-"], shown: "-", group: "View" },
  { command: "keys", label: "This sheet", keys: ["?"], shown: "?", group: "View" },
];

/** What the mouse and the fingers do; for the sheet only. */
export const GESTURES = [
  ["Wheel", "Zoom about the cursor"],
  ["Alt or Shift + wheel", "Brush size"],
  ["Space + drag, middle button", "Move the photograph"],
  ["Right button, pen eraser", "Erase with the brush"],
  ["Two fingers", "Zoom and move"],
  ["Enter / Shift + Enter", "Fill / cut out the polygon or plate"],
  ["Backspace", "Take back the last corner"],
  ["Arrows", "Nudge the chosen corner (Shift: 10 px)"],
  ["Esc", "Cancel the polygon or plate"],
];

/**
 * @param {{key: string, code?: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, shiftKey?: boolean}} event
 * @returns {string|null} the command this key press means
 */
export function commandOf(event) {
  const ctrl = Boolean(event.ctrlKey || event.metaKey);
  const key = event.key.toLowerCase();
  const found = BINDINGS.find((binding) => {
    if (Boolean(binding.ctrl) !== ctrl) return false;
    if (binding.shift && !event.shiftKey) return false;
    // Brackets sit behind AltGr on many keyboards, where the bare key in their place serves as well.
    if (binding.code && binding.code === event.code && !event.altKey) return true;
    return binding.keys.includes(key) && (!event.altKey || Boolean(binding.code));
  });
  return found?.command ?? null;
}

/** @param {string} command @returns {string} the key as written on a button, empty for none */
export function keyOf(command) {
  return BINDINGS.find((binding) => binding.command === command && binding.shown)?.shown ?? "";
}

/** @returns {string} "Save (S)" */
export function withKey(label, command) {
  const key = keyOf(command);
  return key ? `${label} (${key})` : label;
}
