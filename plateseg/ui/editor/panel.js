/** The panel on the right: which photograph, the proposal, the revisions, the keys. */
import { commandButton } from "./controls.js";
import { grouped, h, setText } from "./dom.js";
import { STATUS_NAMES } from "./filmstrip.js";
import { icon } from "./icons.js";
import { BINDINGS } from "./keys.js";
import { RevisionList } from "./revision_list.js";

export class Panel {
  /**
   * @param {{run: (command: string) => void, onModel: (id: string) => void, onAutoNext: (on: boolean) => void,
   *   onPin: (split: string) => void, onPeek: (number: number) => void, onRestore: (number: number) => void}} hooks
   */
  constructor(hooks) {
    this.hooks = hooks;
    this.revisions = new RevisionList({ onPeek: hooks.onPeek, onRestore: hooks.onRestore });
    this.element = h(
      "aside",
      { class: "pe-panel", "aria-label": "Photograph, proposal and revisions" },
      this.#head(),
      this.#proposal(),
      this.revisions.element,
      this.#keys(),
    );
  }

  /** @param {{id: string, name: string, champion: boolean, best_iou: number|null}[]} models @param {string} chosen */
  setModels(models, chosen) {
    const champion = models.find((model) => model.champion);
    const options = [
      h("option", { value: "champion" }, champion ? `Champion: ${champion.name}` : "Champion (none yet)"),
    ];
    for (const model of models) {
      const iou = model.best_iou === null ? "" : ` · IoU ${model.best_iou.toFixed(3)}`;
      options.push(h("option", { value: model.id }, `${model.name}${iou}`));
    }
    this.model.replaceChildren(...options);
    this.model.value = chosen;
  }

  /** @param {import("./session.js").Session} session @param {{autoNext: boolean}} settings */
  update(session, { autoNext }) {
    const { item } = session;
    this.autoNext.checked = autoNext;
    if (!item) return;
    setText(this.name, item.name);
    this.name.title = item.name;
    setText(this.facts, `${item.width}×${item.height}`);
    setText(this.standing, `${item.split === "unassigned" ? "no split" : item.split}${item.pinned ? ", pinned" : ""}`);
    this.free.hidden = !item.pinned;
    if (document.activeElement !== this.pin) this.pin.value = "";
    this.dot.className = `ps-dot ${item.status}`;
    setText(this.statusName, STATUS_NAMES[item.status] ?? item.status);
    setText(this.exclude, item.status === "excluded" ? "Include again" : "Exclude");
    this.#updateProposal(session);
    this.revisions.update(item.revisions, session.compared?.title ?? "", session.ready);
  }

