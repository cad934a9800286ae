/** Export: a format, which photographs, what will be in it and what not, and the download. */
import { getJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { isCut, previewLines, queryOf } from "./exports.js";

const SPLITS = [
  ["train", "Train"],
  ["val", "Validation"],
  ["test", "Test"],
  ["unassigned", "Unassigned"],
];

export class Exporter {
  constructor() {
    this.format = h("select.ps-input", { testid: "export-format", onchange: () => this.ask() });
    this.format.setAttribute("aria-label", "Format");
    this.splits = SPLITS.map(([name, label]) => this.box(name, label, `export-split-${name}`, true));
    this.rest = this.box("rest", "Photographs without an answer, too", "export-rest", false);
    this.title = h("b", { testid: "export-count" });
    this.lines = h("ul.up-export-lines", { testid: "export-lines" });
    this.whole = h("a", { testid: "export-whole", target: "_blank" }, "The whole list, name by name");
    this.whole.hidden = true;
    this.link = h("a.ps-button.primary", { testid: "export-download", download: "" }, "Download ZIP");
    this.trouble = h("p.ps-notice.warn", { testid: "export-trouble", role: "status" });
    this.trouble.hidden = true;
    const choice = h("div.up-export-row", {}, this.format, ...this.splits.map((box) => box.element), this.rest.element);
    const foot = h("div.up-export-row", {}, this.link, this.title);
    const body = h("div.up-export", {}, choice, this.trouble, foot, this.lines, this.whole);
    this.element = h("details.up-fold", { testid: "export" }, h("summary", {}, "Export the dataset"), body);
    this.element.addEventListener("toggle", () => this.element.open && this.open());
  }

  box(name, label, testid, checked) {
    const input = h("input", { type: "checkbox", testid, checked, onchange: () => this.ask() });
    return { name, input, element: h("label.up-check", {}, input, label) };
  }

  async open() {
    if (this.format.options.length === 0) {
      const { formats } = await getJson("/api/exports/formats").catch(() => ({ formats: [] }));
      this.format.replaceChildren(...formats.map(({ name, title }) => h("option", { value: name }, title)));
    }
    await this.ask();
  }

  /** The preview of what is chosen now; an older question still under way is dropped. Asked again when photographs came. */
  async ask() {
    if (!this.element.open || !this.format.value) return;
    this.abort?.abort();
    const control = new AbortController();
    this.abort = control;
    const splits = this.splits.filter(({ input }) => input.checked).map(({ name }) => name);
    const query = queryOf({ format: this.format.value, splits, all: SPLITS.length, rest: this.rest.input.checked });
    this.ready(null);
    if (splits.length === 0) return this.ready(null, "Choose at least one split.");
    try {
      const preview = await getJson(`/api/exports/preview?${query}`, { signal: control.signal });
      this.link.href = `/api/exports/file?${query}`;
      this.whole.href = `/api/exports/preview.txt?${query}`;
      this.ready(preview);
    } catch (error) {
      if (!control.signal.aborted) this.ready(null, error.message);
    }
  }

  ready(preview, trouble = "") {
    const lines = preview ? previewLines(preview) : [];
    setText(this.title, lines[0] ?? "");
    this.lines.replaceChildren(...lines.slice(1).map((line) => h("li", {}, line)));
    show(this.whole, preview !== null && isCut(preview));
    const possible = preview !== null && preview.photographs > 0;
    if (!possible) this.link.removeAttribute("href");
    this.link.setAttribute("aria-disabled", String(!possible));
    setText(this.trouble, trouble);
    show(this.trouble, trouble !== "");
  }
}
