/** The strip at the top that says when the server is gone, and when it is back. */
import { h, setText } from "../shell/dom.js";

/** How long "back" stays, in milliseconds. */
const BACK_SHOWN = 5000;

export class Banner {
  constructor() {
    this.text = h("p");
    this.element = h("div.pe-banner", { testid: "banner", role: "alert", hidden: true }, this.text);
    this.timer = 0;
  }

  gone() {
    clearTimeout(this.timer);
    this.#show(
      "gone",
      "The server does not answer. Keep drawing: your strokes stay in this browser and are saved when it is back.",
    );
  }

  /** @param {number} saved photographs whose waiting strokes were sent */
  back(saved) {
    const sent =
      saved === 1 ? " Strokes of 1 other photograph were saved." : ` Strokes of ${saved} other photographs were saved.`;
    this.#show("back", `The server is back.${saved ? sent : ""}`);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.element.hidden = true), BACK_SHOWN);
  }

  #show(state, text) {
    this.element.hidden = false;
    this.element.dataset.state = state;
    setText(this.text, text);
  }
}
