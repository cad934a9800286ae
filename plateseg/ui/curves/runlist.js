/** The list at the left: one row a run, with a box to compare its curves. */
import { h, setText, show } from "../shell/dom.js";
import { statusWord, summary } from "./runstate.js";

/** @typedef {import("./runstate.js").RunView} RunView */

export class RunList {
  /** @param {{onSelect: (id: number) => void, onCompare: (id: number, shown: boolean) => void}} handlers */
  constructor({ onSelect, onCompare }) {
    this.onSelect = onSelect;
    this.onCompare = onCompare;
    /** @type {Map<number, ReturnType<RunList["row"]>>} */
    this.rows = new Map();
    this.items = h("ul.rc-list", { testid: "run-list" });
    this.element = h("nav.rc-side", { "aria-label": "Runs" }, h("h3", {}, "Runs"), this.items);
  }

  /**
   * @param {RunView[]} runs newest first
   * @param {{selected: number|null, compared: Set<number>, colourOf: (id: number) => string|null}} marks
   */
  draw(runs, marks) {
    const ids = new Set(runs.map((run) => run.id));
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      this.rows.delete(id);
    }
    runs.forEach((run, at) => {
      if (!this.rows.has(run.id)) this.rows.set(run.id, this.row(run.id));
      const row = this.rows.get(run.id);
      if (this.items.children[at] !== row.element) this.items.insertBefore(row.element, this.items.children[at] ?? null);
      fill(row, run, marks);
    });
  }

  row(id) {
    const box = h("input", { type: "checkbox", testid: `run-${id}-compare`, title: "Show in the charts" });
    box.addEventListener("change", () => this.onCompare(id, box.checked));
    const parts = {
      box,
      swatch: h("i.rc-swatch"),
      name: h("span.rc-name"),
      star: h("span.rc-star", { title: "Champion: proposes masks and predicts", "aria-label": "champion" }, "★"),
      chip: h("span.ps-chip"),
      dot: h("span.ps-dot"),
      word: h("span"),
      architecture: h("span.rc-summary.ps-muted"),
      summary: h("span.rc-summary"),
      fill: h("i"),
    };
    parts.bar = h("span.ps-bar", {}, parts.fill);
    parts.chip.append(parts.dot, parts.word);
    const top = h("span.rc-row-top", {}, parts.name, parts.star, parts.chip);
    const lines = [top, parts.architecture, parts.summary, parts.bar];
    const open = h("button.rc-open", { testid: `run-${id}`, onclick: () => this.onSelect(id) }, ...lines);
    const compare = h("label.rc-compare", { title: "Show in the charts" }, box, parts.swatch);
    return { ...parts, open, element: h("li.rc-row", {}, compare, open) };
  }
}

function fill(row, run, { selected, compared, colourOf }) {
  const word = statusWord(run);
  const chosen = run.id === selected;
  row.element.classList.toggle("selected", chosen);
  row.open.setAttribute("aria-current", String(chosen));
  row.open.dataset.status = run.status;
  row.open.title = `${run.name}: ${run.message || word}`;
  row.box.checked = chosen || compared.has(run.id);
  row.box.disabled = chosen;
  row.box.setAttribute("aria-label", `Show ${run.name} in the charts`);
  row.swatch.style.background = colourOf(run.id) ?? "transparent";
  setText(row.name, run.name);
  setText(row.word, word);
  row.dot.className = `ps-dot ${run.status}`;
  setText(row.architecture, run.architecture);
  setText(row.summary, summary(run));
  show(row.star, run.champion);
  show(row.bar, run.status === "running" || (run.status === "queued" && run.progress > 0));
  row.fill.style.width = `${Math.round(run.progress * 1000) / 10}%`;
}
