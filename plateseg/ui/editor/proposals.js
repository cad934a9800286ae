/**
 * Proposals of the chosen model: asked for once, kept for the next few photographs.
 * @typedef {{model: string, modelId: string, score: number, data: Uint8Array, pixels: number,
 *   extent: import("./rects.js").Rect|null, revision: number|null,
 *   plates: {bbox: [number, number, number, number], quad: [number, number][], score: number, area: number,
 *   plate_like: boolean}[]}} Proposal
 *   revision: its number where it was read from one; plate_like: four corners fit the region well
 * @typedef {"none"|"asking"|"unavailable"|"offered"|"compared"|"adopted"} ProposalPhase
 */
import { countPixels } from "./compare.js";
import { maskBounds } from "./raster.js";
import { decodeRuns } from "./rle.js";

/** Proposals kept; each is a mask of the photograph's size. */
const KEPT = 6;

/**
 * How a proposal stands towards the person's mask. It is *offered* only where nobody has drawn or saved anything. Whoever
 * has a mask sees one only if they *asked*, as a picture to *compare* with, until they say accept; else it stays away.
 * @param {{value: Proposal|null, asking: boolean, reason: string, adopted: boolean, asked: boolean, head: number,
 *   dirty: boolean}} facts
 * @returns {ProposalPhase}
 */
export function proposalPhase({ value, asking, reason, adopted, asked, head, dirty }) {
  if (asking) return "asking";
  if (!value) return reason ? "unavailable" : "none";
  if (adopted) return "adopted";
  if (head === 0 && !dirty) return "offered";
  return asked ? "compared" : "none";
}

/**
 * Corners worth starting from: those of the largest region, unless it is no plate by its shape.
 * @param {Proposal} proposal
 * @returns {{x: number, y: number}[]|null}
 */
export function suggestedQuad({ plates }) {
  const [largest] = [...plates].sort((one, other) => other.area - one.area);
  return largest?.plate_like ? largest.quad.map(([x, y]) => ({ x, y })) : null;
}

/**
 * What models proposed of a photograph besides what is shown, the newest of each name.
 * @param {object[]} revisions RevisionView of the contract, newest first
 * @param {Proposal} shown
 * @returns {{number: number, from: string, score: number|null, earlier: boolean}[]} earlier: than the one shown
 */
export function otherProposals(revisions, shown) {
  const drawn = revisions.filter(({ source }) => source === "model");
  const same = drawn.find(({ number, seeded_from: from, plate_pixels: pixels }) =>
    shown.revision ? number === shown.revision : from === shown.model && pixels === shown.pixels,
  );
  const others = drawn.filter((each) => each !== same);
  const newest = others.filter((each, at) => others.findIndex((one) => one.seeded_from === each.seeded_from) === at);
  return newest.map(({ number, seeded_from: from, score }) => {
    // What is shown and not among the revisions was proposed since they were read.
    return { number, from, score: score ?? null, earlier: !same || number < same.number };
  });
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
    return this.#keep(`${item.id}:${model}`, () => this.client.proposal(item.id, model));
  }

  /** What a model proposed before, by the number of its revision. */
  askEarlier(item, number) {
    return this.#keep(`${item.id}:revision ${number}`, () => this.client.earlierProposal(item.id, number));
  }

  /** A new champion or another model: what was proposed before is out of date. */
  forget() {
    this.kept.clear();
  }

  #keep(key, ask) {
    const known = this.kept.get(key);
    if (known) return known;
    const answer = request(ask);
    this.kept.set(key, answer);
    // Only proposals are worth keeping: a missing model may be there, a lost server back, at the next question.
    answer.then(({ value }) => value || this.kept.delete(key));
    while (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
    return answer;
  }
}

async function request(ask) {
  try {
    const answer = await ask();
    if (answer.model === null) return { value: null, reason: answer.reason };
    return { value: readProposal(answer), reason: "" };
  } catch (error) {
    return { value: null, reason: error.message };
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
    revision: answer.revision ?? null,
    plates: answer.plates ?? [],
  };
}
