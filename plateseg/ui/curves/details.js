/** The selected run: what it does, its figures, why it ended, its log and its settings. */
import { h, setText, show } from "../shell/dom.js";
import { facts, isActive, isBroken, progressLine, sentence, statusWord, verdictLine } from "./runstate.js";
import { SnapshotLink } from "./snapshotlink.js";

/** @typedef {import("./runstate.js").RunView} RunView */

/** Name, state, progress and figures. */
export class Header {
  constructor() {
    this.name = h("h2", { testid: "run-name" });
    this.dot = h("span.ps-dot");
    this.word = h("span");
    this.chip = h("span.ps-chip", { testid: "run-status" }, this.dot, this.word);
    this.star = h("span.rc-star", { testid: "run-champion-star", title: "Champion: proposes masks and predicts" }, "★ champion");
    this.message = h("p.rc-message", { testid: "run-message" });
    this.verdict = h("p.rc-numbers", { testid: "run-verdict" });
    /** Where the run's buttons stand. */
    this.actions = h("div");
    this.fill = h("i");
    this.bar = h("div.ps-bar", { testid: "run-progress", role: "progressbar", "aria-label": "Progress" }, this.fill);
    this.line = h("p.ps-muted.rc-numbers", { testid: "run-progress-line" });
    this.facts = new Map();
    this.snapshot = new SnapshotLink("fact-snapshot");
    this.last = h("div", {}, h("dt.ps-muted", {}, "Snapshot"), h("dd", {}, this.snapshot.element));
    this.list = h("dl.rc-facts", {}, this.last);
    const title = h("div.rc-title", {}, this.name, this.chip, this.star);
    this.element = h("header.rc-header", {}, title, this.actions, this.message, this.verdict, this.bar, this.line, this.list);
  }

  /** @param {RunView} run @param {Date} now */
  draw(run, now) {
    setText(this.name, run.name);
    this.dot.className = `ps-dot ${run.status}`;
    setText(this.word, statusWord(run));
    this.chip.dataset.status = run.status;
    show(this.star, run.champion);
    setText(this.message, sentence(run));
    show(this.message, run.message !== "" && !isBroken(run));
    setText(this.verdict, verdictLine(run));
    show(this.verdict, verdictLine(run) !== "");
    // How far one that ended got is a matter of words: it goes no further.
    show(this.bar, isActive(run));
    this.fill.style.width = `${run.progress * 100}%`;
    this.bar.setAttribute("aria-valuenow", String(Math.round(run.progress * 100)));
    setText(this.line, progressLine(run));
    this.drawFacts(facts(run, now));
    this.snapshot.draw(run);
  }

  drawFacts(shown) {
    for (const [label, value, testid] of shown) {
      const fact = this.fact(testid);
      setText(fact.label, label);
      setText(fact.value, value);
    }
    const wanted = new Set(shown.map(([, , testid]) => testid));
    for (const [testid, { element }] of this.facts) show(element, wanted.has(testid));
  }

  fact(testid) {
    if (!this.facts.has(testid)) {
      const [label, value] = [h("dt.ps-muted"), h("dd", { testid })];
      const element = h("div", {}, label, value);
      this.facts.set(testid, { label, value, element });
      this.last.before(element);
    }
    return this.facts.get(testid);
  }
}

/** Why a run died, with the end of its log, before anything else. */
export class Death {
  constructor() {
    this.sentence = h("p", { testid: "run-death" });
    this.log = h("pre.rc-log", { testid: "run-death-log" });
    this.element = h("div.ps-notice.bad.rc-death", { role: "alert" }, this.sentence, this.log);
    this.element.hidden = true;
  }

  /** @param {RunView} run @param {string} log */
  draw(run, log) {
    show(this.element, isBroken(run));
    if (!isBroken(run)) return;
    setText(this.sentence, run.message || "The run ended without saying why. The end of its log may tell.");
    const tail = log.trimEnd().split("\n").slice(-15).join("\n");
    const follow = this.log.textContent !== tail;
    setText(this.log, tail);
    show(this.log, tail !== "");
    if (follow) this.log.scrollTop = this.log.scrollHeight;
  }
}

/** The log's tail, folded away until wanted. */
export class Log {
  /** @param {() => void} onOpen */
  constructor(onOpen) {
    this.text = h("pre.rc-log", { testid: "run-log" });
    this.element = h("details.rc-fold", { testid: "run-log-fold" }, h("summary", {}, "Log"), this.text);
    this.element.addEventListener("toggle", () => {
      if (!this.element.open) return;
      onOpen();
      this.text.scrollTop = this.text.scrollHeight;
    });
  }

  /** @param {RunView} run @returns {boolean} whether it should be read again */
  wants(run) {
    return this.element.open && isActive(run);
  }

  /** @param {RunView} run @param {string} text */
  draw(run, text) {
    const atEnd = this.text.scrollHeight - this.text.scrollTop - this.text.clientHeight < 20;
    setText(this.text, text || (isActive(run) ? "Nothing written yet." : "This run left no log here."));
    if (atEnd) this.text.scrollTop = this.text.scrollHeight;
  }
}

/** The settings the run was started with. */
export class Config {
  constructor() {
    this.body = h("tbody");
    const table = h("table.rc-config", { testid: "run-config" }, this.body);
    this.element = h("details.rc-fold", { testid: "run-config-fold" }, h("summary", {}, "Settings"), table);
    this.shown = "";
  }

  /** @param {Record<string, unknown>} config */
  draw(config) {
    const text = JSON.stringify(config);
    if (text === this.shown) return;
    this.shown = text;
    const rows = Object.entries(config).map(([name, value]) =>
      h("tr", {}, h("th", {}, name.replaceAll("_", " ")), h("td", {}, value === "" || value === null ? "–" : String(value))),
    );
    this.body.replaceChildren(...rows);
  }
}
