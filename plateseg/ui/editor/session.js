/**
 * The photograph that is open: what was loaded, what was drawn, what a model proposes. Opens, proposes, moves on.
 * The answers a person gives (save, accept, no plate, restore) are in answers.js; restoring.js brings strokes back
 * that an earlier page left in this browser.
 */
import { orphans } from "./draft_rules.js";
import { addSmall } from "./loader.js";
import { blankMask, MaskDocument } from "./mask_document.js";
import { maskBounds } from "./raster.js";
import { proposalPhase } from "./proposals.js";
import { takeUp } from "./restoring.js";
import { decodeRuns } from "./rle.js";
import { savedFacts } from "./saving.js";
import { suspicion } from "./suspicion.js";
import { Walk } from "./walk.js";

/** Phases in which there is something to send. */
const UNSAVED = new Set(["unsaved", "queued"]);

export class Session {
  /**
   * @param {{client: object, loader: object, drafts: object, proposals: object, preferences: object, page: object,
   *   place: object, hooks: {changed: () => void, opened: () => void, maskChanged: (rect: object|null) => void,
   *   finishTool: () => void, photoChanged: () => void}}} parts  page: {id, alive} of tab_identity.js
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.walk = new Walk(this.preferences);
    /** @type {import("./saving.js").Saving} set by annotate.js */
    this.saving = null;
    /** @type {"empty"|"loading"|"ready"} */
    this.state = "loading";
    this.item = null;
    /** @type {MaskDocument|null} */
    this.document = null;
    this.picture = null;
    this.proposal = noProposal();
    /** Another mask shown over this one: {title, data, extent}. */
    this.compared = null;
    this.notice = null;
    this.ticket = 0;
    this.target = null;
  }

  get ready() {
    return this.state === "ready";
  }

  get proposalPhase() {
    const { value, asking, reason, asked, entry } = this.proposal;
    const history = this.document?.history;
    const adopted = Boolean(entry && history && (history.done.includes(entry) || entry === history.floor));
    const { head = 0, dirty = false } = this.document ?? {};
    return proposalPhase({ value, asking, reason, adopted, asked, head, dirty });
  }

  changed() {
    this.hooks.changed();
  }

  /**
   * A sentence for the person; `action` is {label, run}. It goes by itself unless there is something to choose.
   * unsaved: it is about strokes that are not saved, and over once they are.
   */
  notify(text, { tone = "calm", action = null, unsaved = false } = {}) {
    this.notice = { text, tone, action, unsaved, at: performance.now() };
    this.changed();
  }

  /** The page without a place in its address: the first photograph nobody has decided, else the first. */
  async openFirst() {
    const { items: waiting } = await this.client.items({ status: "todo", limit: 1 });
    const { items } = waiting.length ? { items: waiting } : await this.client.items({ limit: 1 });
    if (items.length) return this.open(items[0].id, { replace: true });
    this.state = "empty";
    this.changed();
    return false;
  }

  /**
   * @param {number} id
   * @param {{replace?: boolean, save?: boolean}} options save: false leaves the strokes in this browser only
   * @returns {Promise<boolean>} whether that photograph is now open
   */
  async open(id, { replace = false, save = true } = {}) {
    const ticket = ++this.ticket;
    if (this.item && !(await this.leave(save))) return this.#stay();
    if (ticket !== this.ticket) return false;
    this.target = id;
    this.walk.visit(id);
    const { filter } = this.walk;
    this.state = "loading";
    this.#goTo(id, replace);
    this.changed();
    try {
      const [loaded, kept, alive] = await Promise.all([
        this.loader.load(id, filter),
        this.drafts.of(id),
        this.page.alive(),
      ]);
      const drafts = orphans(kept, { tab: this.page.id, alive, now: Date.now() });
      if (ticket !== this.ticket) return false;
      this.#begin(loaded, drafts);
      // Another filter was chosen meanwhile: what lies beside the photograph is asked anew.
      if (filter.status !== this.walk.filter.status || filter.split !== this.walk.filter.split) this.#lookAgain();
      return true;
    } catch (error) {
      if (ticket === this.ticket) await this.#openFailed(error, id);
      return false;
    }
  }

  /** Finishes what is drawn and saves it. @returns {Promise<boolean>} false: stay here, something wants deciding */
  async leave(save) {
    this.hooks.finishTool();
    await this.saving.settled();
    // Told once; asking again means "go on, the strokes stay here".
    const told = this.refusedBefore && this.saving.phase === "refused";
    if (save && !told) await this.#saveAll();
    // A stroke begun meanwhile ends here: it must not go on in the next photograph.
    this.hooks.finishTool();
    const { phase } = this.saving;
    if (phase === "conflict") return !save;
    if (phase !== "refused" || told || !save) return true;
    this.refusedBefore = true;
    return false;
  }

  /** Saves until nothing is left to: people draw on while a save is on its way. */
  async #saveAll() {
    this.hooks.finishTool();
    for (let due = this.document.dirty || UNSAVED.has(this.saving.phase); due; ) {
      const phase = await this.saving.save();
      this.hooks.finishTool();
      due = phase !== "queued" && UNSAVED.has(this.saving.phase);
    }
  }

  /** Lets go of the open photograph, which was deleted: nothing on it is left to save. */
  letGo() {
    this.ticket++;
    this.saving.open(this.item, this.document, savedFacts(this.item));
    Object.assign(this, { item: null, target: null, state: "loading", compared: null, notice: null });
    this.#setProposal(noProposal());
  }

  /** Loads the open photograph again, for its mask moved on elsewhere. */
  reopen() {
    return this.open(this.item.id, { replace: true });
  }

  /** Asks the server how the open photograph stands: revisions, neighbours. The mask being edited is left alone. */
  async refresh() {
    const { id } = this.item;
    const item = await this.client.item(id, this.walk.filter);
    const known = this.saving.state.head;
    // An answer from before our own latest save has nothing new to say.
    if (this.item?.id !== id || !this.ready || item.head < known) return;
    const moved = item.head > known && this.saving.phase === "clean";
    this.item = item;
    this.changed();
    if (moved && !this.document.dirty) await this.reopen();
  }

  /** The server has the mask: what was said of unsaved strokes is over, and there is a revision more. */
  saved() {
    if (this.notice?.unsaved && this.saving.phase === "clean") {
      this.notice = null;
      this.changed();
    }
    return this.refresh();
  }

  /** Asks the chosen model. asked: by the person, who is to see it whatever is drawn. */
  propose({ asked = false } = {}) {
    return this.#propose(this.proposals.ask(this.item, this.preferences.get("model")), asked);
  }

  /** Shows what a model proposed before, by the number of its revision, in place of what is proposed now. */
  async proposeEarlier(number) {
    await this.#propose(this.proposals.askEarlier(this.item, number), true);
    await this.refresh();
  }

  dismissProposal() {
    this.#setProposal(noProposal());
  }

  /** @param {{title: string, data: Uint8Array}|null} other shown in the second colour, null for none */
  compare(other) {
    const { width, height } = this.document;
    this.compared = other && { ...other, extent: maskBounds({ data: other.data, width, height }) };
    this.hooks.maskChanged(null);
    this.changed();
  }

  async #propose(answer, asked) {
    const { item } = this;
    const waiting = { ...noProposal(), asking: true };
    this.#setProposal(waiting);
    const { value, reason } = await answer;
    if (value) this.#nowProposed(item);
    if (this.proposal !== waiting) return;
    // Strokes that came back on what this model drew are that proposal, taken up already.
    const entry = value && !asked ? this.document.seededBy(value.model) : null;
    this.#setProposal({ ...noProposal(), value, reason, asked, entry });
  }

  #setProposal(proposal) {
    this.proposal = proposal;
    this.hooks.maskChanged(null);
    this.changed();
  }

  #begin({ item, picture }, drafts) {
    const { width, height, head } = item;
    const data = item.mask ? decodeRuns(item.mask) : blankMask(width, height);
    this.item = item;
    this.picture = picture;
    this.loader.shown = picture;
    this.refusedBefore = false;
    this.document = new MaskDocument({ width, height, data, head });
    this.document.onChange((rect) => this.hooks.maskChanged(rect));
    this.proposal = noProposal();
    this.compared = null;
    this.notice = null;
    this.state = "ready";
    this.saving.open(item, this.document, savedFacts(item));
    this.hooks.opened();
    takeUp(this, drafts);
    this.changed();
    if (item.suspect) this.#suspected();
    else if (head === 0 && item.status !== "excluded") this.propose();
    this.#lookAhead();
  }

  /** A label check disagrees with this mask: its model's mask lies over it, and the person has the last word. */
  async #suspected() {
    const { item, document } = this;
    const action = { label: "Keep mine (K)", run: () => this.hooks.keep() };
    this.notify(suspicion(item.suspect), { tone: "warn", action });
    if (!item.suspect.proposal) return;
    const { value, reason } = await this.proposals.ask(item, "label-check");
    if (this.document !== document || this.proposal.value) return;
    this.#setProposal({ ...noProposal(), value, reason, asked: true });
  }

  async #lookAhead() {
    const { item, picture, document } = this;
    if (await addSmall(picture)) this.hooks.photoChanged();
    const id = item.next;
    if (id === null || this.document !== document) return;
    try {
      const next = await this.loader.prefetch(id, this.walk.filter);
      if (next.head !== 0 || this.document !== document) return;
      const { value } = await this.proposals.ask(next, this.preferences.get("model"));
      if (value) this.#nowProposed(next);
    } catch (error) {
      // Looking ahead is a courtesy; the real visit will tell what is wrong.
      console.info("plateseg: the next photograph could not be fetched ahead", error);
    }
  }

  /** The server keeps a proposal: a photograph that nobody had drawn on reads "proposed" from then on, in the list too. */
  #nowProposed(item) {
    if (item.status !== "unlabelled") return;
    this.hooks.saved();
    if (this.item?.id === item.id) this.#lookAgain();
  }

  #lookAgain() {
    this.refresh().catch((error) => console.info("plateseg: the revisions could not be fetched", error));
  }

  #goTo(id, replace) {
    const here = this.place.read();
    if (here.tab === "annotate") this.place.go({ tab: "annotate", item: id }, { replace });
  }

  #stay() {
    this.#goTo(this.item.id, true);
    this.changed();
    return false;
  }

  async #openFailed(error, id) {
    console.error(error);
    const gone = error.status === 404;
    const text = gone
      ? `Photograph ${id} does not exist any more.`
      : `Photograph ${id} could not be opened. ${error.message}`;
    if (gone && !this.item) {
      await this.openFirst();
      return this.notify(text, { tone: "bad" });
    }
    this.state = this.item ? "ready" : "loading";
    this.target = this.item?.id ?? null;
    if (this.item) this.#goTo(this.item.id, true);
    this.notify(text, { tone: "bad", action: gone ? null : { label: "Try again", run: () => this.open(id) } });
  }
}

function noProposal() {
  return { value: null, asking: false, reason: "", asked: false, entry: null };
}
