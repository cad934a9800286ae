/** The revisions of a photograph, newest first, each to look at or to restore. */
import { clock, grouped, h } from "./dom.js";
import { icon } from "./icons.js";

const SOURCES = { manual: "Drawn", model: "Model", imported: "Imported", synthetic: "Synthetic" };

export class RevisionList {
  /** @param {{onPeek: (number: number) => void, onRestore: (number: number) => void}} hooks */
  constructor(hooks) {
    this.hooks = hooks;
    this.list = h("ol", { class: "pe-revisions", testid: "revisions" });
    this.empty = h("p", { class: "pe-says" }, "None yet. Saving makes the first.");
    this.element = h(
      "section",
      { class: "pe-section pe-revision-section" },
      h("h4", {}, "Revisions"),
      this.empty,
      this.list,
    );
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
    const title = `${SOURCES[source] ?? source}${from}, ${clock(at)}, ${grouped(pixels)} plate pixels`;
    const look = h(
      "button",
      {
        type: "button",
        class: "pe-revision",
        title: `${title}. Click to compare it with the mask.`,
        testid: `revision-${number}`,
        "aria-pressed": String(shown),
        disabled: !ready,
        on: { click: () => this.hooks.onPeek(number) },
      },
      h("b", {}, String(number)),
      h(
        "span",
        { class: "pe-revision-text" },
        `${SOURCES[source] ?? source}${from}`,
        h("small", {}, `${clock(at)} · ${pixels ? `${grouped(pixels)} px` : "empty"}${rating}`),
      ),
    );
    const restore = h(
      "button",
      {
        type: "button",
        class: "pe-icon-button",
        title: `Restore revision ${number}`,
        disabled: !ready,
        "aria-label": `Restore revision ${number}`,
        testid: `restore-${number}`,
        on: { click: () => this.hooks.onRestore(number) },
      },
      icon("restore"),
    );
    const badge = h("span", { class: "ps-chip pe-current" }, "current");
    return h("li", { class: shown ? "peeked" : "" }, look, current ? badge : restore);
  }
}
