/** What the parts of the Dataset page share: a place for sentences, and asking with trouble told. */
import { h, setText, show } from "../shell/dom.js";

export class Part {
  /** @param {string} name */
  constructor(name) {
    this.said = h("p.ps-notice", { testid: `${name}-said`, role: "status" });
    this.said.hidden = true;
    /** Counts the readings: the answer to an older one is dropped. */
    this.readings = 0;
    /** What was said of a reading that failed, until one goes well. */
    this.unread = "";
    this.element = h("section.pd-part", { testid: name });
  }

  /** @param {string} sentence empty hides it @param {"good"|"warn"|"bad"|""} tone */
  say(sentence, tone = "") {
    this.said.className = `ps-notice ${tone}`;
    setText(this.said, sentence);
    show(this.said, Boolean(sentence));
  }

  /**
   * Does some work; what goes wrong becomes a sentence.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T|null>}
   */
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      this.tell(error);
      return null;
    }
  }

  /**
   * Reads what the part shows. That it could not be read is said until it can be.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T|null>} null as well when something newer was asked for meanwhile
   */
  async read(work) {
    this.readings += 1;
    const reading = this.readings;
    try {
      const found = await work();
      if (reading !== this.readings) return null;
      if (this.unread && this.said.textContent === this.unread) this.say("");
      this.unread = "";
      return found;
    } catch (error) {
      if (reading !== this.readings) return null;
      this.tell(error);
      this.unread = error.message;
      return null;
    }
  }

  tell(error) {
    if (!error.status && error.status !== 0) console.error(error);
    this.say(error.message, "bad");
  }
}
