/** Every change of the mask goes through here: adopting a touched proposal, one history step each, kept at once. */
import { PLATE } from "./mask_document.js";
import { isUntouched, regionsUnder } from "./regions.js";

export class Edits {
  /**
   * @param {{session: import("./session.js").Session, stage: import("./stage.js").Stage,
   *   preferences: import("./preferences.js").Preferences}} parts
   */
  constructor({ session, stage, preferences }) {
    this.session = session;
    this.stage = stage;
    this.preferences = preferences;
    this.adopted = null;
  }

  get document() {
    return this.session.document;
  }

  /** Diameter in image pixels. */
  get brushSize() {
    const chosen = this.preferences.get("brushSize");
    return chosen || Math.max(4, Math.round((this.document?.width ?? 1280) / 64));
  }

  notify(text) {
    this.session.notify(text);
  }

  /** A stroke begins: an offered proposal that is touched becomes the person's mask first. */
  begin() {
    this.adopted = this.#adoptOffered();
    this.document.beginStroke();
  }

  drawing() {
    this.session.saving.drawing();
  }

  end(label) {
    this.document.endStroke(label);
    // Even when nothing changed: a draft may have been kept half way through.
    this.#edited();
  }

  /** The stroke was no stroke (a second finger came): as if it had never begun. */
  cancel() {
    this.document.cancelStroke();
    if (this.adopted && this.document.history.top === this.adopted) this.document.undo();
    this.adopted = null;
    this.#edited();
  }

  /** One filled shape. */
  shape(points, value, label) {
    const adopted = this.#adoptOffered();
    const entry = this.document.shape(points, value, label);
    if (entry || adopted) this.#edited();
  }

  /** Four corners say exactly where a plate is: what a model drew there, and nobody has touched, gives way. */
  plate(quad) {
    const adopted = this.#adoptOffered();
    const cleared = this.#proposedUnder(quad);
    const entry = this.document.shape(quad, PLATE, "plate", cleared);
    if (entry || adopted) this.#edited();
    if (adopted) this.#tellRest(this.session.proposal.value.plates.length - cleared.length);
  }

  /** Makes the shown proposal the mask. @returns {boolean} false when there is none */
  adopt() {
    const { value } = this.session.proposal;
    if (!value || !["offered", "compared"].includes(this.session.proposalPhase)) return false;
    const entry = this.document.replace(value.data, "accept proposal", value.model, 0);
    this.session.proposal.entry = entry ?? this.document.history.top;
    this.#edited();
    return true;
  }

  undo() {
    if (this.document.undo()) this.#edited();
    else this.notify("Nothing to undo.");
  }

  redo() {
    if (this.document.redo()) this.#edited();
    else this.notify("Nothing to redo.");
  }

  fillHoles() {
    if (this.#change(() => this.document.fillHoles())) return;
    this.notify("There are no holes to fill.");
  }

  clear() {
    // Nothing is the person's yet: clearing means "not this proposal".
    if (this.session.proposalPhase === "offered") return this.session.dismissProposal();
    if (this.#change(() => this.document.clear())) return undefined;
    return this.notify("The mask is empty already.");
  }

  #change(act) {
    const adopted = this.#adoptOffered();
    const entry = act();
    if (entry || adopted) this.#edited();
    return entry;
  }

  #adoptOffered() {
    const { proposal, proposalPhase } = this.session;
    if (proposalPhase !== "offered") return null;
    proposal.entry = this.document.replace(proposal.value.data, "accept proposal", proposal.value.model, 0);
    return proposal.entry;
  }

  #proposedUnder(quad) {
    if (this.session.proposalPhase !== "adopted") return [];
    const { mask } = this.document;
    const proposed = { ...mask, data: this.session.proposal.value.data };
    return regionsUnder(proposed, quad).filter((region) => isUntouched(mask, region, proposed));
  }

  #tellRest(count) {
    if (count <= 0) return;
    const rest = count === 1 ? "1 more region of the proposal is" : `${count} more regions of the proposal are`;
    this.notify(`${rest} in your mask now: erase (E) what is no plate.`);
  }

  #edited() {
    this.session.saving.edited();
    this.session.changed();
  }
}
