/** The panel on the right: which photograph, the proposal, the revisions, the keys. */
import { h, setText } from "../shell/dom.js";
import { STATUS_NAMES } from "../shell/statuses.js";
import { icon } from "./icons.js";
import { BINDINGS } from "./keys.js";
import { ProposalSection } from "./proposal_section.js";
import { RevisionList } from "./revision_list.js";

export class Panel {
  /**
   * @param {{run: (command: string) => void, onModel: (id: string) => void, onAutoNext: (on: boolean) => void,
   *   onEarlier: (revision: number) => void, onPin: (split: string) => void, onPeek: (number: number) => void, onRestore: (number: number) => void}} hooks
   */
  constructor(hooks) {
    this.hooks = hooks;
    this.proposal = new ProposalSection(hooks);
    this.revisions = new RevisionList({ onPeek: hooks.onPeek, onRestore: hooks.onRestore });
    this.element = h(
      "aside.pe-panel",
      { "aria-label": "Photograph, proposal and revisions" },
      this.#head(),
      this.proposal.element,
      this.revisions.element,
      this.#keys(),
    );
  }

  /** @param {import("./session.js").Session} session @param {{autoNext: boolean}} settings */
  update(session, settings) {
    const { item } = session;
    this.proposal.update(session, settings);
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
    this.revisions.update(item.revisions, session.compared?.title ?? "", session.ready);
  }

  #head() {
    this.name = h("h3.pe-name", { testid: "item-name" });
    this.facts = h("span.pe-facts");
    this.dot = h("i.ps-dot");
    this.statusName = h("span", { testid: "item-status" });
    const run = () => this.hooks.run("exclude");
    const title = "Excluded photographs are not trained on";
    this.exclude = h("button.ps-button.quiet.small", { testid: "exclude", title, onclick: run });
    const remove = () => this.hooks.run("delete");
    const forGood = "Delete this photograph for good, after a question";
    this.remove = h("button.ps-button.quiet.small.danger", { testid: "delete", title: forGood, onclick: remove }, "Delete…");
    this.standing = h("option", { value: "" });
    this.free = h("option", { value: "free" }, "let go");
    this.pin = h(
      "select.pe-select",
      { testid: "item-split", title: "Its split; pinned, nobody moves it but you", "aria-label": "Split" },
      this.standing,
      ...["train", "val", "test"].map((split) => h("option", { value: split }, `pin to ${split}`)),
      this.free,
    );
    this.pin.addEventListener("change", () => this.hooks.onPin(this.pin.value));
    return h(
      "section.pe-section",
      {},
      this.name,
      h(
        "p.pe-line",
        {},
        h("span.ps-chip", {}, this.dot, this.statusName),
        this.facts,
        h("span.pe-spring"),
        this.exclude,
      ),
      h("div.pe-line", {}, this.pin, this.remove),
    );
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
      return h("span", {}, h("kbd.ps-kbd", {}, binding.shown), short[command] ?? binding.label);
    });
    const all = h(
      "button.ps-button.quiet.small",
      {
        testid: "all-keys",
        onclick: () => this.hooks.run("keys"),
      },
      icon("keys"),
      "All keys (?)",
    );
    return h(
      "section.pe-section.pe-keys",
      {},
      h("div.pe-line", {}, h("h4", {}, "Keys"), h("span.pe-spring"), all),
      h("div.pe-keygrid", {}, ...rows),
    );
  }
}
