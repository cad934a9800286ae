/** The revisions of a photograph, newest first, each to look at or to restore. */
import { h } from "../shell/dom.js";
import { clock, count } from "../shell/format.js";
import { icon } from "./icons.js";

const SOURCES = { manual: "Drawn", model: "Model", imported: "Imported", synthetic: "Synthetic" };

export class RevisionList {
  /** @param {{onPeek: (number: number) => void, onRestore: (number: number) => void}} hooks */
  constructor(hooks) {
    this.hooks = hooks;
    this.list = h("ol.pe-revisions", { testid: "revisions" });
    this.empty = h("p.pe-says", {}, "None yet. Saving makes the first.");
    this.element = h("section.pe-section.pe-revision-section", {}, h("h4", {}, "Revisions"), this.empty, this.list);
    this.drawn = "";
  }

  /** @param {object[]} revisions RevisionView of the contract @param {string} peeked title of the one shown, if any */
  update(revisions, peeked, ready) {
    const state = JSON.stringify([revisions, peeked, ready]);
    if (state === this.drawn) return;
    this.drawn = state;
    this.empty.hidden = revisions.length > 0;
    this.list.replaceChildren(...revisions.map((revision) => this.#row(revision, peeked, ready)));
  }

  #row(revision, peeked, ready) {
    const { number, source, current, created_at: at, seeded_from: seed, plate_pixels: pixels, score } = revision;
    const shown = peeked === `revision ${number}`;
    const from = seed ? `, from ${seed}` : "";
    const rating = score === null || score === undefined ? "" : ` · ${score.toFixed(2)}`;
    const time = clock(at, new Date());
    const title = `${SOURCES[source] ?? source}${from}, ${time}, ${count(pixels)} plate pixels`;
    const look = h(
      "button.pe-revision",
      {
        title: `${title}. Click to compare it with the mask.`,
        testid: `revision-${number}`,
        "aria-pressed": String(shown),
        disabled: !ready,
        onclick: () => this.hooks.onPeek(number),
      },
      h("b", {}, String(number)),
      h(
        "span.pe-revision-text",
        {},
        `${SOURCES[source] ?? source}${from}`,
        h("small", {}, `${time} · ${pixels ? `${count(pixels)} px` : "empty"}${rating}`),
      ),
    );
    const restore = h(
      "button.pe-icon-button",
      {
        title: `Restore revision ${number}`,
        disabled: !ready,
        "aria-label": `Restore revision ${number}`,
        testid: `restore-${number}`,
        onclick: () => this.hooks.onRestore(number),
      },
      icon("restore"),
    );
    const badge = h("span.ps-chip.pe-current", {}, "current");
    return h("li", { class: shown ? "peeked" : "" }, look, current ? badge : restore);
  }
}
