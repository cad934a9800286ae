/**
 * Proposals of the chosen model: asked for once, kept for the next few photographs.
 * @typedef {{model: string, modelId: string, score: number, data: Uint8Array, pixels: number,
 *   extent: import("./rects.js").Rect|null,
 *   plates: {bbox: [number, number, number, number], quad: [number, number][], score: number, area: number}[]}} Proposal
 * @typedef {"none"|"asking"|"unavailable"|"offered"|"compared"|"adopted"} ProposalPhase
 */
import { countPixels } from "./compare.js";
import { maskBounds } from "./raster.js";
import { decodeRuns } from "./rle.js";

/** Proposals kept; each is a mask of the photograph's size. */
const KEPT = 6;

/**
 * How a proposal stands towards the person's mask. It is *offered* only where nobody has drawn or saved anything; in
 * all other cases it is a picture to *compare* with, until the person says accept.
 * @param {{value: Proposal|null, asking: boolean, reason: string, adopted: boolean, head: number, dirty: boolean}} facts
 * @returns {ProposalPhase}
 */
export function proposalPhase({ value, asking, reason, adopted, head, dirty }) {
  if (asking) return "asking";
  if (!value) return reason ? "unavailable" : "none";
  if (adopted) return "adopted";
  return head === 0 && !dirty ? "offered" : "compared";
}

export class Proposals {
  /** @param {import("./client.js").Client} client */
  constructor(client) {
    this.client = client;
    /** @type {Map<string, Promise<{value: Proposal|null, reason: string}>>} */
    this.kept = new Map();
  }

  /**
   * @param {{id: number, width: number, height: number}} item
   * @param {string} model
   * @returns {Promise<{value: Proposal|null, reason: string}>} reason: why there is none, a sentence
   */
  ask(item, model) {
    const key = `${item.id}:${model}`;
    const known = this.kept.get(key);
    if (known) return known;
    const answer = this.#request(item, model);
    this.kept.set(key, answer);
    // Only proposals are worth keeping: a missing model may be there, a lost server back, at the next question.
    answer.then(({ value }) => value || this.kept.delete(key));
    while (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
    return answer;
  }

  /** A new champion or another model: what was proposed before is out of date. */
  forget() {
    this.kept.clear();
  }

  async #request(item, model) {
    try {
      const answer = await this.client.proposal(item.id, model);
      if (answer.model === null) return { value: null, reason: answer.reason };
      return { value: readProposal(answer), reason: "" };
    } catch (error) {
      return { value: null, reason: error.message };
    }
  }
}

/** @returns {Proposal} */
function readProposal(answer) {
  const { width, height } = answer;
  const data = decodeRuns(answer);
  return {
    model: answer.model,
    modelId: answer.model_id,
    score: answer.score,
    data,
    pixels: countPixels(data),
    extent: maskBounds({ data, width, height }),
    plates: answer.plates ?? [],
  };
}