  #head() {
    this.name = h("h3", { class: "pe-name", testid: "item-name" });
    this.facts = h("span", { class: "pe-facts" });
    this.dot = h("i", { class: "ps-dot" });
    this.statusName = h("span", { testid: "item-status" });
    const run = () => this.hooks.run("exclude");
    const title = "Excluded photographs are not trained on";
    this.exclude = h("button", {
      type: "button",
      class: "ps-button quiet small",
      testid: "exclude",
      title,
      on: { click: run },
    });
    this.standing = h("option", { value: "" });
    this.free = h("option", { value: "free" }, "let go");
    this.pin = h(
      "select",
      { class: "pe-select", testid: "item-split", title: "Its split; pinned, nobody moves it but you", "aria-label": "Split" },
      this.standing,
      ...["train", "val", "test"].map((split) => h("option", { value: split }, `pin to ${split}`)),
      this.free,
    );
    this.pin.addEventListener("change", () => this.hooks.onPin(this.pin.value));
    return h(
      "section",
      { class: "pe-section" },
      this.name,
      h(
        "p",
        { class: "pe-line" },
        h("span", { class: "ps-chip" }, this.dot, this.statusName),
        this.facts,
        h("span", { class: "pe-spring" }),
        this.exclude,
      ),
      this.pin,
    );
  }

  #proposal() {
    const { run, onModel, onAutoNext } = this.hooks;
    this.model = h("select", { class: "pe-select", testid: "model", "aria-label": "Model that proposes" });
    this.model.addEventListener("change", () => onModel(this.model.value));
    this.score = h("strong", { class: "pe-score", testid: "proposal-score" });
    this.meter = h("i");
    this.says = h("p", { class: "pe-says", testid: "proposal-state", "aria-live": "polite" });
    this.accept = commandButton({
      command: "accept",
      label: "Accept the proposal, save, go on",
      glyph: "check",
      text: "Accept",
      kind: "primary",
      run,
    });
    this.ask = commandButton({
      command: "propose",
      label: "Ask the model for a proposal",
      glyph: "spark",
      text: "Ask",
      run,
    });
    this.dismiss = commandButton({ command: "dismiss", label: "Put the proposal away", glyph: "close", run });
    this.train = commandButton({
      command: "go-train",
      label: "Open the Train tab",
      text: "Train a model",
      kind: "small",
      run,
    });
    this.autoNext = h("input", { type: "checkbox", testid: "auto-next" });
    this.autoNext.addEventListener("change", () => onAutoNext(this.autoNext.checked));
    this.bar = h("div", { class: "ps-bar pe-meter" }, this.meter);
    return h(
      "section",
      { class: "pe-section pe-proposal", data: { phase: "none" }, testid: "proposal" },
      h(
        "div",
        { class: "pe-line" },
        h("h4", {}, "Proposal"),
        h("i", { class: "pe-swatch", title: "Its colour on the photograph" }),
        h("span", { class: "pe-spring" }),
        this.score,
        this.dismiss,
      ),
      this.model,
      this.bar,
      this.says,
      h("div", { class: "pe-line" }, this.accept, this.ask, this.train),
      h(
        "label",
        { class: "pe-check", title: "After Accept and No plate" },
        this.autoNext,
        "Go on after Accept and No plate",
      ),
    );
  }

  #updateProposal(session) {
    const phase = session.proposalPhase;
    const { value, reason } = session.proposal;
    this.element.querySelector(".pe-proposal").dataset.phase = phase;
    const shown = value !== null;
    setText(this.score, shown ? value.score.toFixed(2) : "");
    this.score.title = "The model's own confidence, 0 to 1";
    this.bar.hidden = !shown;
    this.meter.style.width = shown ? `${Math.round(value.score * 100)}%` : "0";
    setText(this.says, sentence(phase, value, reason));
    const open = phase === "offered" || phase === "compared";
    this.accept.disabled = !session.ready || !open;
    this.accept.hidden = phase === "none" || phase === "unavailable";
    this.ask.hidden = open || phase === "adopted";
    this.ask.disabled = !session.ready || phase === "asking";
    this.dismiss.hidden = !open;
    this.train.hidden = !(phase === "unavailable" && /train/i.test(reason));
  }

  #keys() {
    const shown = ["accept", "no-plate", "save", "previous", "next", "skip", "toggle-mask", "undo"];
    const short = {
      accept: "Accept",
      "no-plate": "No plate",
      previous: "Previous",
      next: "Next",
      skip: "Skip",
      "toggle-mask": "Hide mask",
      undo: "Undo",
    };
    const rows = shown.map((command) => {
      const binding = BINDINGS.find((each) => each.command === command && each.shown);
      return h("span", {}, h("kbd", { class: "ps-kbd" }, binding.shown), short[command] ?? binding.label);
    });
    const all = h(
      "button",
      {
        type: "button",
        class: "ps-button quiet small",
        testid: "all-keys",
        on: { click: () => this.hooks.run("keys") },
      },
      icon("keys"),
      "All keys (?)",
    );
    return h(
      "section",
      { class: "pe-section pe-keys" },
      h("div", { class: "pe-line" }, h("h4", {}, "Keys"), h("span", { class: "pe-spring" }), all),
      h("div", { class: "pe-keygrid" }, ...rows),
    );
  }
}

/** @param {import("./proposals.js").ProposalPhase} phase */
function sentence(phase, value, reason) {
  const plates = value && (value.plates.length === 1 ? "1 plate" : `${value.plates.length} plates`);
  const found = value && (value.pixels ? `${plates}, ${grouped(value.pixels)} px` : "No plate found");
  switch (phase) {
    case "asking":
      return "The model is looking at this photograph…";
    case "unavailable":
      return reason;
    case "offered":
      return value.pixels ? `${found}. Accept it, or draw on it to correct it.` : `${found}. Draw it, or press N.`;
    case "compared":
      return `${found}. Shown over your mask; Accept puts it in its place.`;
    case "adopted":
      return `${found}. It is your mask now.`;
    default:
      return "Your mask stays as it is; ask to compare.";
  }
}
