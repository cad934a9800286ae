/** Labels that look wrong, by kind: open them, mend them by a new revision, or say that they are right so. */
import { getJson, sendJson } from "../shell/api.js";
import { h, replaceNamed } from "../shell/dom.js";
import { count, plural } from "../shell/format.js";
import { card, openButton } from "./cards.js";
import { Part } from "./part.js";
import { Turner } from "./turner.js";

const MENDED = "Outline: the mask. Filled: what Mend makes of it.";
const AS_IT_IS = "Outlined and filled: the mask.";

export class Problems extends Part {
  constructor() {
    super("problems");
    this.kind = "";
    this.kinds = h("div.pd-nav", { role: "group", "aria-label": "Kinds of problems" });
    this.head = h("div.pd-head", {});
    this.cards = h("div.pd-cards.wide", {});
    this.turner = new Turner("problems", 1, (offset) => this.turn(offset));
    this.undo = h("button.ps-button.small", { testid: "confirm-undo", hidden: true }, "Take that back");
    this.element.append(this.kinds, this.said, this.undo, this.head, this.cards, this.turner.element);
  }

  async load() {
    // As chosen now: an answer on its way names the kind before.
    const query = `kind=${this.kind}&offset=${this.turner.offset}`;
    const found = await this.read(async () => {
      await this.attempt(() => this.measure());
      return getJson(`/api/dataset/problems?${query}`);
    });
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

  draw({ kinds, kind, total, offset, page, items }) {
    this.kind = kind;
    this.turner.size = page;
    replaceNamed(
      this.kinds,
      kinds.map((each) =>
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
    const legend = h("p.ps-muted", { testid: "problems-legend" }, chosen?.repairable ? MENDED : AS_IT_IS);
    this.head.replaceChildren(h("p", { testid: "problems-count" }, words), ...(mend ? [mend] : []), ...(items.length ? [legend] : []));
    this.cards.replaceChildren(...items.map((item) => this.one(item, chosen)));
    this.turner.draw(offset, chosen?.count ?? 0);
  }

  one(item, chosen) {
    const mend = h("button.ps-button.small", { testid: "mend", onclick: () => this.mend(item) }, "Mend");
    const hint = "It is not listed again until somebody saves another mask of this photograph.";
    const right = h("button.ps-button.small", { testid: "confirm", title: hint, onclick: () => this.confirm(item) }, "Right so");
    return card({ ...item, thumb: item.picture }, { words: item.problem, actions: [openButton(item), chosen.repairable ? mend : null, right] });
  }

  async choose(kind) {
    this.kind = kind;
    this.turner.offset = 0;
    this.say("");
    await this.load();
  }

  async turn(offset) {
    this.turner.offset = offset;
    await this.load();
    this.head.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} sentence @param {"good"|"warn"|"bad"|""} tone */
  say(sentence, tone = "") {
    super.say(sentence, tone);
    this.undo.hidden = true;
  }

  /** A person's word: this mask is right in spite of the problem. @param {boolean} right false takes it back */
  async confirm(item, right = true, kind = this.kind) {
    const wish = { kind, item: item.id, revision: item.revision, right };
    const done = await this.attempt(() => sendJson("POST", "/api/dataset/confirm", wish));
    await this.load();
    if (!done) return;
    this.say(right ? `${item.name} is right so.` : `${item.name} is listed again.`, "good");
    this.undo.onclick = () => this.confirm(item, false, kind);
    this.undo.hidden = !right;
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
