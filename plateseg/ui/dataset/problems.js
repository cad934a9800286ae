/** Labels that look wrong, by kind: open them, or mend them by a new revision. */
import { getJson, sendJson } from "../shell/api.js";
import { h } from "../shell/dom.js";
import { count, plural } from "../shell/format.js";
import { card, openButton } from "./cards.js";
import { Part } from "./part.js";

export class Problems extends Part {
  constructor() {
    super("problems");
    this.kind = "";
    this.kinds = h("div.pd-nav", { role: "group", "aria-label": "Kinds of problems" });
    this.head = h("div.pd-head", {});
    this.cards = h("div.pd-cards.wide", {});
    this.element.append(this.kinds, this.said, this.head, this.cards);
  }

  async load() {
    await this.attempt(() => this.measure());
    const found = await this.attempt(() => getJson(`/api/dataset/problems?kind=${this.kind}`));
    if (!found) return;
    this.draw(found);
    this.element.dataset.ready = "yes";
  }

  /** Masks saved since are measured first. */
  async measure() {
    for (let left = 1; left > 0; ) {
      ({ left } = await sendJson("POST", "/api/dataset/measure"));
      if (left) this.say(`Measuring masks: ${plural(left, "mask")} left. This is done once.`);
      else if (this.said.textContent.startsWith("Measuring")) this.say("");
    }
  }

  draw({ kinds, kind, total, items }) {
    this.kind = kind;
    this.kinds.replaceChildren(
      ...kinds.map((each) =>
        h(
          "button.ps-chip",
          { "aria-pressed": String(each.kind === kind), testid: `kind-${each.kind}`, onclick: () => this.choose(each.kind) },
          each.label,
          h("span.count", {}, count(each.count)),
        ),
      ),
    );
    const chosen = kinds.find((each) => each.kind === kind);
    const mend =
      chosen?.repairable && chosen.count
        ? h("button.ps-button", { testid: "mend-all", onclick: () => this.mendAll(chosen) }, `Mend all ${count(chosen.count)}`)
        : null;
    const words = total ? `${plural(total, "mask")} to look at.` : "Nothing looks wrong: no mask needs a second look.";
    this.head.replaceChildren(h("p", { testid: "problems-count" }, words), ...(mend ? [mend] : []));
    this.cards.replaceChildren(...items.map((item) => this.one(item, chosen)));
  }

  one(item, chosen) {
    const mend = h("button.ps-button.small", { testid: "mend", onclick: () => this.mend(item) }, "Mend");
    return card(item, { words: item.problem, actions: [openButton(item), chosen.repairable ? mend : null] });
  }

  async choose(kind) {
    this.kind = kind;
    this.say("");
    await this.load();
  }

  async mend(item) {
    const wish = { kind: this.kind, item: item.id, after: item.revision };
    const done = await this.attempt(() => sendJson("POST", "/api/dataset/repair", wish));
    if (done) this.say(`${item.name} has a mended mask, revision ${done.number}. The old one is kept.`, "good");
    await this.load();
  }

  async mendAll(chosen) {
    if (!confirm(`Mend ${plural(chosen.count, "mask")}? Each gets a new revision; the old ones are kept.`)) return;
    this.say("Mending…");
    const done = await this.attempt(() => sendJson("POST", "/api/dataset/repair", { kind: chosen.kind }));
    if (done) this.say(`${plural(done.mended, "mask")} mended, ${count(done.left)} left as they were.`, "good");
    await this.load();
  }
}
