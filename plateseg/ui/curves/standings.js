/** The board: one row a run, any column to sort by, boxes to compare. */
import { h, setText, show } from "../shell/dom.js";
import { recall, remember } from "../shell/memory.js";
import { statusWord } from "./runstate.js";
import { clicked, COLUMNS, differenceText, interval, sorted, verdictTitle, verdictWord } from "./standing.js";

const REMEMBERED = "plateseg.runs.order";

export class Standings {
  /** @param {{onSelect: (id: number) => void, onCompare: (id: number, shown: boolean) => void}} handlers */
  constructor({ onSelect, onCompare }) {
    this.onSelect = onSelect;
    this.onCompare = onCompare;
    this.order = rememberedOrder();
    this.runs = [];
    this.marks = { selected: null, compared: new Set() };
    /** @type {Map<number, ReturnType<Standings["row"]>>} */
    this.rows = new Map();
    this.heads = new Map(COLUMNS.map((column) => [column.key, this.head(column)]));
    // Roles are said, because a narrow window lays rows out as no table is.
    const compare = h("th", { role: "columnheader" }, h("span.rc-unseen", {}, "Compare"));
    const top = h("tr", { role: "row" }, compare, ...this.heads.values());
    this.body = h("tbody", { role: "rowgroup" });
    const table = h("table.rc-table", { testid: "standings", role: "table" }, h("thead", { role: "rowgroup" }, top), this.body);
    this.element = h("div.rc-scroll", {}, table);
  }

  /** @param {import("./runstate.js").RunView[]} runs @param {{selected: number|null, compared: Set<number>}} marks */
  draw(runs, marks) {
    this.runs = runs;
    this.marks = marks;
    this.redraw();
  }

  redraw() {
    const now = new Date();
    for (const [key, head] of this.heads) {
      head.setAttribute("aria-sort", key !== this.order.key ? "none" : this.order.down ? "descending" : "ascending");
    }
    const present = new Set(this.runs.map(({ id }) => id));
    for (const [id, row] of this.rows) {
      if (present.has(id)) continue;
      row.element.remove();
      this.rows.delete(id);
    }
    sorted(this.runs, this.order, now).forEach((run, at) => {
      if (!this.rows.has(run.id)) this.rows.set(run.id, this.row(run.id));
      const row = this.rows.get(run.id);
      if (this.body.children[at] !== row.element) this.body.insertBefore(row.element, this.body.children[at] ?? null);
      fill(row, run, this.marks, now);
    });
  }

  head(column) {
    const click = () => {
      this.order = clicked(this.order, column.key);
      remember(REMEMBERED, this.order);
      this.redraw();
    };
    const button = h("button.rc-sort", { testid: `sort-${column.key}`, title: column.title, onclick: click }, column.label);
    return h(column.number ? "th.rc-right" : "th", { role: "columnheader" }, button);
  }

  row(id) {
    const box = h("input", { type: "checkbox", testid: `standing-${id}-compare` });
    box.addEventListener("change", () => this.onCompare(id, box.checked));
    const open = h("button.rc-link", { testid: `standing-${id}`, onclick: () => this.onSelect(id) });
    const star = h("span.rc-star", { title: "Champion", "aria-hidden": "true" }, "★");
    const dot = h("span.ps-dot");
    const cells = new Map(COLUMNS.map((column) => [column.key, cell(column)]));
    cells.get("name").append(h("span.rc-named", {}, dot, open, star));
    const range = h("span.ps-muted.rc-range");
    const mean = h("span");
    cells.get("iou").append(mean, range);
    const chip = h("span.rc-verdict");
    const by = h("span.ps-muted.rc-range");
    cells.get("verdict").append(chip, by);
    const pick = (event) => event.target.closest("button, input, label") || this.onSelect(id);
    const element = h("tr", { role: "row", onclick: pick });
    element.append(h("td", { role: "cell" }, h("label.rc-tick", { title: "Compare" }, box)), ...cells.values());
    return { element, box, open, star, dot, cells, mean, range, chip, by };
  }
}

/** Its column's name goes along: a narrow window shows it beside the value. */
function cell({ key, label, number }) {
  return h(number ? "td.rc-right" : "td", { role: "cell", data: { column: key, label } });
}

function fill(row, run, { selected, compared }, now) {
  row.element.classList.toggle("selected", run.id === selected);
  row.element.dataset.verdict = verdictWord(run);
  row.box.checked = run.id === selected || compared.has(run.id);
  row.box.disabled = run.id === selected;
  row.box.setAttribute("aria-label", `Compare ${run.name}`);
  row.dot.className = `ps-dot ${run.status}`;
  row.dot.title = statusWord(run);
  setText(row.open, run.name);
  row.open.title = `Run ${run.id}: ${run.message || statusWord(run)}`;
  row.open.setAttribute("aria-current", String(run.id === selected));
  show(row.star, run.champion);
  for (const column of COLUMNS) {
    if (!["name", "iou", "verdict"].includes(column.key)) setText(row.cells.get(column.key), column.text(run, now));
  }
  setText(row.mean, COLUMNS.find(({ key }) => key === "iou").text(run, now));
  setText(row.range, interval(run));
  setText(row.chip, verdictWord(run) || "–");
  row.chip.dataset.verdict = verdictWord(run);
  row.cells.get("verdict").title = verdictTitle(run);
  setText(row.by, differenceText(run));
}

/** @returns {import("./standing.js").Order} as the person left it; the best run first where nobody did */
function rememberedOrder() {
  const { key, down } = recall(REMEMBERED) ?? {};
  return COLUMNS.some((column) => column.key === key) ? { key, down: down === true } : { key: "iou", down: true };
}
