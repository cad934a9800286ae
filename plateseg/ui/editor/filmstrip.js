/** The strip of photographs on the left: only the rows in sight exist, and only their pages are fetched. */
import { h, setText } from "../shell/dom.js";
import { count } from "../shell/format.js";
import { passes, STATUS_FILTERS, STATUS_NAMES } from "../shell/statuses.js";

const ROW = 62;
const PAGE = 48;
/** Rows built above and below the visible ones. */
const SPARE = 4;
const KEPT_WORDS = "Photographs you were at keep their place until you choose another filter or load the page anew.";

const SPLIT_NAMES = { unassigned: "No split yet", train: "Train", val: "Validation", test: "Test" };

export class Filmstrip {
  /**
   * @param {{client: import("./client.js").Client, preferences: import("./preferences.js").Preferences,
   *   walk: import("./walk.js").Walk, drafts: import("./drafts.js").Drafts, onOpen: (id: number) => void,
   *   onFilter: () => void, onCounted: () => void}} parts onCounted: `standing` reads another way
   */
  constructor(parts) {
    Object.assign(this, parts);
    /** Photographs in the list, and those of them that its filter does not hold. */
    this.total = 0;
    this.outside = 0;
    this.counts = {};
    /** @type {Map<number, object[]>} page number -> items */
    this.pages = new Map();
    this.asked = new Map();
    this.generation = 0;
    /** The open photograph, as the server told of it last: {id, position from 0, total, ...}. */
    this.current = null;
    this.outdated = null;
    /** "3 of 8"; "8 shown" before it is known where the open one stands; empty before anything is counted. */
    this.standing = "";
    /** Whether the open one is still to be brought into sight. */
    this.sought = false;
    this.rows = new Map();
    this.#build();
    this.observer = new ResizeObserver(() => this.#resized());
    this.observer.observe(this.list);
  }

  destroy() {
    this.observer.disconnect();
  }

  /** Fetches again what is in sight: statuses and counts changed. */
  refresh() {
    this.generation++;
    this.asked.clear();
    this.#render();
    if (!this.asked.size) this.#fetch(0);
  }

  /** Drafts came or went. */
  marksChanged() {
    this.#soon();
  }

  /** @param {{id: number, position: number, total: number}} item position from 0 in the list, the list's length */
  setCurrent(item) {
    if (item === this.current || item === this.outdated) return;
    const before = this.current;
    this.current = item;
    if (before?.id !== item.id || before.position !== item.position) this.sought = true;
    // One that the filter does not hold came into the list by being opened, or the list is out of date.
    if (this.total && item.total !== this.total) this.refresh();
    else this.#render();
    this.#summarise();
  }

  #build() {
    this.status = h("select.pe-select", { testid: "filter-status", "aria-label": "Show photographs by status" });
    this.split = h("select.pe-select", { testid: "filter-split", "aria-label": "Show photographs by split" });
    this.split.append(h("option", { value: "" }, "All splits"));
    for (const [value, name] of Object.entries(SPLIT_NAMES)) this.split.append(h("option", { value }, name));
    this.split.value = this.preferences.get("split");
    this.#fillStatus();
    for (const [select, name] of [
      [this.status, "status"],
      [this.split, "split"],
    ]) {
      select.addEventListener("change", () => this.#filterBy(name, select.value));
    }
    this.summary = h("p.pe-summary", { testid: "counts", "aria-live": "polite" });
    this.track = h("div.pe-track");
    this.list = h("div.pe-list", { testid: "filmstrip", tabindex: "-1" }, this.track);
    this.list.addEventListener("scroll", () => this.#soon(), { passive: true });
    const head = h("div.pe-strip-head", {}, this.status, this.split, this.summary);
    this.element = h("nav.pe-strip", { "aria-label": "Photographs" }, head, this.list);
  }

  #fillStatus() {
    const chosen = this.preferences.get("status");
    const label = (name, number) => (number === undefined ? name : `${name} · ${count(number)}`);
    const option = ([value, name]) => h("option", { value }, label(name, this.counts[value || "all"]));
    this.status.replaceChildren(...STATUS_FILTERS.map(option));
    this.status.value = chosen;
  }

  #filterBy(name, value) {
    this.preferences.set(name, value);
    this.walk.startAnew();
    this.pages.clear();
    this.total = 0;
    // Where it stood in the other list is of no use: the server is asked.
    this.outdated = this.current ?? this.outdated;
    this.current = null;
    this.list.scrollTop = 0;
    this.refresh();
    this.onFilter();
  }

