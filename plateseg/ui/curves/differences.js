/** The settings of the compared runs side by side; those that differ stand out. */
import { getJson } from "../shell/api.js";
import { h, show } from "../shell/dom.js";
import { settingRows } from "./standing.js";

export class Differences {
  constructor() {
    /** @type {Map<number, Record<string, unknown>>} settings never change once a run has its device */
    this.known = new Map();
    this.runs = [];
    this.all = false;
    this.hint = h("p.ps-muted", { testid: "differences-hint" }, "Tick two runs or more to see in which settings they differ.");
    this.same = h("p.ps-muted", {}, "They were started with the same settings.");
    const box = h("input", { type: "checkbox", testid: "differences-all" });
    box.addEventListener("change", () => {
      this.all = box.checked;
      this.redraw();
    });
    this.choice = h("label.rc-control", {}, box, "All settings");
    this.table = h("table.rc-table.rc-settings", { testid: "differences" });
    const head = h("div.rc-controls", {}, h("h3", {}, "Settings"), this.choice);
    this.element = h("section.rc-panel", {}, head, this.hint, this.same, h("div.rc-scroll", {}, this.table));
    this.redraw();
  }

  /** @param {import("./runstate.js").RunView[]} runs the selected one first */
  async draw(runs) {
    const ids = (list) => list.map(({ id, name }) => `${id} ${name}`).join();
    if (ids(runs) === ids(this.runs)) return;
    this.runs = runs;
    try {
      await Promise.all(runs.filter(({ id }) => !this.known.has(id)).map((run) => this.read(run)));
    } catch (error) {
      if (runs === this.runs) this.runs = []; // asked again with the next look at the list
      throw error;
    }
    if (runs === this.runs) this.redraw();
  }

  async read(run) {
    const { config } = await getJson(`/api/runs/${run.id}`);
    const data = `snapshot ${run.snapshot_id}: ${run.train_items} / ${run.val_items}`;
    this.known.set(run.id, { data, device: run.device, ...config });
  }

  redraw() {
    const runs = this.runs.filter(({ id }) => this.known.has(id));
    const enough = runs.length > 1;
    const rows = enough ? settingRows(runs.map(({ id }) => this.known.get(id))) : [];
    const shown = rows.filter((row) => this.all || row.differs);
    show(this.hint, !enough);
    show(this.choice, enough);
    show(this.same, enough && shown.length === 0);
    show(this.table, shown.length > 0);
    const head = h("tr", {}, h("th", {}, "Setting"), ...runs.map((run) => h("th", { title: run.name }, run.name)));
    const body = shown.map((row) =>
      h(row.differs ? "tr.differs" : "tr", {}, h("th", {}, row.name), ...row.values.map((value) => h("td", {}, value))),
    );
    this.table.replaceChildren(h("thead", {}, head), h("tbody", {}, ...body));
  }
}
