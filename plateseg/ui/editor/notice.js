/** One sentence over the foot of the canvas, with a choice where there is one. */
import { h, setText } from "../shell/dom.js";
import { icon } from "./icons.js";

/** How long a notice without a choice stays, in milliseconds. */
const SHOWN = 6000;

export class Notice {
  /** @param {{onGone: () => void}} hooks called when it is put away */
  constructor({ onGone }) {
    this.onGone = onGone;
    this.text = h("p", { testid: "notice-text" });
    this.action = h("button.ps-button.small", { testid: "notice-action", onclick: () => this.#act() });
    const close = h(
      "button.pe-icon-button",
      {
        title: "Put away",
        "aria-label": "Put this message away",
        testid: "notice-close",
        onclick: onGone,
      },
      icon("close"),
    );
    this.element = h(
      "div.pe-notice",
      { testid: "notice", role: "status", "aria-live": "polite", hidden: true },
      this.text,
      this.action,
      close,
    );
    this.shown = null;
    this.timer = 0;
  }

  /** @param {{text: string, tone: string, action: {label: string, run: () => void}|null}|null} notice */
  update(notice) {
    if (notice === this.shown) return;
    this.shown = notice;
    clearTimeout(this.timer);
    this.element.hidden = !notice;
    if (!notice) return;
    this.element.dataset.tone = notice.tone;
    setText(this.text, notice.text);
    this.action.hidden = !notice.action;
    setText(this.action, notice.action?.label ?? "");
    if (!notice.action) this.timer = setTimeout(this.onGone, SHOWN);
  }

  #act() {
    const { action } = this.shown;
    this.onGone();
    action.run();
  }
}
