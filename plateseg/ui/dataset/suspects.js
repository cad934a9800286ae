/** Label errors: start the search, watch it, and go through what it found, the worst first. */
import { getJson, sendJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { count, plural } from "../shell/format.js";
import { place } from "../shell/place.js";
import { Poller } from "../shell/poller.js";
import { card, openButton } from "./cards.js";
import { Part } from "./part.js";

const AT_WORK = new Set(["queued", "running"]);
const KINDS = {
  missing: "The models see a plate that is not drawn",
  extra: "The models see no plate here",
  shape: "The models draw another outline",
  box: "An upright box on a plate that hangs",
};

export class Suspects extends Part {
  constructor() {
    super("suspects");
    this.start = h("button.ps-button.primary", { testid: "suspects-start", onclick: () => this.begin(false) }, "Search for label errors");
    this.resume = h("button.ps-button", { testid: "suspects-resume", onclick: () => this.begin(true) }, "Continue");
    this.stop = h("button.ps-button", { testid: "suspects-stop", onclick: () => this.end() }, "Stop");
    this.review = h("button.ps-button.primary", { testid: "suspects-review", onclick: () => this.goThrough() }, "Go through them");
    this.state = h("p", { testid: "suspects-state" });
    this.bar = h("div.ps-bar", {}, h("i", {}));
    this.cards = h("div.pd-cards.wide", {});
    this.element.append(
      h("p.ps-muted", {}, WORDS),
      h("div.pd-head", {}, this.start, this.review, this.resume, this.stop, this.state),
      this.bar,
      this.said,
      this.cards,
    );
    for (const each of [this.resume, this.stop, this.review, this.bar]) each.hidden = true;
    this.poller = new Poller("dataset", () => this.load(), {
      every: 2000,
      wanted: () => this.element.isConnected && this.atWork,
    });
  }

  async load() {
    const found = await this.read(() => getJson("/api/suspects"));
    if (!found) return false;
    this.draw(found);
    if (this.atWork && !this.poller.timer) this.poller.kick();
    this.element.dataset.ready = "yes";
    return true;
  }

  draw({ check, suspects, waiting }) {
    this.atWork = Boolean(check && AT_WORK.has(check.status));
    this.found = suspects;
    show(this.start, !this.atWork);
    setText(this.start, check ? "Search again" : "Search for label errors");
    this.start.classList.toggle("primary", !waiting);
    show(this.stop, this.atWork);
    this.stop.disabled = Boolean(check?.stopping);
    show(this.resume, Boolean(check) && !this.atWork && check.status !== "finished");
    show(this.review, suspects.length > 0);
    show(this.bar, this.atWork);
    if (check) this.bar.firstChild.style.width = `${(100 * check.folds_done) / check.folds}%`;
    const words = check ? `${check.stopping ? "Stopping. " : ""}${check.message} ${plural(waiting, "mask")} to look at.` : "";
    setText(this.state, words);
    this.cards.replaceChildren(...suspects.map((item) => this.one(item)));
  }

  one(item) {
    const keep = h("button.ps-button.small", { testid: "suspect-keep", onclick: () => this.keep(item) }, "Keep mine");
    const words = `${KINDS[item.kind]}. IoU ${item.iou.toFixed(2)}`;
    return card(item, { words, mark: item.score.toFixed(2), actions: [openButton(item), keep] });
  }

  async begin(resume) {
    const started = await this.attempt(() => sendJson("POST", "/api/suspects", { resume }));
    if (!started) return;
    this.say("");
    this.poller.kick();
    await this.load();
  }

  async end() {
    await this.attempt(() => sendJson("POST", "/api/suspects/stop"));
    await this.load();
  }

  async keep(item) {
    const done = await this.attempt(() => sendJson("POST", `/api/suspects/${item.id}/keep`, { kept: true }));
    if (done) this.say(`${item.name} keeps its mask: ${count(Math.max(0, this.found.length - 1))} left here.`, "good");
    await this.load();
  }

  goThrough() {
    if (this.found.length) place.go({ tab: "annotate", item: this.found[0].id });
  }
}

const WORDS =
  "Three small models are trained, each on two thirds of the labelled photographs, and asked about the third it never saw. " +
  "Masks they disagree with most come first. In Annotate both masks are shown: A takes the models', K keeps yours, or draw. " +
  "The search is a process of its own with low priority; a training run waits for it.";
