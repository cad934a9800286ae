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
    /** Whether a click on a photograph selects it instead of opening it. */
    this.choosing = false;
    this.anchor = null;
    this.shown = "";
    /** @type {Map<number, ReturnType<typeof makeCard>>} */
    this.cards = new Map();
    this.filters = new Filters(() => this.turn(0));
    this.pagers = [new Pager((page) => this.turn(page)), new Pager((page) => this.turn(page, true))];
    this.bar = new SelectionBar({
      query: () => new URLSearchParams(this.filters.value),
      selectPage: () => this.select(new Set([...this.selected, ...this.cards.keys()])),
      select: (ids) => (ids ? this.select(ids) : this.choose(false)),
      onDone: () => this.load(),
    });
    const toggle = () => this.choose(!this.choosing);
    this.chooser = h("button.ps-button.small", { testid: "gallery-choose", onclick: toggle }, "Select");
    this.chooser.title = "Select photographs, to exclude or delete them";
    this.grid = h("ul.up-grid", { testid: "gallery" });
    this.trouble = h("p.ps-notice.warn", { testid: "gallery-trouble", role: "status" });
    this.trouble.hidden = true;
    this.makeEmpty();
    const [above, below] = this.pagers.map((pager) => pager.element);
    const head = h("div.up-gallery-head", {}, h("h3", {}, "Photographs"), this.filters.search, this.chooser, above);
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
    return `/api/items?${new URLSearchParams({ ...this.filters.value, offset: this.page * PAGE_SIZE, limit: PAGE_SIZE })}`;
  }

  draw(answer, there) {
    this.filters.draw(answer.counts, answer.split_counts);
    for (const pager of this.pagers) pager.draw(there, answer.total);
    this.drawCards(answer.items);
    this.drawEmpty(answer);
    this.bar.offer({ total: answer.total, filtered: this.filters.active, pages: there.pages });
    this.element.dataset.total = String(answer.total);
  }

  /** Pictures that are there already are not built anew, so coming back to the tab does not flicker. */
  drawCards(items) {
    const shown = JSON.stringify(items);
    if (shown === this.shown) return;
    this.shown = shown;
    const onOpen = (id) => (this.choosing ? this.mark(id, false) : place.go({ tab: "annotate", item: id }));
    const handlers = { onOpen, onMark: (id, shift) => this.mark(id, shift) };
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
    for (const element of [this.filters.element, this.filters.search, this.chooser]) show(element, filtered || counts.all > 0);
  }

  mark(id, shift) {
    const next = toggled(this.selected, [...this.cards.keys()], id, { shift, anchor: this.anchor });
    this.anchor = id;
    this.select(next);
  }

  /** @param {boolean} on whether photographs are being selected; leaving it lets go of those that are */
  choose(on) {
    this.choosing = on;
    this.select(on ? this.selected : new Set());
    // What had the focus in the bar is hidden now.
    if (!on) this.chooser.focus({ preventScroll: true });
  }

  select(ids) {
    this.selected = ids;
    this.choosing ||= ids.size > 0;
    for (const [id, card] of this.cards) card.mark(ids.has(id), this.choosing);
    this.grid.classList.toggle("selecting", this.choosing);
    setText(this.chooser, this.choosing ? "Done" : "Select");
    this.chooser.setAttribute("aria-pressed", String(this.choosing));
    this.bar.draw({ ids, choosing: this.choosing });
  }
}
