/** The report of the last import: it stays until the next one, and comes back after a reload. */
import { h, setText, show } from "../shell/dom.js";
import { clock, count } from "../shell/format.js";

/** Rows of a table put on the page at most; ten thousand reasons help nobody. */
const MOST_ROWS = 300;

/** @typedef {import("./importer.js").ImportReport} ImportReport */

export class Report {
  /** @param {{onAnnotate: () => void}} handlers */
  constructor({ onAnnotate }) {
    this.title = h("h3");
    this.tiles = h("div.up-tiles");
    this.rejected = table("rejected", "Rejected", "Reason");
    this.notes = table("notes", "Notes", "What was done");
    this.next = h("button.ps-button.primary.small", { testid: "report-annotate", onclick: onAnnotate }, "Open Annotate");
    const head = h("div.up-report-head", {}, this.title, this.next);
    this.element = h("section.up-report", { testid: "report" }, head, this.tiles, this.rejected.element, this.notes.element);
    this.element.hidden = true;
  }

  /** @param {ImportReport} report @param {string|null} at ISO time @param {Date} now */
  draw(report, at, now) {
    const time = clock(at, now);
    setText(this.title, time ? `Last import, ${time}` : "Last import");
    this.tiles.replaceChildren(
      tile("report-added", report.added, "added"),
      tile("report-duplicates", report.duplicates, "duplicates, left out"),
      tile("report-masks", report.masks_attached, "masks attached"),
      ...(report.proposals ? [tile("report-proposals", report.proposals, "proposals of boxes or half-read shapes")] : []),
      tile("report-rejected", report.rejected.length, "rejected", report.rejected.length > 0 ? "bad" : ""),
    );
    this.rejected.draw(report.rejected.map(({ name, reason }) => [name, reason]));
    this.notes.draw(report.notes.map(({ name, note }) => [name, note]));
    show(this.next, report.added > 0);
    show(this.element, true);
  }
}

function tile(testid, value, label, kind = "") {
  return h(`div.up-tile${kind ? `.${kind}` : ""}`, {}, h("b", { testid }, count(value)), h("span.ps-muted", {}, label));
}

function table(id, title, second) {
  const body = h("tbody", { testid: `report-${id}-rows` });
  const more = h("p.ps-muted");
  const summary = h("summary");
  const head = h("thead", {}, h("tr", {}, h("th", {}, "File"), h("th", {}, second)));
  const scroll = h("div.up-scroll", {}, h("table.up-table", {}, head, body), more);
  const element = h("details.up-fold", { testid: `report-${id}-table` }, summary, scroll);
  const draw = (rows) => {
    setText(summary, `${title} (${count(rows.length)})`);
    body.replaceChildren(...rows.slice(0, MOST_ROWS).map(([name, text]) => h("tr", {}, h("td", {}, name), h("td", {}, text))));
    setText(more, rows.length > MOST_ROWS ? `and ${count(rows.length - MOST_ROWS)} more` : "");
    element.open = id === "rejected" || rows.length <= 10;
    show(element, rows.length > 0);
  };
  return { element, draw };
}
