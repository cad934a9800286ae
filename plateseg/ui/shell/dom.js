/** Elements in one expression; text is always text, never HTML. */

/**
 * @param {string} tag "button", or "div.ps-bar.wide" for classes
 * @param {Record<string, any>} [props] `on...` are listeners, `data` and `style` are objects, `testid` is data-testid,
 *   null, undefined and false are left out
 * @param {...(Node|string|number|null|undefined)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  if (name === "button") element.type = "button";
  for (const [key, value] of Object.entries(props)) assign(element, key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined).map(asNode));
  return element;
}

/** Sets an element's text only when it differs, so that selections and hover survive a tick. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows or hides. */
export function show(element, visible) {
  if (element.hidden === visible) element.hidden = !visible;
}

/**
 * Puts buttons in the place of others. Who pressed one with the keyboard finds the focus on its successor, the one of
 * the same test id; where that cannot take it, on the one that is pressed.
 * @param {HTMLElement} element
 * @param {HTMLElement[]} children
 */
export function replaceNamed(element, children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.testid : undefined;
  element.replaceChildren(...children);
  if (focused === undefined) return;
  const next = children.find((child) => child.dataset.testid === focused && !child.disabled);
  (next ?? element.querySelector('[aria-pressed="true"]'))?.focus({ preventScroll: true });
}

function asNode(child) {
  return child instanceof Node ? child : String(child);
}

function assign(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "testid") element.dataset.testid = value;
  else if (key === "data") Object.assign(element.dataset, value);
  else if (key === "style") Object.assign(element.style, value);
  else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key in element && typeof element[key] !== "object") element[key] = value;
  else element.setAttribute(key, value === true ? "" : String(value));
}