  #soon() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.#render());
  }

  /** A list that was hidden comes up where the open photograph is. */
  #resized() {
    const height = this.list.clientHeight;
    if (height && !this.height) this.sought = true;
    this.height = height;
    this.#render();
  }

  /** Brings the open one's row into sight, if it is not. */
  #reveal() {
    this.sought = false;
    const top = this.current.position * ROW;
    const { scrollTop, clientHeight } = this.list;
    if (top >= scrollTop && top + ROW <= scrollTop + clientHeight) return;
    this.list.scrollTop = Math.max(0, top - (clientHeight - ROW) / 2);
  }

  #render() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { clientHeight } = this.list;
    if (!clientHeight) return;
    // Before the list's own answer the open photograph tells how long it is: a row far down can be scrolled to.
    const total = Math.max(this.total, this.current?.total ?? 0);
    this.track.style.height = `${total * ROW}px`;
    if (this.sought && this.current) this.#reveal();
    const { scrollTop } = this.list;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - SPARE);
    const last = Math.min(Math.max(total, 1), Math.ceil((scrollTop + clientHeight) / ROW) + SPARE);
    for (let page = Math.floor(first / PAGE); page <= Math.floor((last - 1) / PAGE); page++) this.#fetch(page);
    const wanted = new Map();
    for (let index = first; index < last; index++) {
      const item = this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
      if (item) wanted.set(item.id, this.#row(item, index));
    }
    for (const [id, row] of this.rows) if (!wanted.has(id)) row.remove();
    this.rows = wanted;
  }

  async #fetch(page) {
    if (this.asked.has(page)) return;
    const { generation } = this;
    this.asked.set(page, true);
    try {
      const answer = await this.client.items({ ...this.walk.filter, offset: page * PAGE, limit: PAGE });
      if (generation !== this.generation) return;
      this.pages.set(page, answer.items);
      this.#counted(answer);
      this.#render();
    } catch (error) {
      console.info("plateseg: the list of photographs could not be fetched", error);
      if (generation === this.generation) setTimeout(() => this.asked.delete(page), 2000);
    }
  }

  #counted({ total, counts }) {
    this.total = total;
    this.outside = total - counts[this.preferences.get("status") || "all"];
    if (JSON.stringify(counts) !== JSON.stringify(this.counts)) {
      this.counts = counts;
      this.#fillStatus();
    }
    this.#summarise();
  }

  #summarise() {
    const { current, outside } = this;
    this.standing = current ? `${count(current.position + 1)} of ${count(current.total)}` : `${count(this.total)} shown`;
    setText(this.summary, outside > 0 ? `${this.standing} · ${count(outside)} outside the filter` : this.standing);
    this.summary.title = outside > 0 ? KEPT_WORDS : "";
    this.onCounted();
  }

  #row(item, index) {
    const row = this.rows.get(item.id) ?? this.#newRow(item);
    row.style.transform = `translateY(${index * ROW}px)`;
    const current = item.id === this.current?.id;
    row.classList.toggle("current", current);
    row.classList.toggle("outside", !passes(item, this.walk.filter));
    row.setAttribute("aria-current", String(current));
    if (row.dataset.status !== item.status) {
      row.dataset.status = item.status;
      row.querySelector(".ps-dot").className = `ps-dot ${item.status}`;
      row.title = `${item.name}: ${STATUS_NAMES[item.status] ?? item.status}`;
    }
    row.querySelector(".pe-mark").hidden = !this.drafts.has(item.id);
    if (!row.isConnected) this.track.append(row);
    return row;
  }

  #newRow(item) {
    const thumb = h("img", { src: item.thumb, alt: "", loading: "lazy", decoding: "async" });
    thumb.draggable = false;
    const name = h("span.pe-row-name", {}, item.name);
    const mark = h("span.pe-mark", { title: "Unsaved strokes in this browser", hidden: true }, "unsaved");
    const text = h("span.pe-row-text", {}, name, h("span.pe-row-foot", {}, h("i.ps-dot"), mark));
    const open = () => this.onOpen(item.id);
    return h("button.pe-row", { testid: `item-${item.id}`, onclick: open }, thumb, text);
  }
}
