/** Status and split as chips with counts, and a search by name. */
import { h, setText, show } from "../shell/dom.js";
import { count } from "../shell/format.js";
import { STATUS_FILTERS } from "../shell/statuses.js";

const SPLITS = [
  ["", "Any split"],
  ["train", "Train"],
  ["val", "Validation"],
  ["test", "Test"],
  ["unassigned", "Unassigned"],
];
/** Typing pauses this long, in milliseconds, before the server is asked. */
const TYPING = 220;

/** @typedef {{status: string, split: string, q: string}} Filter */

export class Filters {
  /** @param {(filter: Filter) => void} onChange */
  constructor(onChange) {
    /** @type {Filter} */
    this.value = { status: "", split: "", q: "" };
    this.onChange = onChange;
    this.statuses = STATUS_FILTERS.map(([name, label]) => this.chip("status", name, label, name !== ""));
    this.splits = SPLITS.map(([name, label]) => this.chip("split", name, label, false));
    this.search = h("input.ps-input.up-search", { type: "search", placeholder: "Search names", testid: "gallery-search" });
    this.search.setAttribute("aria-label", "Search by name");
    this.search.addEventListener("input", () => this.typed());
    const group = (label, chips) => h("div.up-chips", { role: "group", "aria-label": label }, ...chips.map((chip) => chip.element));
    const groups = [group("Status", this.statuses), group("Split", this.splits)];
    this.element = h("div.up-filters", {}, ...groups);
    this.mark();
  }

  /** @param {Record<string, number>} statusCounts @param {Record<string, number>|undefined} splitCounts */
  draw(statusCounts, splitCounts) {
    for (const chip of this.statuses) chip.tell(statusCounts[chip.name || "all"]);
    for (const chip of this.splits) chip.tell(splitCounts?.[chip.name || "all"]);
  }

  get active() {
    return this.value.status !== "" || this.value.split !== "" || this.value.q !== "";
  }

  clear() {
    this.search.value = "";
    this.change({ status: "", split: "", q: "" });
  }

  change(part) {
    this.value = { ...this.value, ...part };
    this.mark();
    this.onChange(this.value);
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.change({ q: this.search.value.trim() }), TYPING);
  }

  mark() {
    for (const chip of this.statuses) chip.element.setAttribute("aria-pressed", String(chip.name === this.value.status));
    for (const chip of this.splits) chip.element.setAttribute("aria-pressed", String(chip.name === this.value.split));
  }

  chip(kind, name, label, dotted) {
    const number = h("span.count");
    const dot = dotted ? h(`span.ps-dot.${name}`) : null;
    const onclick = () => this.change({ [kind]: name });
    const element = h("button.ps-chip", { testid: `${kind}-${name || "all"}`, onclick }, dot, label, number);
    const tell = (value) => {
      setText(number, value === undefined ? "" : count(value));
      show(number, value !== undefined);
    };
    return { name, element, tell };
  }
}
