/** What a model proposes for the open photograph: which model, how sure it is, take it or leave it. */
import { h, setText } from "../shell/dom.js";
import { count } from "../shell/format.js";
import { commandButton } from "./controls.js";
import { otherProposals } from "./proposals.js";

/** Other proposals that are named; all of them are among the revisions. */
const NAMED = 2;

export class ProposalSection {
  /**
   * @param {{run: (command: string) => void, onModel: (id: string) => void, onAutoNext: (on: boolean) => void,
   *   onEarlier: (revision: number) => void}} hooks
   */
  constructor({ run, onModel, onAutoNext, onEarlier }) {
    this.onEarlier = onEarlier;
    this.others = h("div.pe-others", { testid: "other-proposals" });
    this.named = "";
    this.listed = "";
    this.model = h("select.pe-select", { testid: "model", "aria-label": "Model that proposes" });
    this.model.addEventListener("change", () => onModel(this.model.value));
    this.score = h("strong.pe-score", { testid: "proposal-score", title: "The model's own confidence, 0 to 1" });
    this.meter = h("i");
    this.bar = h("div.ps-bar.pe-meter", {}, this.meter);
    this.says = h("p.pe-says", { testid: "proposal-state", "aria-live": "polite" });
    const button = (command, label, looks) => commandButton({ command, label, run, ...looks });
    const taking = { glyph: "check", text: "Accept", kind: "primary" };
    this.accept = button("accept", "Accept the proposal, save, go on", taking);
    this.ask = button("propose", "Ask the model for a proposal", { glyph: "spark", text: "Ask" });
    this.dismiss = button("dismiss", "Put the proposal away", { glyph: "close" });
    this.train = button("go-train", "Open the Train tab", { text: "Train a model", kind: "small" });
    this.autoNext = h("input", { type: "checkbox", testid: "auto-next" });
    this.autoNext.addEventListener("change", () => onAutoNext(this.autoNext.checked));
    this.element = this.#layOut();
  }

  /** @param {{id: string, name: string, champion: boolean, best_iou: number|null}[]} models @param {string} chosen */
  setModels(models, chosen) {
    const listed = JSON.stringify([models, chosen]);
    // An open list is left alone while nothing is new.
    if (listed === this.listed) return;
    this.listed = listed;
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
    this.autoNext.checked = autoNext;
    if (!session.item) return;
    const phase = session.proposalPhase;
    const { value, reason } = session.proposal;
    this.element.dataset.phase = phase;
    const shown = value !== null && phase !== "none";
    setText(this.score, shown ? value.score.toFixed(2) : "");
    this.bar.hidden = !shown;
    this.meter.style.width = shown ? `${Math.round(value.score * 100)}%` : "0";
    setText(this.says, sentence(phase, session.proposal, session.document));
    const open = phase === "offered" || phase === "compared";
    this.#nameOthers(open ? otherProposals(session.item.revisions, value) : []);
    this.accept.disabled = !session.ready || !open;
    this.accept.hidden = phase === "none" || phase === "unavailable";
    this.ask.hidden = open || phase === "adopted";
    this.ask.disabled = !session.ready || phase === "asking";
    this.dismiss.hidden = !open;
    this.train.hidden = !(phase === "unavailable" && /train/i.test(reason));
  }

  /** Another model has become champion since: what was proposed before is a click away. */
  #nameOthers(others) {
    const named = JSON.stringify(others);
    if (named === this.named) return;
    this.named = named;
    const line = ({ number, from, score, earlier }) => {
      const rating = score === null ? "" : ` (${score.toFixed(2)})`;
      const show = () => this.onEarlier(number);
      return h(
        "p.pe-other",
        {},
        `${earlier ? "An earlier" : "A newer"} proposal from ${from}${rating}: `,
        h("button.ps-button.small", { testid: `propose-${number}`, title: "Propose this one instead", onclick: show }, "Show"),
      );
    };
    this.others.replaceChildren(...others.slice(0, NAMED).map(line));
  }

  #layOut() {
    const swatch = h("i.pe-swatch", { title: "Its colour on the photograph" });
    const goOn = "Go on after Accept and No plate";
    return h(
      "section.pe-section.pe-proposal",
      { data: { phase: "none" }, testid: "proposal" },
      h("div.pe-line", {}, h("h4", {}, "Proposal"), swatch, h("span.pe-spring"), this.score, this.dismiss),
      this.model,
      this.bar,
      this.says,
      this.others,
      h("div.pe-line", {}, this.accept, this.ask, this.train),
      h("label.pe-check", { title: "After Accept and No plate" }, this.autoNext, goOn),
    );
  }
}

/** @param {import("./proposals.js").ProposalPhase} phase */
function sentence(phase, { value, reason, entry }, { history }) {
  const plates = value && (value.plates.length === 1 ? "1 plate" : `${value.plates.length} plates`);
  const found = value && (value.pixels ? `${plates}, ${count(value.pixels)} px` : "No plate found");
  switch (phase) {
    case "asking":
      return "The model is looking at this photograph…";
    case "unavailable":
      return reason;
    case "offered":
      return value.pixels ? `${found}. Accept it, or draw on it to correct it.` : `${found}. Draw it, or say No plate.`;
    case "compared":
      return `${found}. Shown over your mask; Accept puts it in its place.`;
    case "adopted":
      return history.top === entry && entry.strokes === 0
        ? `${found}. It is your mask now.`
        : `${found}. Your mask began from it.`;
    default:
      return "Your mask stays as it is; ask to compare.";
  }
}
