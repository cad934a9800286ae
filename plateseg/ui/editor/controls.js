/** Small parts of the tool bars: icon buttons, sliders. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { keyOf, withKey } from "./keys.js";

/**
 * @param {{command: string, label: string, glyph?: string, text?: string, kind?: string,
 *   run: (command: string) => void}} options text: shown beside the icon
 * @returns {HTMLButtonElement}
 */
export function commandButton({ command, label, glyph, text, kind = "", run }) {
  const title = withKey(label, command);
  const props = {
    type: "button",
    class: text ? `ps-button ${kind}` : `pe-icon-button ${kind}`,
    testid: command,
    title,
    "aria-label": title,
    on: { click: (event) => pressed(event, () => run(command)) },
  };
  const key = text && glyph ? keyOf(command) : "";
  return h(
    "button",
    props,
    glyph ? icon(glyph) : null,
    text ? h("span", { class: "pe-label" }, text) : null,
    key ? h("kbd", { class: "ps-kbd", "aria-hidden": "true" }, key) : null,
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
  const input = h("input", { type: "range", min, max, step, class: "pe-range", testid: name, "aria-label": label });
  input.addEventListener("input", () => onInput(Number(input.value)));
  // Keys belong to the canvas again once the slider is let go.
  input.addEventListener("change", () => input.matches(":focus-visible") || input.blur());
  const output = h("output", { class: "pe-output" });
  const element = h("label", { class: "pe-slider", title: label, data: { name } }, icon(glyph), input, output);
  return {
    element,
    set(value, text) {
      if (Number(input.value) !== value) input.value = String(value);
      if (output.textContent !== text) output.textContent = text;
      input.setAttribute("aria-valuetext", text);
    },
  };
}
