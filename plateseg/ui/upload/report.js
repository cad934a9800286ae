/** The report of the last import: it stays until the next one, and comes back after a reload. */
import { h, setText, show } from "../shell/dom.js";
import { clock, count } from "../shell/format.js";
import { countOf, fewRows, kindsOf } from "./reasons.js";

/** @typedef {import("./importer.js").ImportReport} ImportReport */

export class Report {
  /** @param {{onAnnotate: () => void}} handlers */
  constructor({ onAnnotate }) {
    this.title = h("h3");
    this.tiles = h("div.up-tiles");
    this.rejected = list("rejected", "Rejected", "Reason");
    this.notes = list("notes", "Notes", "What was done");
    this.whole = h("a.up-link", { testid: "report-list", href: "/api/imports/latest/list", download: "" }, "Download the whole list (CSV)");
    this.next = h("button.ps-button.primary.small", { testid: "report-annotate", onclick: onAnnotate }, "Open Annotate");
    const head = h("div.up-report-head", {}, this.title, this.next);
    const lists = [this.rejected.element, this.notes.element, this.whole];
    this.element = h("section.up-report", { testid: "report" }, head, this.tiles, ...lists);
    this.element.hidden = true;
  }

  /** @param {ImportReport} report @param {string|null} at ISO time @param {Date} now */
  draw(report, at, now) {
    const time = clock(at, now);
    setText(this.title, time ? `Last import, ${time}` : "Last import");
    const refused = [...(report.refused?.kinds.values() ?? [])];
    const rejected = [...refused, ...kindsOf(report.rejected.map(({ name, reason }) => [name, reason]), report.rejected_kinds)];
    const left = countOf(rejected);
    this.tiles.replaceChildren(
      tile("report-added", report.added, "added"),
      tile("report-duplicates", report.duplicates, "duplicates, left out"),
      tile("report-masks", report.masks_attached, "masks attached"),
      ...(report.proposals ? [tile("report-proposals", report.proposals, "proposals of boxes or half-read shapes")] : []),
      tile("report-rejected", left, "rejected", left > 0 ? "bad" : ""),
    );
    this.element.classList.toggle("warn", left > 0);
    this.rejected.draw(rejected);
    this.notes.draw(kindsOf(report.notes.map(({ name, note }) => [name, note]), report.notes_kinds));
    show(this.whole, report.cut === true);
    show(this.next, report.added > 0);
    show(this.element, true);
  }
}

function tile(testid, value, label, kind = "") {
  return h(`div.up-tile${kind ? `.${kind}` : ""}`, {}, h("b", { testid }, count(value)), h("span.ps-muted", {}, label));
}

/** A few files as a table; many by their kinds, each of which opens to its first names. */
function list(id, title, second) {
  const body = h("tbody", { testid: `report-${id}-rows` });
  const summary = h("summary");
  const head = h("thead", {}, h("tr", {}, h("th", {}, "File"), h("th", {}, second)));
  const table = h("table.up-table", {}, head, body);
  const kinds = h("div.up-kinds", { testid: `report-${id}-kinds` });
  const element = h("details.up-fold", { testid: `report-${id}-table` }, summary, h("div.up-scroll", {}, table, kinds));
  const draw = (found) => {
    const total = countOf(found);
    const rows = fewRows(found);
    setText(summary, `${title} (${count(total)})`);
    body.replaceChildren(...(rows ?? []).map(row));
    kinds.replaceChildren(...(rows ? [] : found.map(kindOf)));
    show(table, rows !== null);
    show(kinds, rows === null);
    element.open = id === "rejected" || total <= 10;
    show(element, total > 0);
  };
  return { element, draw };
}

function row([name, text]) {
  return h("tr", {}, h("td", {}, name), h("td", {}, text));
}

/** @param {import("./reasons.js").Kind} kind */
function kindOf({ text, count: total, rows }) {
  const names = h("div.up-kind-names");
  const element = h("details", {}, h("summary", {}, h("b", {}, count(total)), ` ${text}`), names);
  // Its names are put on the page when somebody wants to see them.
  element.addEventListener("toggle", () => {
    if (!element.open || names.childElementCount > 0) return;
    const more = total > rows.length ? [h("p.ps-muted", {}, `and ${count(total - rows.length)} more`)] : [];
    names.append(h("table.up-table", {}, h("tbody", {}, ...rows.map(([name, its]) => row([name, its === text ? "" : its])))), ...more);
  });
  return element;
}
