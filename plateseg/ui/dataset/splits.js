/** Train, val and test: how many are where, dividing scene by scene, gold, and the leak that was avoided. */
import { getJson, sendJson } from "../shell/api.js";
import { h } from "../shell/dom.js";
import { count, plural } from "../shell/format.js";
import { place } from "../shell/place.js";
import { barChart } from "./charts.js";
import { Part } from "./part.js";

export class Splits extends Part {
  constructor() {
    super("splits");
    this.chart = h("div.pd-charts", {});
    this.fields = {
      val: field("Validation share", { value: "0.2", step: "0.05", min: "0", max: "0.9" }),
      test: field("Test share", { value: "0", step: "0.05", min: "0", max: "0.9" }),
      gold: field("Gold (pinned test)", { value: "0", step: "1", min: "0" }),
      seed: field("Seed", { value: "0", step: "1", min: "0" }),
    };
    this.anew = h("input", { type: "checkbox", testid: "split-anew" });
    this.report = h("div.pd-report", { testid: "split-report" });
    this.element.append(
      h("p.ps-muted", {}, WORDS),
      h(
        "form.pd-form",
        { onsubmit: (event) => (event.preventDefault(), this.divide()) },
        ...Object.values(this.fields),
        h("label.pd-check", {}, this.anew, "Move what has a split already"),
        h("button.ps-button.primary", { testid: "split-go", onclick: () => this.divide() }, "Divide"),
      ),
      this.said,
      this.report,
      this.chart,
    );
  }

  async load() {
    const found = await this.read(() => getJson("/api/dataset/overview"));
    if (found) this.chart.replaceChildren(barChart("Labelled photographs", Object.entries(found.by_split)));
  }

  async divide() {
    const number = (name) => Number(this.fields[name].querySelector("input").value);
    const wish = { val: number("val"), test: number("test"), gold: number("gold"), seed: number("seed") };
    if (this.anew.checked && !confirm("Move photographs that have a split? Earlier runs were judged on the old one.")) return;
    this.say("Looking for scenes…");
    const report = await this.attempt(() =>
      sendJson("POST", "/api/dataset/split", { ...wish, anew: this.anew.checked }),
    );
    if (!report) return;
    this.say("");
    this.draw(report);
    await this.load();
  }

  draw({ sizes, leak, gold, linked }) {
    const golden = gold ? `, ${count(gold)} of them gold` : "";
    this.report.replaceChildren(
      h("p.ps-notice.good", {}, `${count(sizes.train)} train, ${count(sizes.val)} val, ${count(sizes.test)} test${golden}.`),
      h(
        "p",
        {},
        `${plural(leak.pairs, "pair")} of photographs show one scene or look alike. ${count(leak.parted)} of them stand apart; ` +
          `a plain random split would have parted ${count(leak.at_random)}.`,
      ),
      ...linked.map(({ items }) => linkedLine(items)),
    );
  }
}

const WORDS =
  "Photographs of one scene stay together: frames of a video, one moment, a burst, near-duplicates. What has a split " +
  "keeps it; new photographs join their scene. A pinned photograph (Annotate, on the right) is moved by nobody but you.";

function linkedLine(items) {
  const links = items.map((item) =>
    h("button.ps-chip", { onclick: () => place.go({ tab: "annotate", item: item.id }) }, `${item.name} (${item.split})`),
  );
  return h("div.ps-notice.warn", {}, "One scene in different splits: pin the right one. ", ...links);
}

function field(label, options) {
  return h("label.pd-field", {}, label, h("input.ps-input", { type: "number", ...options }));
}
