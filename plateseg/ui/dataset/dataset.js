/** The Dataset page: numbers, splits, snapshots, look-alikes, problems, suspects, files. host.js calls `mount(element)`. */
import { h } from "../shell/dom.js";
import { recall, remember } from "../shell/memory.js";
import { place } from "../shell/place.js";
import { loadStyle } from "../shell/style.js";
import { Files } from "./files.js";
import { Lookalikes } from "./lookalikes.js";
import { Overview } from "./overview.js";
import { Problems } from "./problems.js";
import { Snapshots } from "./snapshots.js";
import { Splits } from "./splits.js";
import { Suspects } from "./suspects.js";

/** In the order they stand; nothing of a part is asked for before it is shown. */
const PARTS = [
  ["overview", "Overview", Overview],
  ["splits", "Splits", Splits],
  ["snapshots", "Snapshots", Snapshots],
  ["lookalikes", "Look-alikes", Lookalikes],
  ["problems", "Label problems", Problems],
  ["suspects", "Label errors", Suspects],
  ["files", "Files", Files],
];
const REMEMBERED = "plateseg.dataset.part";

/** @param {HTMLElement} element an empty div */
export async function mount(element) {
  await loadStyle(new URL("./dataset.css", import.meta.url));
  element.classList.add("pd-root");
  const page = new DatasetPage(element);
  place.watch((now) => now.tab === "dataset" && page.follow(now));
  await page.follow(place.read(), recall(REMEMBERED) ?? "overview");
}

class DatasetPage {
  constructor(element) {
    this.parts = new Map();
    this.body = h("div.pd-body", {});
    this.chips = new Map(
      PARTS.map(([name, label]) => [
        name,
        h("button.ps-chip", { testid: `part-${name}`, onclick: () => this.choose(name) }, label),
      ]),
    );
    element.append(h("nav.pd-nav", { "aria-label": "Parts of the dataset" }, ...this.chips.values()), this.body);
  }

  /**
   * An address that names a snapshot shows that part; any other leaves what is shown.
   * @param {import("../shell/address.js").Place} now @param {string} [part] to show where nothing is yet
   */
  async follow(now, part) {
    if (now.snapshot !== null) return this.show("snapshots");
    return part ? this.show(part) : this.refresh();
  }

  async choose(name) {
    this.current = null; // nothing of the part before is asked for while the address follows
    if (place.read().snapshot !== null) place.go({ tab: "dataset" }, { replace: true });
    await this.show(name);
  }

  /** @param {string} wanted name of a part; an unknown one shows the first */
  async show(wanted) {
    const [name, , Part] = PARTS.find(([each]) => each === wanted) ?? PARTS[0];
    remember(REMEMBERED, name);
    for (const [each, chip] of this.chips) chip.setAttribute("aria-pressed", String(each === name));
    if (!this.parts.has(name)) this.parts.set(name, new Part());
    this.current = this.parts.get(name);
    this.body.replaceChildren(this.current.element);
    this.body.dataset.part = name;
    await this.refresh();
  }

  /** Back on the tab, or on a part: the dataset may have changed. */
  async refresh() {
    await this.current?.load();
  }
}
