/** Snapshots: take one, see what they hold and which runs trained on them, compare, export, restore, delete. */
import { getJson, sendJson } from "../shell/api.js";
import { h, show } from "../shell/dom.js";
import { clock } from "../shell/format.js";
import { place } from "../shell/place.js";
import { Comparison } from "./comparison.js";
import { Part } from "./part.js";
import { deleting, exporting, renaming, restoring } from "./snapshot_panels.js";
import { heldLines, shortHash } from "./snapshot_words.js";
import { Turner } from "./turner.js";

/** @typedef {import("./snapshot_words.js").Summary} Summary */

/** Snapshots on a page. */
const ROWS = 10;
/** Runs named beside a snapshot. */
const RUNS = 6;

export class Snapshots extends Part {
  constructor() {
    super("snapshots");
    this.offset = 0;
    /** The snapshot of the address that the list was turned to already. */
    this.followed = null;
    /** What the list shows, so that a look that changed nothing draws nothing. */
    this.drawn = "";
    this.name = h("input.ps-input", { type: "text", maxLength: 100, placeholder: "Name", testid: "snapshot-name", "aria-label": "Name of the snapshot" });
    const take = h("button.ps-button.primary", { testid: "snapshot-take", onclick: () => this.take() }, "Take a snapshot now");
    this.none = h("p.ps-muted", { testid: "snapshots-none" }, "No snapshots yet. Every run takes one of what it trains on; or take one here.");
    this.list = h("ul.pd-snapshots", { testid: "snapshot-list" });
    this.turner = new Turner("snapshots", ROWS, (offset) => this.turn(offset));
    this.comparison = new Comparison((work) => this.attempt(work));
    const form = h("form.pd-form", { onsubmit: (event) => (event.preventDefault(), this.take()) }, this.name, take);
    const parts = [form, this.said, this.none, this.list, this.turner.element, this.comparison.element];
    this.element.append(h("p.ps-muted", {}, WORDS), ...parts);
    this.none.hidden = true;
  }

  /** Said where it can be read: the list may be long. */
  say(sentence, tone) {
    super.say(sentence, tone);
    if (sentence) this.said.scrollIntoView({ block: "nearest" });
  }

  async load() {
    const wanted = place.read().snapshot;
    const query = new URLSearchParams({ offset: this.offset, limit: ROWS });
    if (wanted !== null && wanted !== this.followed) query.set("holding", wanted);
    const found = await this.read(() => getJson(`/api/snapshots?${query}`));
    if (!found) return;
    this.draw(found, wanted);
    if (wanted !== this.followed) this.follow(found, wanted);
    this.element.dataset.ready = "yes";
    await this.comparison.refresh();
  }

  /** @param {{snapshots: Summary[], offset: number, total: number, named: {id: number, name: string, names_only: boolean}[]}} found */
  draw({ snapshots, offset, total, named }, wanted) {
    this.offset = offset;
    const state = JSON.stringify([snapshots, wanted, named]);
    if (state === this.drawn) return; // what somebody has open below a row stays open
    this.drawn = state;
    show(this.none, total === 0);
    show(this.list, total > 0);
    this.list.replaceChildren(...snapshots.map((one) => this.row(one, one.id === wanted)));
    this.turner.draw(offset, total);
    this.comparison.offer(named.filter(({ names_only }) => !names_only));
  }

  /** Shows the snapshot of the address, once: whoever turns the pages afterwards is not taken back. */
  follow({ named }, wanted) {
    this.followed = wanted;
    if (wanted === null) return;
    this.list.querySelector(".selected")?.scrollIntoView({ block: "nearest" });
    if (!named.some(({ id }) => id === wanted)) this.say(`There is no snapshot ${wanted} (any more).`, "warn");
  }

  /** @param {Summary} one @param {boolean} selected */
  row(one, selected) {
    const panel = h("div.pd-panel", { testid: "snapshot-panel" });
    panel.hidden = true;
    const close = () => {
      panel.replaceChildren();
      show(panel, false);
    };
    const done = async (sentence) => {
      close();
      this.say(sentence, "good");
      await this.load();
    };
    const tools = { close, done, attempt: (work) => this.attempt(work) };
    const open = (make) => {
      this.say("");
      panel.replaceChildren(...make(one, tools));
      show(panel, true);
    };
    const press = (name, label, onclick, kind = "") => h(`button.ps-button.small${kind}`, { testid: `snapshot-${name}`, onclick }, label);
    const ofMasks = [
      press("compare", "Compare with now", () => this.comparison.withNow(one.id)),
      press("export", "Export", () => open(exporting)),
      press("restore", "Restore…", () => open(restoring)),
    ];
    const buttons = [
      ...(one.names_only ? [] : ofMasks),
      press("rename", "Rename", () => open(renaming)),
      press("delete", "Delete", () => open(deleting), ".danger"),
    ];
    const when = h("span.ps-muted", { title: one.sha256 }, `${clock(one.created_at, new Date())} · ${shortHash(one.sha256)}`);
    const counts = h("div.pd-counts", { testid: "snapshot-counts" }, ...heldLines(one).map((line) => h("span", {}, line)));
    return h(
      selected ? "li.pd-snapshot.selected" : "li.pd-snapshot",
      { testid: `snapshot-${one.id}` },
      h("div.pd-title", {}, h("b", {}, one.name), when),
      counts,
      h("div.pd-nav", { "aria-label": "Runs that trained on it" }, ...runChips(one.runs)),
      h("div.pd-actions", {}, ...buttons),
      panel,
    );
  }

  async take() {
    const taken = await this.attempt(() => sendJson("POST", "/api/snapshots", { name: this.name.value }));
    if (!taken) return;
    this.name.value = "";
    this.offset = 0;
    this.say(`What is labelled now is frozen as “${taken.name}”.`, "good");
    await this.load();
  }

  async turn(offset) {
    this.offset = offset;
    await this.load();
  }
}

function runChips(runs) {
  const chips = runs.slice(0, RUNS).map(({ id, name }) =>
    h("button.ps-chip", { title: `Run ${id}: open its curves`, onclick: () => place.go({ tab: "runs", run: id }) }, name),
  );
  if (runs.length > RUNS) chips.push(h("span.ps-muted", {}, `and ${runs.length - RUNS} more`));
  return chips;
}

const WORDS =
  "A snapshot is the list of labelled photographs with their masks and splits, as they stood; what it holds never changes. " +
  "Every run trains on one. Taking one gives photographs that have no split yet theirs. " +
  "Restoring one makes it the working set again, by new revisions: no mask is lost.";
