/** Which masks lie over the photograph, and in which ink. */
import { readColours } from "./colours.js";
import { makeInk } from "./overlay.js";

export class Layers {
  /** @param {{root: HTMLElement, preferences: import("./preferences.js").Preferences}} parts */
  constructor({ root, preferences }) {
    this.root = root;
    this.preferences = preferences;
    this.readTheme();
  }

  /** Light or dark: the colours anew. */
  readTheme() {
    this.colours = readColours(this.root);
    this.mix();
  }

  /** The inks anew, for the opacity changed. Masks that are not the person's are hatched. */
  mix() {
    const opacity = this.preferences.get("opacity");
    const stronger = Math.min(1, opacity + 0.15);
    this.inks = {
      mask: makeInk(this.colours.mask, opacity),
      proposal: makeInk(this.colours.proposal, stronger, { hatched: true }),
      other: makeInk(this.colours.other, stronger, { hatched: true }),
    };
  }

  /**
   * @param {import("./session.js").Session} session
   * @returns {import("./overlay.js").Layer[]} bottom first
   */
  of({ document, proposal, proposalPhase, compared }) {
    if (!document) return [];
    const { width, height } = document;
    const over = ({ data, extent }, ink) => ({ mask: { data, width, height }, extent, ink });
    const layers = [{ mask: document.mask, extent: document.extent, ink: this.inks.mask }];
    if (proposalPhase === "offered" || proposalPhase === "compared") {
      layers.push(over(proposal.value, this.inks.proposal));
    }
    if (compared) layers.push(over(compared, this.inks.other));
    return layers;
  }
}
