/** What can be done with the selected photographs: exclude, bring back, delete after a question. */
import { getJson, sendJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { count, plural } from "../shell/format.js";
import { portions } from "./deleting.js";
import { askDeletion } from "./deletion_dialog.js";
import { selectAllLabel } from "./pages.js";

/** Photographs whose status is changed in one request. */
const AT_ONCE = 100;

export class SelectionBar {
  /**
   * @param {{query: () => URLSearchParams, selectPage: () => void, select: (ids: Set<number>) => void,
   *   onDone: () => void}} handlers query: the gallery's filter as the server reads it; onDone: something changed
   */
  constructor({ query, selectPage, select, onDone }) {
    Object.assign(this, { query, select, onDone });
    this.ids = new Set();
    this.label = h("b", { testid: "selection-count" });
    const button = (name, label, onclick, kind = "") =>
      h(`button.ps-button.small${kind}`, { testid: `selection-${name}`, onclick }, label);
    this.all = button("all", "", () => this.selectAll());
    this.page = button("page", "Select the page", selectPage);
    this.acts = [
      button("exclude", "Exclude", () => this.setStatus("excluded")),
      button("include", "Bring back", () => this.setStatus("included")),
      button("delete", "Delete…", () => this.remove(), ".danger"),
      button("clear", "Clear", () => this.select(new Set())),
    ];
    this.buttons = h("span.up-selection-buttons", {}, this.all, this.page, ...this.acts);
    this.said = h("span.up-said", { testid: "selection-said", role: "status" });
    this.element = h("div.up-selection", { testid: "selection", role: "group", "aria-label": "Selection" }, this.label, this.buttons, this.said);
    this.element.hidden = true;
  }

  /** @param {{ids: Set<number>, choosing: boolean}} state choosing: whether photographs are being selected */
  draw({ ids, choosing }) {
    if (choosing && !this.ids.size && ids.size) setText(this.said, "");
    this.ids = ids;
    setText(this.label, `${plural(ids.size, "photograph")} selected`);
    for (const act of this.acts) act.disabled = ids.size === 0;
    for (const part of [this.label, this.buttons]) show(part, choosing);
    show(this.element, choosing || this.said.textContent !== "");
  }

  /** @param {{total: number, filtered: boolean, pages: number}} shown what the gallery's filter holds */
  offer({ total, filtered, pages }) {
    setText(this.all, selectAllLabel(total, filtered));
    this.all.disabled = total === 0;
    show(this.page, pages > 1);
  }

  /** By the filter, not by what this page shows: the server says which these are, once, and these stay selected. */
  async selectAll() {
    const query = this.query();
    const found = await getJson(`/api/items/ids?${query}`).catch((error) => this.say(error.message));
    if (found && String(query) === String(this.query())) this.select(new Set(found.ids));
  }

  async setStatus(status) {
    const all = [...this.ids];
    let [changed, failure] = [0, ""];
    this.element.inert = true;
    for (const [at, items] of portions(all, AT_ONCE).entries()) {
      setText(this.said, `${count(at * AT_ONCE)} of ${count(all.length)}…`);
      const answer = await sendJson("POST", "/api/items/status", { items, status }).catch((error) => error);
      if (answer instanceof Error) failure = answer.message;
      if (failure) break;
      changed += answer.changed;
    }
    this.element.inert = false;
    if (!failure) this.select(null);
    const done = `${plural(changed, "photograph")} ${status === "excluded" ? "excluded" : "brought back"}.`;
    this.say([done, failure].filter(Boolean).join(" "));
    this.onDone();
  }

  async remove() {
    const done = await askDeletion(this.element.parentElement, [...this.ids]);
    if (!done) return;
    const gone = new Set(done.outcome.deleted);
    const left = [...this.ids].filter((id) => !gone.has(id));
    const whole = !done.outcome.failure && !done.outcome.kept.length;
    this.select(whole && !left.length ? null : new Set(left));
    this.say(done.told);
    this.onDone();
  }

  say(sentence) {
    setText(this.said, sentence);
    show(this.element, true);
  }
}
