/** What a person can say about the open photograph: save, accept, no plate, next, restore, and who wins a conflict. */
import { uniteMasks } from "./compare.js";
import { decodeRuns } from "./rle.js";

export class Answers {
  /** @param {{session: import("./session.js").Session, edits: import("./edits.js").Edits, preferences: object}} parts */
  constructor({ session, edits, preferences }) {
    this.session = session;
    this.edits = edits;
    this.preferences = preferences;
    /** Number of the old revision that was asked for last, to look at. */
    this.peeking = 0;
  }

  async save() {
    const { session } = this;
    session.hooks.finishTool();
    const { document, saving } = session;
    const nothing = !document.dirty && saving.phase === "clean";
    if (nothing && document.head > 0) return session.notify("Nothing new to save.");
    if (nothing && session.proposalPhase === "offered" && session.proposal.value.pixels > 0) {
      return session.notify("The proposal is not your mask yet. Accept it (A), or draw on it.");
    }
    return saving.save();
  }

  async accept() {
    const { session, edits } = this;
    session.hooks.finishTool();
    if (session.proposalPhase === "asking") return session.notify("The model is still looking at this photograph.");
    if (session.proposalPhase === "offered" && session.proposal.value.pixels === 0) {
      return session.notify("The model found no plate. Say No plate (N) if there is none.");
    }
    if (session.proposalPhase === "compared" && session.proposal.value.pixels === 0) {
      return session.notify("The model found no plate. Say No plate (N) if there is none.");
    }
    if (!edits.adopt() && !session.document.dirty) {
      return session.notify("There is no proposal to accept. Ask the model for one (R).");
    }
    const unchanged = !session.document.dirty && session.document.head > 0;
    return this.#goOnAfter(() => (unchanged ? "clean" : session.saving.save()));
  }

  /** Strokes drawn before are saved as a revision of their own, so that a slip of the finger loses nothing. */
  async noPlate() {
    const { session } = this;
    const { document, saving } = session;
    session.hooks.dropTool();
    if (session.item.status === "no_plate" && !document.dirty && saving.phase === "clean")
      return this.#goOnAfter(() => "clean");
    return this.#goOnAfter(async () => {
      const phase = document.dirty && !document.empty ? await saving.save() : "clean";
      if (!["clean", "queued"].includes(phase)) return phase;
      document.clear();
      return saving.save({ noPlate: true });
    });
  }

  /** A label check doubts this mask; the person does not. */
  async keep() {
    const { session } = this;
    const { item } = session;
    if (!item.suspect) return session.notify("No label check doubts this mask.");
    const { ticket } = session;
    const { next } = await session.client.keepSuspect(item.id);
    return ticket === session.ticket && this.#move(next, "Kept. This was the last suspect.");
  }

  next() {
    return this.#move(this.session.item?.next, this.#atEnd("This is the last photograph of the list."));
  }

  previous() {
    return this.#move(this.session.item?.previous, "This is the first photograph of the list.");
  }

  /** The next photograph to do, leaving this one undecided: its strokes stay in this browser. */
  skip() {
    const id = this.session.item?.next_unlabelled;
    return this.#move(id, "There is no other photograph to do.", { save: false });
  }

  /** @param {"train"|"val"|"test"|"free"} split where this photograph belongs, by the person's word */
  async pin(split) {
    const { session } = this;
    const answer = await session.client.pin(session.item.id, split);
    await session.refresh();
    if (split === "free") return session.notify("Let go: `split --anew` may move it.");
    const along = answer.followed ? ` ${answer.followed} more of the same scene came along.` : "";
    const apart = answer.linked.length ? " Others of its scene are pinned elsewhere." : "";
    return session.notify(`Pinned to ${split}.${along}${apart}`, { tone: apart ? "warn" : "good" });
  }

  async exclude() {
    const { session } = this;
    const excluded = session.item.status === "excluded";
    await session.client.setStatus(session.item.id, excluded ? "included" : "excluded");
    await session.refresh();
    session.hooks.saved();
  }

  /** Makes an old revision the mask again, as a new revision. */
  async restore(number) {
    const { session } = this;
    session.hooks.dropTool();
    const { item, document, saving } = session;
    if (document.dirty && (await saving.save()) !== "clean") return;
    const [answer, mask] = await Promise.all([
      session.client.restore(item.id, number, saving.state.head),
      session.client.mask(item.id, number),
    ]);
    session.hooks.saved();
    // Another photograph was opened meanwhile: what is on the screen is not to be touched.
    if (session.document !== document) return;
    session.compare(null);
    document.replace(decodeRuns(mask), `restore revision ${number}`);
    document.markSaved({ head: answer.number ?? answer.head });
    saving.open(item, document, {
      savedAt: answer.saved_at,
      empty: document.empty,
      noPlate: answer.status === "no_plate",
    });
    session.notify(`Revision ${number} is back, as revision ${answer.number}.`, { tone: "good" });
    await session.refresh();
  }

  /** Shows or hides an old revision over the mask. */
  async peek(number) {
    const { session } = this;
    const title = `revision ${number}`;
    if (session.compared?.title === title) return session.compare(null);
    const { document } = session;
    this.peeking = number;
    const mask = await session.client.mask(session.item.id, number);
    // The mask asked for last is shown, of the photograph that is open.
    if (session.document === document && this.peeking === number) session.compare({ title, data: decodeRuns(mask) });
    return undefined;
  }

  /**
   * @param {"mine"|"theirs"|"union"} choice
   * @param {object} theirs the other mask as the server sent it
   */
  async resolve(choice, theirs) {
    const { document, saving } = this.session;
    const data = decodeRuns(theirs);
    if (choice === "theirs") document.replace(data, "take their mask");
    if (choice === "union") document.replace(uniteMasks(document.mask.data, data), "join both masks");
    await saving.resolve({ head: theirs.number, kept: choice === "theirs", savedAt: theirs.created_at });
    this.session.hooks.saved();
    this.session.changed();
  }

  /** @param {() => string|Promise<string>} save gives the phase it ended in */
  async #goOnAfter(save) {
    const { session } = this;
    const { ticket } = session;
    const phase = await save();
    // Whoever has chosen a photograph meanwhile is not taken elsewhere.
    const stays = () => ticket === session.ticket && ["clean", "queued"].includes(phase) && this.preferences.get("autoNext");
    if (!stays()) return undefined;
    const { item } = session;
    if (!item.suspect) return this.#move(item.next, this.#atEnd("Saved. This was the last photograph of the list."));
    const { next } = await session.client.nextSuspect(item.id);
    return stays() && this.#move(next, "Saved. This was the last suspect.");
  }

  /** Where the list ends there may be something to do before it. */
  #atEnd(sentence) {
    return this.session.item?.next_unlabelled ? `${sentence} X opens the next one to do.` : sentence;
  }

  #move(id, end, options) {
    if (id === null || id === undefined) {
      this.session.notify(end);
      // There is nowhere to go, but moving on also means saving.
      if (options?.save !== false && this.session.document?.dirty) return this.session.saving.save();
      return undefined;
    }
    return this.session.open(id, options);
  }
}
