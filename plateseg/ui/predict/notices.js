/** What stands in the place of a photograph: no model, working, failed. */
import { h, setText, show } from "../shell/dom.js";
import { place } from "../shell/place.js";

/** Shows on the first screen that there is nothing to predict with. */
export function noModelNotice() {
  const train = h("button.ps-button.primary", { testid: "go-train", onclick: () => place.go({ tab: "train" }) }, "Go to Train");
  const text = h("p", {}, "There is no model yet: train one on the Train tab.");
  return h("div.ps-notice.warn", { testid: "predict-no-model" }, text, train);
}

export class Busy {
  constructor() {
    this.text = h("p");
    this.element = h("div.pr-busy", { testid: "predict-busy", role: "status" }, h("i.pr-spinner"), this.text);
  }

  /** @param {string} sentence empty: nothing under way */
  draw(sentence) {
    setText(this.text, sentence);
    show(this.element, sentence !== "");
  }
}

export class Failure {
  /** @param {{onAgain: () => void}} handlers */
  constructor({ onAgain }) {
    this.text = h("p", { testid: "predict-error" });
    this.again = h("button.ps-button", { testid: "predict-again", onclick: onAgain }, "Predict again");
    this.element = h("div.ps-notice.bad", { role: "alert" }, this.text, this.again);
  }

  /** @param {string} sentence empty: nothing failed @param {boolean} canRetry */
  draw(sentence, canRetry) {
    setText(this.text, sentence);
    show(this.element, sentence !== "");
    show(this.again, canRetry);
  }
}
