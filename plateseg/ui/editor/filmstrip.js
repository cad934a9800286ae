/** The strip of photographs on the left: only the rows in sight exist, and only their pages are fetched. */
import { h, setText } from "../shell/dom.js";
import { count } from "../shell/format.js";

const ROW = 62;
const PAGE = 48;
/** Rows built above and below the visible ones. */
const SPARE = 4;

export const STATUS_NAMES = {
  unlabelled: "Unlabelled",
  proposed: "Proposed",
  labelled: "Labelled",
  no_plate: "No plate",
  excluded: "Excluded",
};
const SPLIT_NAMES = { unassigned: "No split yet", train: "Train", val: "Validation", test: "Test" };

export class Filmstrip {
  /**
   * @param {{client: import("./client.js").Client, preferences: import("./preferences.js").Preferences,
   *   drafts: import("./drafts.js").Drafts, onOpen: (id: number) => void, onFilter: () => void,
   *   onCounted: () => void}} parts onCounted: `standing` reads another way
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.total = 0;
    this.counts = {};
    /** @type {Map<number, object[]>} page number -> items */
    this.pages = new Map();
    this.asked = new Map();
    this.generation = 0;
    this.current = null;
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

  /** @returns {string} "3 of 8", "8 shown" while the open photograph is not among them, empty before anything is counted */
  get standing() {
    return this.summary.textContent;
  }

  /** Drafts came or went. */
  marksChanged() {
    this.#soon();
  }

  /** @param {{id: number, position: number|null}} item position from 1 within the filter, null when outside of it */
  setCurrent({ id, position }) {
    this.current = id;
    this.position = position;
    if (position) this.#reveal(position - 1);
    this.#render();
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
    const options = [h("option", { value: "" }, label("All", this.counts.all))];
    for (const [value, name] of Object.entries(STATUS_NAMES)) {
      options.push(h("option", { value }, label(name, this.counts[value])));
    }
    this.status.replaceChildren(...options);
    this.status.value = chosen;
  }

  #filterBy(name, value) {
    this.preferences.set(name, value);
    this.pages.clear();
    this.position = null;
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
    if (height && !this.height && this.position) this.#reveal(this.position - 1);
    this.height = height;
    this.#render();
  }

  /** Brings a row into sight, if it is not. */
  #reveal(index) {
    const top = index * ROW;
    const { scrollTop, clientHeight } = this.list;
    if (!clientHeight || (top >= scrollTop && top + ROW <= scrollTop + clientHeight)) return;
    this.track.style.height = `${Math.max(this.total, index + 1) * ROW}px`;
    this.list.scrollTop = Math.max(0, top - (clientHeight - ROW) / 2);
  }

  #render() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { scrollTop, clientHeight } = this.list;
    if (!clientHeight) return;
    this.track.style.height = `${this.total * ROW}px`;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - SPARE);
    const last = Math.min(Math.max(this.total, 1), Math.ceil((scrollTop + clientHeight) / ROW) + SPARE);
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
      const filter = { status: this.preferences.get("status"), split: this.preferences.get("split") };
      const answer = await this.client.items({ ...filter, offset: page * PAGE, limit: PAGE });
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
    if (JSON.stringify(counts) !== JSON.stringify(this.counts)) {
      this.counts = counts;
      this.#fillStatus();
    }
    this.#summarise();
  }

  #summarise() {
    const of = count(this.total);
    setText(this.summary, this.position ? `${count(this.position)} of ${of}` : `${of} shown`);
    this.onCounted();
  }

  #row(item, index) {
    const row = this.rows.get(item.id) ?? this.#newRow(item);
    row.style.transform = `translateY(${index * ROW}px)`;
    row.classList.toggle("current", item.id === this.current);
    row.setAttribute("aria-current", String(item.id === this.current));
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
