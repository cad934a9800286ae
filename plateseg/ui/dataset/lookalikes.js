/** Groups of photographs that look alike, with a choice to exclude. */
import { getJson, sendJson } from "../shell/api.js";
import { h } from "../shell/dom.js";
import { count, plural } from "../shell/format.js";
import { card, openButton } from "./cards.js";
import { Part } from "./part.js";

export class Lookalikes extends Part {
  constructor() {
    super("lookalikes");
    this.head = h("div.pd-head", {});
    this.groups = h("div.pd-groups", {});
    this.element.append(this.head, this.said, this.groups);
  }

  async load() {
    const found = await this.read(() => getJson("/api/dataset/duplicates"));
    if (!found) return;
    const { groups, total, photographs } = found;
    const words = total
      ? `${plural(photographs, "photograph")} in ${plural(total, "group")} of look-alikes. The first of each is worth keeping.`
      : "No two photographs look alike.";
    const shown = groups.length < total ? ` The largest ${count(groups.length)} are shown.` : "";
    this.head.replaceChildren(h("p", { testid: "lookalikes-count" }, words + shown));
    this.groups.replaceChildren(...groups.map((group) => this.group(group)));
    this.element.dataset.ready = "yes";
  }

  group(items) {
    const surplus = items.slice(1).filter((item) => !item.pinned);
    const all = h(
      "button.ps-button.small",
      { testid: "exclude-surplus", onclick: () => this.exclude(surplus) },
      `Keep the first, exclude ${surplus.length === 1 ? "the other" : `the other ${count(surplus.length)}`}`,
    );
    return h(
      "div.pd-group",
      { testid: "group" },
      h("div.pd-cards", {}, ...items.map((item, index) => this.one(item, index))),
      surplus.length ? all : null,
    );
  }

  one(item, index) {
    const facts = [item.status.replace("_", " "), item.split === "unassigned" ? "" : item.split, item.pinned ? "pinned" : ""];
    const exclude = h("button.ps-button.small", { onclick: () => this.exclude([item]) }, "Exclude");
    const words = `${item.width}×${item.height} · ${facts.filter(Boolean).join(" · ")}`;
    return card(item, { words, mark: index === 0 ? "keep" : "", actions: [openButton(item), exclude] });
  }

  async exclude(items) {
    const ids = items.map((item) => item.id);
    const done = await this.attempt(() => sendJson("POST", "/api/dataset/exclude", { items: ids }));
    if (!done) return;
    this.say(`${plural(ids.length, "photograph")} excluded. The Upload tab's filter shows them, Annotate takes them back.`, "good");
    await this.load();
  }
}
