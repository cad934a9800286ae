/** What the colours and strokes of a chart mean. */
import { h } from "../shell/dom.js";

/**
 * One run: an entry a line. Several: an entry a run for the colours, then one for every kind of stroke.
 * @param {import("./chartlines.js").DrawnLine[]} lines
 * @returns {HTMLElement[]}
 */
export function legendEntries(lines) {
  const clear = lines.filter((line) => !line.faint);
  const runs = firstOfEach(clear, (line) => line.run);
  if (runs.length < 2) return clear.map((line) => entry(line.label, line.stroke, line.dash));
  const kinds = firstOfEach(clear, (line) => line.label);
  return [
    ...runs.map((line) => entry(line.runName, line.stroke, [])),
    ...kinds.map((line) => entry(line.label, "currentColor", line.dash)),
  ];
}

function entry(label, stroke, dash) {
  const kind = dash.length === 0 ? "solid" : dash[0] > 4 ? "dashed" : "dotted";
  return h("span.rc-legend-entry", { title: label }, h("i", { style: { borderTop: `2px ${kind} ${stroke}` } }), h("span", {}, label));
}

function firstOfEach(lines, keyOf) {
  return [...new Map([...lines].reverse().map((line) => [keyOf(line), line])).values()].reverse();
}
