/** Page buttons under and over the gallery. */
import { h, replaceNamed, setText, show } from "../shell/dom.js";
import { count } from "../shell/format.js";
import { pageButtons } from "./pages.js";

export class Pager {
  /** @param {(page: number) => void} onPage */
  constructor(onPage) {
    this.onPage = onPage;
    this.range = h("span.ps-muted", { testid: "gallery-range" });
    this.buttons = h("span.up-pages");
    this.element = h("nav.up-pager", { "aria-label": "Pages" }, this.range, this.buttons);
  }

  /** @param {ReturnType<typeof import("./pages.js").pageOf>} place @param {number} total */
  draw(place, total) {
    setText(this.range, total === 0 ? "" : `${count(place.first)}–${count(place.last)} of ${count(total)}`);
    show(this.buttons, place.pages > 1);
    replaceNamed(this.buttons, [
      this.step("‹ Previous", place.page - 1, place.page === 0, "page-previous"),
      ...pageButtons(place.page, place.pages).map((page) => this.number(page, place.page)),
      this.step("Next ›", place.page + 1, place.page === place.pages - 1, "page-next"),
    ]);
  }

  number(page, present) {
    if (page === null) return h("span.ps-muted", {}, "…");
    const button = h("button.ps-chip", { testid: `page-${page + 1}`, onclick: () => this.onPage(page) }, count(page + 1));
    button.setAttribute("aria-pressed", String(page === present));
    return button;
  }

  step(label, page, disabled, testid) {
    return h("button.ps-button.small", { testid, disabled, onclick: () => this.onPage(page) }, label);
  }
}
