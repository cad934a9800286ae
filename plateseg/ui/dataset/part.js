/** What the parts of the Dataset page share: a place for sentences, and asking with trouble told. */
import { h, setText, show } from "../shell/dom.js";

export class Part {
  /** @param {string} name */
  constructor(name) {
    this.said = h("p.ps-notice", { testid: `${name}-said`, role: "status" });
    this.said.hidden = true;
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
      if (!error.status && error.status !== 0) console.error(error);
      this.say(error.message, "bad");
      return null;
    }
  }
}
