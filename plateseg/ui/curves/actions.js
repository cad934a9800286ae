/** Stop, resume, rename, delete, make champion: buttons that say what happened. */
import { sendJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { allowed } from "./runstate.js";

/** What becoming champion does outside of this tab, for who is about to insist. */
const PROPOSES =
  "As champion it proposes on every photograph without a mask; what was proposed before stays among the revisions.";

/** @typedef {import("./runstate.js").RunView} RunView */

export class Actions {
  /** @param {{onChanged: (run: RunView) => void, onDeleted: (id: number) => void}} handlers */
  constructor({ onChanged, onDeleted }) {
    this.onChanged = onChanged;
    this.onDeleted = onDeleted;
    /** @type {RunView|null} */
    this.run = null;
    this.busy = false;
    /** Photographs a comparison under way has still to judge; null without one, 0 before that is known. */
    this.left = null;
    this.buttons = h("div.rc-buttons", {}, ...this.makeButtons());
    this.said = h("p.ps-notice.bad", { testid: "run-said", role: "status" });
    this.panel = h("div.rc-inline");
    this.said.hidden = true;
    this.panel.hidden = true;
    this.element = h("div.rc-actions", {}, this.buttons, this.panel, this.said);
  }

  /** @param {RunView} run */
  draw(run) {
    if (run.id !== this.run?.id) {
      this.close();
      this.left = null;
    }
    this.run = run;
    const can = allowed(run);
    this.stop.disabled = this.busy || !can.stop;
    setText(this.stop, run.stopping ? "Stopping…" : "Stop");
    this.resume.disabled = this.busy || !can.resume;
    this.promote.disabled = this.busy || !can.promote;
    setText(this.promote, run.champion ? "★ Champion" : "Make champion");
    this.rename.disabled = this.busy;
    this.remove.disabled = this.busy || !can.remove;
    this.remove.title = can.remove ? "" : "Stop the run first";
    show(this.compare, can.compare || this.left !== null);
    this.compare.disabled = this.busy;
    setText(this.compare, this.left === null ? "Compare now" : this.left === 0 ? "Comparing…" : `Comparing… ${this.left} to go`);
  }

  makeButtons() {
    const make = (name, label, onclick, kind = "") => h(`button.ps-button${kind}`, { testid: `run-${name}`, onclick }, label);
    this.stop = make("stop", "Stop", () => this.post("stop"));
    this.stop.title = "Ends after the present step and keeps a validated model";
    this.resume = make("resume", "Resume", () => this.post("resume"));
    this.resume.title = "Goes on from the last checkpoint";
    this.promote = make("champion", "Make champion", () => this.makeChampion());
    this.promote.title = "The champion proposes masks on the Annotate tab and predicts";
    this.compare = make("compare", "Compare now", () => this.compareNow());
    this.compare.title = "Judges this run and the champion on the validation photographs they were not judged on yet";
    this.rename = make("rename", "Rename", () => this.askName());
    this.remove = make("delete", "Delete", () => this.askDelete(), ".danger");
    return [this.stop, this.resume, this.promote, this.compare, this.rename, this.remove];
  }

  /** A run that is not shown to be better than the champion takes its place by a second click, with the reason read. */
  makeChampion() {
    return this.attempt(async (run) => this.onChanged(await sendJson("POST", `/api/runs/${run.id}/champion`)), {
      412: (error) => this.askAnyway(error.message),
    });
  }

  askAnyway(reason) {
    const why = h("p.rc-why", { testid: "run-champion-why" }, `${reason} ${PROPOSES}`);
    const anyway = () => this.post("champion", { anyway: true });
    const compare = h("button.ps-button", { testid: "run-compare-now", onclick: () => this.compareNow() }, "Compare now");
    const yes = h("button.ps-button.danger", { testid: "run-champion-anyway", onclick: anyway }, "Make champion anyway");
    const no = this.cancel();
    this.open(why, ...(this.run.can_compare ? [compare] : []), yes, no);
    no.focus();
  }

  askName() {
    const input = h("input.ps-input", { type: "text", maxLength: 120, value: this.run.name, testid: "run-rename-input" });
    input.setAttribute("aria-label", "New name");
    const save = () => input.value.trim() && this.post("rename", { name: input.value.trim() });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") save();
      if (event.key === "Escape") this.close();
    });
    const keep = h("button.ps-button.primary", { testid: "run-rename-save", onclick: save }, "Save the name");
    this.open(input, keep, this.cancel());
    input.select();
  }

  askDelete() {
    const question = h("span", {}, `Delete “${this.run.name}” with its curves and checkpoints? This cannot be undone.`);
    const yes = h("button.ps-button.danger", { testid: "run-delete-confirm", onclick: () => this.delete() }, "Delete the run");
    const no = this.cancel();
    this.open(question, yes, no);
    no.focus();
  }

  cancel() {
    return h("button.ps-button", { testid: "run-cancel", onclick: () => this.close() }, "Cancel");
  }

  open(...children) {
    this.panel.replaceChildren(...children);
    show(this.panel, true);
    show(this.said, false);
  }

  close() {
    this.panel.replaceChildren();
    show(this.panel, false);
    show(this.said, false);
  }

  post(verb, body) {
    return this.attempt(async (run) => this.onChanged(await sendJson("POST", `/api/runs/${run.id}/${verb}`, body)));
  }

  /** A few seconds a call, until nothing is left to judge or what is left cannot be; as long as this run is looked at. */
  async compareNow() {
    if (this.busy) return;
    this.left = 0;
    await this.attempt(async (run) => {
      for (let before = Infinity; this.run.id === run.id; ) {
        const answer = await sendJson("POST", `/api/runs/${run.id}/verdict`);
        if (this.run.id === run.id) this.left = answer.left;
        this.onChanged(answer);
        if (answer.left === 0 || answer.left >= before) return;
        before = answer.left;
      }
    });
    this.left = null;
    this.draw(this.run);
  }

  delete() {
    return this.attempt(async (run) => {
      await sendJson("DELETE", `/api/runs/${run.id}`);
      this.onDeleted(run.id);
    });
  }

  /**
   * @param {(run: RunView) => Promise<void>} act
   * @param {Record<number, (error: Error) => void>} answers what to do instead of showing the error, by its status
   */
  async attempt(act, answers = {}) {
    if (this.busy) return;
    const run = this.run;
    this.setBusy(true);
    try {
      await act(run);
      this.close();
    } catch (error) {
      if (this.run.id === run.id) (answers[error.status] ?? (() => this.say(error.message)))(error);
    } finally {
      this.setBusy(false);
    }
  }

  say(sentence) {
    setText(this.said, sentence);
    show(this.said, true);
  }

  setBusy(busy) {
    this.busy = busy;
    this.draw(this.run);
  }
}
