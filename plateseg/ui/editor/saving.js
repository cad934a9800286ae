/**
 * Carries out what saver.js decides: sends revisions, keeps drafts, retries when the server is back.
 * @typedef {import("./mask_document.js").MaskDocument} MaskDocument
 */
import { draftKey } from "./draft_rules.js";
import { countInRuns, sameRuns, tidyRuns } from "./rle.js";
import { openedState, step } from "./saver.js";

/** How often a long stroke is kept while it is still being drawn, in milliseconds. */
const KEEP_EVERY = 700;

export class Saving {
  /**
   * @param {{client: import("./client.js").Client, drafts: import("./drafts.js").Drafts, tab: string,
   *   watch: import("./server_watch.js").ServerWatch, onUpdate: () => void,
   *   onSaved: (saved: {number: number, status: string, at: string}) => void,
   *   onConflict: (theirs: object) => void}} parts
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.state = openedState();
    this.item = null;
    /** @type {MaskDocument|null} */
    this.document = null;
    this.noPlate = false;
    this.theirs = null;
    this.waiters = [];
    this.keptAt = 0;
  }

  /**
   * @param {object} item ItemView of the contract
   * @param {MaskDocument} document
   * @param {{savedAt: string|null, empty: boolean, noPlate: boolean}} saved
   */
  open(item, document, saved) {
    this.item = item;
    this.document = document;
    this.noPlate = false;
    this.theirs = null;
    this.state = openedState({ head: document.head, version: document.version, ...saved });
  }

  get phase() {
    return this.state.phase;
  }

  /** After every finished stroke, undo and redo: the draft is written at once. */
  edited() {
    const { version, dirty, strokes } = this.document;
    this.noPlate = false;
    this.#dispatch({ type: "edited", version, dirty, strokes });
    if (dirty) this.#keep();
  }

  /** What an earlier page left is the mask now. An answer counts as unsaved even where it changed no pixel. */
  restored({ noPlate }) {
    this.noPlate = noPlate;
    this.#dispatch({ type: "edited", version: this.document.version, dirty: true, strokes: this.document.strokes });
    this.#keep();
  }

  /** While a stroke is being drawn. */
  drawing(now = performance.now()) {
    if (now - this.keptAt < KEEP_EVERY) return;
    this.#keep(now);
  }

  /**
   * @param {{noPlate?: boolean}} answer as it was given last, unless said: a save that waits for the server stays "no plate"
   * @returns {Promise<string>} the phase once the save has come to an end
   */
  async save({ noPlate = this.noPlate } = {}) {
    this.noPlate = noPlate;
    this.state = { ...this.state, version: this.document.version, strokes: this.document.strokes };
    this.#dispatch({ type: "save" });
    return this.settled();
  }

  /** @returns {Promise<string>} the phase when nothing is on its way any more */
  settled() {
    if (this.phase !== "saving") return Promise.resolve(this.phase);
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** The strokes are someone else's revision away from the head: shown as a conflict until decided. */
  conflict(theirs) {
    this.theirs = theirs;
    this.state = { ...this.state, version: this.document.version, strokes: this.document.strokes };
    this.#dispatch({ type: "conflicted" });
  }

  /** @param {{head: number, kept: boolean, savedAt: string|null}} decision kept: the mask is now their revision */
  async resolve({ head, kept, savedAt }) {
    this.document.markSaved({ head, top: kept ? this.document.history.top : this.document.savedTop });
    // "No plate" was said of the mask as it was, not of theirs or of both together.
    if (!this.document.empty) this.noPlate = false;
    this.theirs = null;
    this.#dispatch({ type: "resolved", head, kept, savedAt, version: this.document.version });
    return this.settled();
  }

  /** Opens the conflict again after the person put it off. */
  ask() {
    if (this.theirs) this.onConflict(this.theirs);
  }

  /** The server answers again: sends what waits, of this item and of others left behind. */
  async serverBack() {
    this.#dispatch({ type: "back" });
    const waiting = (await this.drafts.all()).filter((draft) => draft.tab === this.tab && draft.queued);
    let saved = 0;
    for (const draft of waiting) {
      if (draft.item !== this.item?.id && (await this.#sendDraft(draft))) saved++;
    }
    return saved;
  }

  #dispatch(event) {
    const [state, effects] = step(this.state, event);
    this.state = state;
    for (const { type } of effects) this.#carryOut(type);
    if (state.phase !== "saving") for (const resolve of this.waiters.splice(0)) resolve(state.phase);
    this.onUpdate();
  }

  #carryOut(type) {
    if (type === "send") this.#send();
    if (type === "watch") this.watch.reportGone();
    if (type === "keep") this.#keep();
    if (type === "forget") this.#forget(this.item.id);
    if (type === "ask") this.ask();
  }

  async #send() {
    const { document, item } = this;
    const top = document.history.top;
    const sent = { item, document, top, runs: document.runs(), noPlate: this.noPlate, after: this.state.head };
    try {
      const answer = await this.client.saveRevision(item.id, {
        after: sent.after,
        width: document.width,
        height: document.height,
        runs: sent.runs,
        seeded_from: document.seededFrom,
        no_plate: sent.noPlate,
        author: "",
      });
      this.#arrived(answer, sent);
    } catch (error) {
      this.#failed(error, sent);
    }
  }

  #arrived({ number, saved_at: at, status }, { item, document, top, runs, noPlate }) {
    if (document === this.document) {
      document.markSaved({ head: number, top });
      this.#dispatch({ type: "saved", number, at, noPlate, dirty: document.dirty, empty: countInRuns(runs) === 0 });
    } else if (item.id !== this.item.id) this.#forget(item.id);
    this.onSaved({ number, status, at });
  }

  #failed(error, sent) {
    // Another photograph is open by now: the strokes stay in this browser, and are offered when theirs opens.
    if (sent.document !== this.document) return console.warn(`plateseg: photograph ${sent.item.id} was not saved`, error);
    if (error.status === 0) return this.#dispatch({ type: "unreachable" });
    const theirs = error.status === 409 ? error.body?.theirs : null;
    if (!theirs) {
      if (error.status === undefined) console.error(error);
      return this.#dispatch({ type: "refused", message: error.message });
    }
    // Our own save whose answer got lost comes back as "somebody saved": the same mask is no conflict.
    if (!sent.noPlate && sameRuns(sent.runs, tidyRuns(theirs.runs))) {
      return this.#arrived({ number: theirs.number, saved_at: theirs.created_at, status: "labelled" }, sent);
    }
    this.conflict(theirs);
  }

  /** @returns {Promise<boolean>} whether the server took it; otherwise it stays and is offered when its item opens */
  async #sendDraft(draft) {
    try {
      const { number, status } = await this.client.saveRevision(draft.item, {
        after: draft.base,
        width: draft.width,
        height: draft.height,
        runs: Array.from(draft.runs),
        seeded_from: draft.seededFrom,
        no_plate: draft.noPlate,
        author: "",
      });
      await this.drafts.remove(draft.key);
      return Boolean(number && status);
    } catch (error) {
      console.warn(`plateseg: the strokes on photograph ${draft.item} stay in this browser`, error);
      return false;
    }
  }

  #keep(now = performance.now()) {
    this.keptAt = now;
    const { document, item } = this;
    this.drafts.put({
      key: draftKey(item.id, this.tab),
      item: item.id,
      tab: this.tab,
      photo: item.image,
      base: this.state.head,
      width: document.width,
      height: document.height,
      runs: Uint32Array.from(document.runs()),
      seededFrom: document.seededFrom,
      strokes: document.strokes,
      noPlate: this.noPlate,
      queued: this.phase === "queued",
      at: new Date().toISOString(),
    });
  }

  #forget(item) {
    this.drafts.remove(draftKey(item, this.tab));
  }
}

/**
 * What the status line needs to know of the head revision.
 * @param {object} item ItemView of the contract
 * @returns {{savedAt: string|null, empty: boolean, noPlate: boolean}}
 */
export function savedFacts(item) {
  const current = item.revisions.find(({ number }) => number === item.head);
  return {
    savedAt: current?.created_at ?? null,
    empty: item.head > 0 && countInRuns(item.mask?.runs ?? []) === 0,
    noPlate: item.status === "no_plate",
  };
}
