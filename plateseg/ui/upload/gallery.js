/** The photographs of the dataset, 48 a page. */
import { getJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { place } from "../shell/place.js";
import { makeCard } from "./card.js";
import { Filters } from "./filters.js";
import { Pager } from "./pager.js";
import { PAGE_SIZE, pageOf, toggled } from "./pages.js";
import { SelectionBar } from "./selection.js";

/** Milliseconds until a server that did not answer is asked again. */
const AGAIN = 3_000;

export class Gallery {
  constructor() {
    this.page = 0;
    this.selected = new Set();
    this.anchor = null;
    this.shown = "";
    /** @type {Map<number, ReturnType<typeof makeCard>>} */
    this.cards = new Map();
    this.filters = new Filters(() => this.turn(0));
    this.pagers = [new Pager((page) => this.turn(page)), new Pager((page) => this.turn(page, true))];
    this.bar = new SelectionBar({
      selectPage: () => this.select(new Set([...this.selected, ...this.cards.keys()])),
      clear: () => this.select(new Set()),
      onDone: () => this.load(),
    });
    this.grid = h("ul.up-grid", { testid: "gallery" });
    this.trouble = h("p.ps-notice.warn", { testid: "gallery-trouble", role: "status" });
    this.trouble.hidden = true;
    this.makeEmpty();
    const [above, below] = this.pagers.map((pager) => pager.element);
    const head = h("div.up-gallery-head", {}, h("h3", {}, "Photographs"), this.filters.search, above);
    this.element = h("section.up-gallery", {}, head, this.filters.element, this.trouble, this.bar.element, this.grid, this.empty, below);
  }

  makeEmpty() {
    this.emptyText = h("p");
    this.clearFilters = h("button.ps-button", { testid: "clear-filters", onclick: () => this.filters.clear() }, "Show all");
    this.empty = h("div.ps-empty", { testid: "gallery-empty" }, this.emptyText, this.clearFilters);
    this.empty.hidden = true;
  }

  /** @param {number} page @param {boolean} [upwards] whether to go back to the gallery's top */
  async turn(page, upwards = false) {
    this.page = page;
    await this.load();
    if (upwards) this.element.scrollIntoView({ block: "start" });
  }

  /** Reads the present page again; an older question still under way is dropped. */
  async load() {
    this.abort?.abort();
    clearTimeout(this.timer);
    const control = new AbortController();
    this.abort = control;
    try {
      const answer = await getJson(this.address(), { signal: control.signal });
      show(this.trouble, false);
      const there = pageOf(answer.total, this.page);
      if (there.page !== this.page) return await this.turn(there.page);
      this.draw(answer, there);
    } catch (error) {
      if (control.signal.aborted) return;
      setText(this.trouble, error.status === 0 ? "Server is not answering; retrying…" : error.message);
      show(this.trouble, true);
      if (error.status === 0) this.timer = setTimeout(() => this.load(), AGAIN);
    }
  }

  address() {
    const { status, split, q } = this.filters.value;
    return `/api/items?${new URLSearchParams({ status, split, q, offset: this.page * PAGE_SIZE, limit: PAGE_SIZE })}`;
  }

  draw(answer, there) {
    this.filters.draw(answer.counts, answer.split_counts);
    for (const pager of this.pagers) pager.draw(there, answer.total);
    this.drawCards(answer.items);
    this.drawEmpty(answer);
    this.element.dataset.total = String(answer.total);
  }

  /** Pictures that are there already are not built anew, so coming back to the tab does not flicker. */
  drawCards(items) {
    const shown = JSON.stringify(items);
    if (shown === this.shown) return;
    this.shown = shown;
    const handlers = { onOpen: (id) => place.go({ tab: "annotate", item: id }), onMark: (id, shift) => this.mark(id, shift) };
    this.cards = new Map(items.map((item) => [item.id, makeCard(item, handlers)]));
    this.grid.replaceChildren(...[...this.cards.values()].map((card) => card.element));
    this.select(this.selected);
  }

  drawEmpty({ total, counts }) {
    const filtered = this.filters.active;
    const words = "No photographs yet. Drop images, a folder or a ZIP above, or try it on drawn plates.";
    setText(this.emptyText, filtered ? "No photograph matches these filters." : words);
    show(this.clearFilters, filtered);
    show(this.empty, total === 0);
    for (const element of [this.filters.element, this.filters.search]) show(element, filtered || counts.all > 0);
  }

  mark(id, shift) {
    const next = toggled(this.selected, [...this.cards.keys()], id, { shift, anchor: this.anchor });
    this.anchor = id;
    this.select(next);
  }

  select(ids) {
    this.selected = ids;
    for (const [id, card] of this.cards) card.mark(ids.has(id));
    this.grid.classList.toggle("selecting", ids.size > 0);
    this.bar.draw(ids);
  }
}
