/** What the best model of the selected run is worth: pixels in a line, plates in a table. What `evaluate` prints. */
import { h, setText, show } from "../shell/dom.js";
import { judgedTitle, pixelFigures, plateRows } from "./figures.js";

const COLUMNS = ["plates", "invented", "recall", "precision", "recall_75", "precision_75"];

export class Judgement {
  constructor() {
    this.shown = "";
    this.title = h("h3", { testid: "judgement-title" });
    this.list = h("dl.rc-facts");
    this.body = h("tbody");
    const over = [["", 3], ["IoU of 0.5", 2], ["IoU of 0.75", 2]];
    const heads = ["Plate height", "Plates", "Invented", "Recall", "Precision", "Recall", "Precision"];
    const head = h(
      "thead",
      {},
      h("tr", {}, ...over.map(([label, colSpan]) => h("th.rc-over", { colSpan }, label))),
      h("tr", {}, ...heads.map((label, at) => h(at ? "th.rc-right" : "th", {}, label))),
    );
    const sizes = "Measured on the photographs as they are. The curves and the best IoU are of the network's size, while it trained.";
    const table = h("table.rc-table.rc-plates", { testid: "judgement-plates" }, head, this.body);
    this.element = h("section.rc-panel", { testid: "judgement" }, this.title, this.list, h("p.ps-muted.rc-sizes", {}, sizes), h("div.rc-scroll", {}, table));
    this.element.hidden = true;
  }

  /** @param {import("./runstate.js").RunView|undefined} run nothing is shown of one that was not judged */
  draw(run) {
    const judgement = run?.judgement ?? null;
    show(this.element, judgement !== null);
    const state = JSON.stringify(judgement);
    if (judgement === null || state === this.shown) return;
    this.shown = state;
    setText(this.title, judgedTitle(run));
    this.list.replaceChildren(
      ...pixelFigures(judgement).map(([label, value, title, testid]) => h("div", { title }, h("dt.ps-muted", {}, label), h("dd", { testid }, value))),
    );
    this.body.replaceChildren(
      ...plateRows(judgement).map((row) => h("tr", {}, h("th", {}, row.height), ...COLUMNS.map((name) => h("td.rc-right", {}, row[name])))),
    );
  }
}
