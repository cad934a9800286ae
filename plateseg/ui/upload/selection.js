/** What can be done with the selected photographs: exclude, take back, delete after a question. */
import { sendJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { plural } from "../shell/format.js";
import { questionOf, toldOf } from "./deleting.js";

const PARALLEL = 4;

export class SelectionBar {
  /**
   * @param {{selectPage: () => void, clear: () => void, onDone: (deleted: boolean) => void}} handlers
   */
  constructor({ selectPage, clear, onDone }) {
    this.ids = new Set();
    this.busy = false;
    /** @type {import("./deleting.js").Held|null} what snapshots keep of those the question is about */
    this.held = null;
    this.clear = clear;
    this.onDone = onDone;
    this.label = h("b", { testid: "selection-count" });
    this.buttons = h("span.up-selection-buttons", {}, ...this.makeButtons(selectPage));
    this.question = h("span.up-selection-buttons");
    this.question.hidden = true;
    this.said = h("span.up-said", { testid: "selection-said", role: "status" });
    this.element = h("div.up-selection", { testid: "selection" }, this.label, this.buttons, this.question, this.said);
    this.element.hidden = true;
  }

  makeButtons(selectPage) {
    const make = (name, label, onclick, kind = "") =>
      h(`button.ps-button.small${kind}`, { testid: `selection-${name}`, onclick }, label);
    return [
      make("exclude", "Exclude", () => this.setStatus("excluded")),
      make("include", "Include again", () => this.setStatus("included")),
      make("delete", "Delete…", () => this.ask(), ".danger"),
      make("page", "Select the page", selectPage),
      make("clear", "Clear", () => this.clear()),
    ];
  }

  /** @param {Set<number>} ids */
  draw(ids) {
    this.ids = ids;
    setText(this.label, `${plural(ids.size, "photograph")} selected`);
    show(this.element, ids.size > 0 || this.said.textContent !== "");
    show(this.label, ids.size > 0);
    if (!this.busy) this.answer(false);
  }

  /** What snapshots hold is asked for first: the question is to be true. */
  async ask() {
    const ids = [...this.ids];
    setText(this.said, "");
    this.held = await sendJson("POST", "/api/items/held", { items: ids }).catch((error) => {
      setText(this.said, error.message);
      return null;
    });
    // Another selection meanwhile is another question.
    if (this.busy || ids.length !== this.ids.size || !ids.every((id) => this.ids.has(id))) return;
    if (this.held === null) return;
    const sentence = questionOf(ids.length, this.held);
    const yes = h("button.ps-button.small.danger", { testid: "selection-delete-confirm", onclick: () => this.remove() }, "Delete");
    const no = h("button.ps-button.small", { testid: "selection-cancel", onclick: () => this.answer(false) }, "Keep them");
    this.question.replaceChildren(h("span", { testid: "selection-question" }, sentence), yes, no);
    this.answer(true);
    no.focus();
  }

  answer(asking) {
    show(this.question, asking);
    show(this.buttons, !asking && this.ids.size > 0);
  }

  setStatus(status) {
    return this.forEach((id) => sendJson("POST", `/api/items/${id}/status`, { status }));
  }

  remove() {
    return this.forEach(
      (id) => sendJson("DELETE", `/api/items/${id}`),
      (gone) => toldOf(gone.length, this.held, gone.filter(({ held_by_snapshots }) => held_by_snapshots > 0).length),
    );
  }

  /**
   * Acts on every selected one, a few at a time; one refusal does not stop the others.
   * @param {(id: number) => Promise<any>} act
   * @param {(answers: any[]) => string} [tell] of a deletion: what is said of the answers
   */
  async forEach(act, tell) {
    if (this.busy) return;
    this.busy = true;
    const rest = [...this.ids];
    const total = rest.length;
    const failures = [];
    const answers = [];
    const lane = async () => {
      while (rest.length > 0) {
        setText(this.said, `${total - rest.length + 1} of ${total}…`);
        await act(rest.shift()).then((answer) => answers.push(answer), (error) => failures.push(error.message));
      }
    };
    this.element.inert = true;
    await Promise.all(Array.from({ length: PARALLEL }, lane));
    this.element.inert = false;
    this.busy = false;
    const failed = failures.length ? `${plural(failures.length, "photograph")} could not be changed: ${failures[0]}` : "";
    setText(this.said, [tell && answers.length ? tell(answers) : "", failed].filter(Boolean).join(" "));
    this.clear();
    this.onDone(tell !== undefined);
  }
}
