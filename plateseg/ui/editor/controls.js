/** Small parts of the tool bars: icon buttons, sliders. */
import { h } from "../shell/dom.js";
import { icon } from "./icons.js";
import { keyOf, withKey } from "./keys.js";

/**
 * @param {{command: string, label: string, glyph?: string, text?: string, kind?: string,
 *   run: (command: string) => void}} options text: shown beside the icon
 * @returns {HTMLButtonElement}
 */
export function commandButton({ command, label, glyph, text, kind = "", run }) {
  const title = withKey(label, command);
  const classes = [text ? "ps-button" : "pe-icon-button", ...kind.split(" ").filter(Boolean)];
  const key = text && glyph ? keyOf(command) : "";
  return h(
    `button.${classes.join(".")}`,
    { testid: command, title, "aria-label": title, onclick: (event) => pressed(event, () => run(command)) },
    glyph ? icon(glyph) : null,
    text ? h("span.pe-label", {}, text) : null,
    key ? h("kbd.ps-kbd", { "aria-hidden": "true" }, key) : null,
  );
}

/** A button clicked with the mouse gives the keys back, or the space bar would press it instead of moving the view. */
function pressed(event, act) {
  if (event.detail > 0) event.currentTarget.blur();
  act();
}

/**
 * @param {{name: string, label: string, glyph: string, min: number, max: number, step: number|string,
 *   onInput: (value: number) => void}} options
 * @returns {{element: HTMLElement, set: (value: number, text: string) => void}} value and the text that says it
 */
export function slider({ name, label, glyph, min, max, step, onInput }) {
  const input = h("input.pe-range", { type: "range", min, max, step, testid: name, "aria-label": label });
  input.addEventListener("input", () => onInput(Number(input.value)));
  // Keys belong to the canvas again once the slider is let go.
  input.addEventListener("change", () => input.matches(":focus-visible") || input.blur());
  const output = h("output.pe-output");
  const element = h("label.pe-slider", { title: label, data: { name } }, icon(glyph), input, output);
  return {
    element,
    set(value, text) {
      if (Number(input.value) !== value) input.value = String(value);
      if (output.textContent !== text) output.textContent = text;
      input.setAttribute("aria-valuetext", text);
    },
  };
}
