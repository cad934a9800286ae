/** Which stretch of a long list is shown, and the way to the next. */
import { h, setText, show } from "../shell/dom.js";
import { count } from "../shell/format.js";

export class Turner {
  /** @param {string} name for tests @param {number} size of a page @param {(offset: number) => void} onTurn */
  constructor(name, size, onTurn) {
    this.size = size;
    this.offset = 0;
    this.words = h("span.ps-muted", { testid: `${name}-range` });
    const step = (label, by, end) =>
      h("button.ps-button.small", { testid: `${name}-${end}`, onclick: () => onTurn(this.offset + by * size) }, label);
    this.back = step("‹ Previous", -1, "previous");
    this.on = step("Next ›", 1, "next");
    this.element = h("nav.pd-head", { "aria-label": "Pages" }, this.back, this.words, this.on);
  }

  /** @param {number} offset of the first that is shown @param {number} total */
  draw(offset, total) {
    this.offset = offset;
    show(this.element, total > this.size);
    setText(this.words, `${count(offset + 1)}–${count(Math.min(total, offset + this.size))} of ${count(total)}`);
    this.back.disabled = offset === 0;
    this.on.disabled = offset + this.size >= total;
  }
}
