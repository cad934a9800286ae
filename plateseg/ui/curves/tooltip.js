/** The box beside the cursor: the values of every line at the hovered step or epoch. */
import { h } from "../shell/dom.js";
import { count, short } from "../shell/format.js";
import { nearest } from "./series.js";

export class Tooltip {
  /** @param {string} id of the chart */
  constructor(id) {
    this.element = h("div.rc-tooltip", { testid: `tooltip-${id}` });
    this.element.hidden = true;
    this.parent = null;
  }

  /** @param {HTMLElement} over uPlot's layer above the canvas */
  attach(over) {
    this.parent = over;
    this.element.hidden = true;
    over.append(this.element);
  }

  hide() {
    this.element.hidden = true;
  }

  /**
   * @param {import("./chartlines.js").DrawnLine[]} lines
   * @param {{at: number, axis: "step"|"epoch", left: number, top: number}} cursor at: x in units of the axis
   */
  show(lines, { at, axis, left, top }) {
    const rows = rowsAt(lines, at);
    if (rows.length === 0) return this.hide();
    const where = axis === "epoch" ? `epoch ${at.toFixed(2)}` : `step ${count(Math.round(at))}`;
    this.element.replaceChildren(h("b", {}, where), ...this.tableRows(rows));
    this.element.hidden = false;
    return this.stand(left, top);
  }

  tableRows(rows) {
    const several = new Set(rows.map((row) => row.line.run)).size > 1;
    return rows.map(({ line, value, raw }) => {
      const name = several ? `${line.runName} · ${line.label}` : line.label;
      const extra = raw === value ? "" : ` (raw ${short(raw)})`;
      return h("div", {}, h("i", { style: { background: line.stroke } }), h("span", {}, name), h("em", {}, short(value) + extra));
    });
  }

  /** Beside the cursor, on the side with room. */
  stand(left, top) {
    const { clientWidth: width, clientHeight: height } = this.parent;
    const own = this.element.getBoundingClientRect();
    const right = left + 14 + own.width <= width || left < own.width + 14;
    const y = Math.min(Math.max(0, (top ?? 0) - own.height / 2), Math.max(0, height - own.height));
    this.element.style.transform = `translate(${right ? left + 14 : left - own.width - 14}px, ${y}px)`;
  }
}

/** The point of every line nearest to `at`; lines that ended before or begin after it have none. */
function rowsAt(lines, at) {
  return lines
    .filter((line) => !line.faint)
    .flatMap((line) => {
      const index = nearest(line.x, line.x.length, at);
      if (index < 0 || outside(line, at)) return [];
      return [{ line, value: line.y[index], raw: line.raw[index] }];
    });
}

function outside({ x }, at) {
  const room = x.length > 1 ? (x[x.length - 1] - x[0]) / (x.length - 1) : Infinity;
  return at < x[0] - room || at > x[x.length - 1] + room;
}
