/** What stands in the place of a photograph: no model, working, failed. */
import { h, setText, show } from "../shell/dom.js";
import { place } from "../shell/place.js";

export class NoModel {
  constructor() {
    this.train = h("button.ps-button.primary", { testid: "go-train", onclick: () => place.go({ tab: "train" }) }, "Go to Train");
    this.text = h("p", {}, "There is no model yet: train one on the Train tab.");
    this.element = h("div.ps-notice.warn", { testid: "predict-no-model" }, this.text, this.train);
  }

  /** @param {boolean} none @param {Failure|null} failure that says so itself and takes the button over */
  draw(none, failure) {
    show(this.element, none && !failure);
    show(this.train, none);
    (failure ?? this).element.append(this.train);
  }
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
  /** @param {{testid: string, label: string, onAgain: () => void}} options label: of the button */
  constructor({ testid, label, onAgain }) {
    this.text = h("p", { testid: `${testid}-error` });
    this.again = h("button.ps-button", { testid: `${testid}-again`, onclick: onAgain }, label);
    this.element = h("div.ps-notice.bad", { role: "alert" }, this.text, this.again);
  }

  /** @param {string} sentence empty: nothing failed @param {boolean} canRetry */
  draw(sentence, canRetry) {
    setText(this.text, sentence);
    show(this.element, sentence !== "");
    show(this.again, canRetry);
  }
}
