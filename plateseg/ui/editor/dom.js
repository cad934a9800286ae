/** Making elements. Text goes in as text nodes only, so names and messages from elsewhere cannot become markup. */

/**
 * @param {string} tag
 * @param {Record<string, any>} props `class`, `data` (data-*), `on` (listeners), `testid`, or attributes; null, false
 *   and undefined are left out
 * @param {...(Node|string|null|false)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  element.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") element.className = value;
  else if (name === "testid") element.dataset.testid = value;
  else if (name === "on") for (const [type, fn] of Object.entries(value)) element.addEventListener(type, fn);
  else if (name === "data") Object.assign(element.dataset, value);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Sets text only when it differs, so that screen readers and selections are left alone. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string} iso @returns {string} "14:02" today, "21 Nov, 14:02" on another day */
export function clock(iso) {
  const when = new Date(iso);
  const time = `${String(when.getHours()).padStart(2, "0")}:${String(when.getMinutes()).padStart(2, "0")}`;
  if (when.toDateString() === new Date().toDateString()) return time;
  return `${when.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}`;
}

/** @param {number} value @returns {string} "12,345" */
export function grouped(value) {
  return value.toLocaleString("en-GB");
}
