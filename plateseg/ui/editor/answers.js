/** What a person can say about the open photograph: save, accept, no plate, next, restore, and who wins a conflict. */
import { uniteMasks } from "./compare.js";
import { decodeRuns } from "./rle.js";

export class Answers {
  /** @param {{session: import("./session.js").Session, edits: import("./edits.js").Edits, preferences: object}} parts */
  constructor({ session, edits, preferences }) {
    this.session = session;
    this.edits = edits;
    this.preferences = preferences;
  }

  async save() {
    const { session } = this;
    session.hooks.finishTool();
    const { document, saving } = session;
    if (!document.dirty && document.head > 0 && saving.phase === "clean") return session.notify("Nothing new to save.");
    if (!document.dirty && session.proposalPhase === "offered" && session.proposal.value.pixels > 0) {
      return session.notify("The proposal is not your mask yet. Press A to accept it, or draw on it.");
    }
    return saving.save();
  }

  async accept() {
    const { session, edits } = this;
    session.hooks.finishTool();
    if (session.proposalPhase === "asking") return session.notify("The model is still looking at this photograph.");
    if (session.proposalPhase === "offered" && session.proposal.value.pixels === 0) {
      return session.notify("The model found no plate. Press N if there is none.");
    }
    if (session.proposalPhase === "compared" && session.proposal.value.pixels === 0) {
      return session.notify("The model found no plate. Press N if there is none.");
    }
    if (!edits.adopt() && !session.document.dirty) {
      return session.notify("There is no proposal to accept. Press R to ask the model.");
    }
    const unchanged = !session.document.dirty && session.document.head > 0;
    return this.#goOnAfter(unchanged ? "clean" : await session.saving.save());
  }

  /** Strokes drawn before are saved as a revision of their own, so that a slip of the finger loses nothing. */
  async noPlate() {
    const { session } = this;
    const { document, saving } = session;
    session.hooks.dropTool();
    if (session.item.status === "no_plate" && !document.dirty && saving.phase === "clean")
      return this.#goOnAfter("clean");
    if (document.dirty && !document.empty && !["clean", "queued"].includes(await saving.save())) return undefined;
    document.clear();
    return this.#goOnAfter(await saving.save({ noPlate: true }));
  }

  /** A label check doubts this mask; the person does not. */
  async keep() {
    const { session } = this;
    const { item } = session;
    if (!item.suspect) return session.notify("No label check doubts this mask.");
    const { next } = await session.client.keepSuspect(item.id);
    return this.#move(next, "Kept. This was the last suspect.");
  }

  next() {
    return this.#move(this.session.item?.next, "This is the last photograph.");
  }

  previous() {
    return this.#move(this.session.item?.previous, "This is the first photograph.");
  }

  /** The next unlabelled photograph, leaving this one undecided: its strokes stay in this browser. */
  skip() {
    const id = this.session.item?.next_unlabelled;
    return this.#move(id, "There is no other unlabelled photograph.", { save: false });
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
    if (session.document.dirty && (await session.saving.save()) !== "clean") return;
    const { item, document, saving } = session;
    const [answer, mask] = await Promise.all([
      session.client.restore(item.id, number, saving.state.head),
      session.client.mask(item.id, number),
    ]);
    session.compare(null);
    document.replace(decodeRuns(mask), `restore revision ${number}`);
    document.markSaved({ head: answer.number ?? answer.head });
    saving.open(item, document, {
      savedAt: answer.saved_at,
      empty: document.empty,
      noPlate: answer.status === "no_plate",
    });
    session.notify(`Revision ${number} is back, as revision ${answer.number}.`, { tone: "good" });
    session.hooks.saved();
    await session.refresh();
  }

  /** Shows or hides an old revision over the mask. */
  async peek(number) {
    const { session } = this;
    const title = `revision ${number}`;
    if (session.compared?.title === title) return session.compare(null);
    const { id } = session.item;
    const mask = await session.client.mask(id, number);
    if (session.item.id === id) session.compare({ title, data: decodeRuns(mask) });
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

  async #goOnAfter(phase) {
    if (!["clean", "queued"].includes(phase) || !this.preferences.get("autoNext")) return undefined;
    const { item } = this.session;
    if (item.suspect) {
      const { next } = await this.session.client.nextSuspect(item.id);
      return this.#move(next, "Saved. This was the last suspect.");
    }
    return this.#move(this.session.item.next, "Saved. This was the last photograph.");
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
