/** Bar charts of a few dozen bars as plain elements: they follow theme and font, and cost nothing to draw. */
import { h } from "../shell/dom.js";
import { count } from "../shell/format.js";

/**
 * @param {string} title
 * @param {[string, number][]} bars label and count, in order; empty ends are cut off
 * @param {string} [note] what is not counted yet
 * @returns {HTMLElement}
 */
export function barChart(title, bars, note = "") {
  const shown = trimmed(bars);
  const most = Math.max(1, ...shown.map(([, number]) => number));
  const rows = shown.flatMap(([label, number]) => [
    h("span.pd-label", {}, label),
    h("span.pd-bar", {}, h("i", { style: { width: `${barWidth(number, most)}%` } })),
    h("span.pd-count", {}, count(number)),
  ]);
  const body = rows.length ? h("div.pd-bars", {}, ...rows) : h("p.ps-muted", {}, note || "Nothing to count yet.");
  const below = rows.length && note ? h("small.ps-muted", {}, note) : null;
  return h("figure.pd-chart", { role: "group", "aria-label": title }, h("figcaption", {}, title), body, below);
}

/** @returns {number} per cent; what is there at all can be seen */
export function barWidth(number, most) {
  return number === 0 ? 0 : Math.max(0.8, (100 * number) / most);
}

/** @param {[string, number][]} bars @returns {[string, number][]} without the empty bars at both ends */
export function trimmed(bars) {
  const filled = bars.map(([, number]) => number > 0);
  const first = filled.indexOf(true);
  return first < 0 ? [] : bars.slice(first, filled.lastIndexOf(true) + 1);
}
