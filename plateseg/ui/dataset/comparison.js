/** Two snapshots, or one and now: how many photographs differ, and which. */
import { getJson } from "../shell/api.js";
import { h, replaceNamed, setText, show } from "../shell/dom.js";
import { count } from "../shell/format.js";
import { card, openButton } from "./cards.js";
import { KINDS, lineWords, wentElsewhere } from "./snapshot_words.js";
import { Turner } from "./turner.js";

/** Pictures on a page. */
const PICTURES = 24;
const NOW = "now";

export class Comparison {
  /** @param {<T>(work: () => Promise<T>) => Promise<T|null>} attempt */
  constructor(attempt) {
    this.attempt = attempt;
    this.kind = "";
    /** What is compared below: both states as the addresses name them; null before anything was. */
    this.pair = null;
    /** What is shown of it, so that a look that changed nothing draws nothing. */
    this.drawn = "";
    /** Counts the questions: the answer to an older one is dropped. */
    this.asked = 0;
    this.before = h("select.ps-input", { testid: "compare-before", "aria-label": "Earlier state" });
    this.after = h("select.ps-input", { testid: "compare-after", "aria-label": "Later state" });
    this.go = h("button.ps-button", { testid: "compare-go", onclick: () => this.ask() }, "Compare");
    this.kinds = h("div.pd-nav", { role: "group", "aria-label": "Kinds of differences" });
    this.words = h("p", { testid: "compare-words" });
    this.legend = h("p.ps-muted", {}, "Outline: the earlier mask. Filled: the later one.");
    this.cards = h("div.pd-cards.wide", { testid: "differences" });
    this.turner = new Turner("differences", PICTURES, (offset) => this.read(offset));
    const choice = h("div.pd-head", {}, h("h3", {}, "Compare"), this.before, "with", this.after, this.go);
    this.element = h("section.pd-group", { testid: "comparison" }, choice, this.words, this.kinds, this.legend, this.cards, this.turner.element);
    this.close();
  }

  /** @param {{id: number, name: string}[]} named every snapshot, newest first; what is chosen stays chosen */
  offer(named) {
    const chosen = [this.before.value, this.after.value];
    const options = () => named.map(({ id, name }) => h("option", { value: String(id) }, name));
    this.before.replaceChildren(...options());
    this.after.replaceChildren(h("option", { value: NOW }, "now"), ...options());
    [this.before, this.after].forEach((select, at) => {
      if ([...select.options].some(({ value }) => value === chosen[at])) select.value = chosen[at];
    });
    show(this.element, named.length > 0);
    const there = [NOW, ...named.map(({ id }) => String(id))];
    if (this.pair && !this.pair.every((state) => there.includes(state))) this.close();
  }

  /** Reads what is compared again: since it was drawn, masks may have come back, or somebody has drawn. */
  async refresh() {
    if (!this.pair) return;
    const found = await this.read(this.turner.offset, { quiet: true });
    if (found && wentElsewhere(found)) await this.ask(this.pair);
  }

  /** Nothing is compared any more, as when one of both states was deleted. */
  close() {
    [this.pair, this.drawn] = [null, ""];
    this.asked += 1;
    setText(this.words, "");
    this.cards.replaceChildren();
    for (const part of [this.kinds, this.legend, this.turner.element]) part.hidden = true;
  }

  /** Compares a snapshot with now. @param {number} id */
  withNow(id) {
    this.before.value = String(id);
    this.after.value = NOW;
    this.element.scrollIntoView({ block: "nearest" });
    return this.ask();
  }

  ask(pair = [this.before.value, this.after.value]) {
    this.pair = pair;
    this.kind = "";
    return this.read(0);
  }

  choose(kind) {
    this.kind = kind;
    return this.read(0);
  }

  /** @param {number} offset @param {{quiet?: boolean}} [how] quiet: nobody asked, so nothing moves until the answer */
  async read(offset, { quiet = false } = {}) {
    this.asked += 1;
    const asked = this.asked;
    const [before, after] = this.pair;
    const query = new URLSearchParams({ before, after, kind: this.kind, offset, limit: PICTURES });
    if (!quiet) {
      setText(this.words, "Comparing…");
      show(this.words, true);
    }
    const found = await this.attempt(() => getJson(`/api/snapshots/diff?${query}`));
    if (asked !== this.asked) return null;
    const state = JSON.stringify(found);
    if (found && !(quiet && state === this.drawn)) this.draw(found);
    if (found) this.drawn = state;
    else setText(this.words, "");
    return found;
  }

  draw({ counts, kind, offset, lines }) {
    this.kind = kind;
    const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
    setText(this.words, total ? "" : "Both are the same: photographs, masks and splits.");
    show(this.words, total === 0);
    show(this.kinds, total > 0);
    replaceNamed(this.kinds, KINDS.map(([name, label]) => this.chip(name, label, counts[name])));
    show(this.legend, lines.some((line) => line.picture));
    this.cards.replaceChildren(...lines.map(difference));
    this.turner.draw(offset, counts[kind]);
  }

  chip(name, label, number) {
    const pressed = String(name === this.kind);
    const onclick = () => this.choose(name);
    return h("button.ps-chip", { "aria-pressed": pressed, testid: `differ-${name}`, onclick }, label, h("span.count", {}, count(number)));
  }
}

/** @param {import("./snapshot_words.js").Line} line @returns {HTMLElement} */
function difference(line) {
  const words = lineWords(line);
  if (line.id !== null) return card({ ...line, thumb: line.picture || line.thumb }, { words, actions: [openButton(line)] });
  const gone = h("div.pd-picture.gone", {}, "not here any more");
  return h("article.pd-card", { testid: "card" }, gone, h("p.pd-name", { title: line.name }, line.name), h("p.pd-words", {}, words));
}
