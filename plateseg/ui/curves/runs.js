/** The Runs page: list, live curves and details. `mount(element)` is called by shell/host.js. */
import { getJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { place } from "../shell/place.js";
import { Poller } from "../shell/poller.js";
import { loadStyle } from "../shell/style.js";
import { Actions } from "./actions.js";
import { Board } from "./board.js";
import { Charts } from "./charts.js";
import { Config, Death, Header, Log } from "./details.js";
import { Faces } from "./faces.js";
import { Feed } from "./feed.js";
import { Judgement } from "./judgement.js";
import { colour, Slots } from "./palette.js";
import { Previews } from "./previews.js";
import { RunList } from "./runlist.js";
import { firstChoice, isActive, isShipped } from "./runstate.js";

/** Milliseconds between two looks at the list and at the curves. */
const LIST_EVERY = 2_500;
const CURVES_EVERY = 1_500;

/** @param {HTMLElement} element an empty div */
export async function mount(element) {
  const styles = ["./runs.css", "./board.css", "./judgement.css", "./vendor/uPlot.min.css"];
  await Promise.all(styles.map((file) => loadStyle(new URL(file, import.meta.url))));
  new RunsPage(element).start();
}

class RunsPage {
  constructor(element) {
    /** @type {import("./runstate.js").RunView[]} */
    this.runs = [];
    this.known = false;
    this.selected = place.read().run;
    this.compared = new Set();
    this.slots = new Slots();
    this.feed = new Feed();
    /** What `GET /api/runs/{id}` said last, and of which state of the run. */
    this.detail = { key: "", log: "", config: {} };
    /** What the charts show, so that a look at the list that changed nothing draws nothing. */
    this.drawn = "";
    this.makeParts();
    element.classList.add("rc-root");
    element.append(this.banner, this.nothing, this.faces.element, this.page, this.board.element);
    this.list = new Poller("runs", () => this.readList(), { every: LIST_EVERY });
    this.curves = new Poller("runs", () => this.readCurves(), { every: CURVES_EVERY, wanted: () => this.curvesDue() });
  }

  makeParts() {
    const select = (id) => place.go({ tab: "runs", run: id });
    const compare = (id, shown) => this.compare(id, shown);
    this.side = new RunList({ onSelect: select, onCompare: compare });
    this.board = new Board({ onSelect: select, onCompare: compare, onError: (error) => this.unreachable(error) });
    this.faces = new Faces(() => this.draw());
    this.actions = new Actions({ onChanged: (run) => this.changed(run), onDeleted: (id) => this.deleted(id) });
    this.header = new Header();
    this.death = new Death();
    this.charts = new Charts();
    this.judgement = new Judgement();
    this.previews = new Previews();
    this.log = new Log(() => this.readLog());
    this.config = new Config();
    this.missing = h("div.ps-notice.warn", { testid: "run-missing" });
    this.banner = h("div.ps-notice.warn", { testid: "runs-unreachable", role: "status" });
    this.banner.hidden = true;
    const train = h("button.ps-button.primary", { testid: "go-train", onclick: () => place.go({ tab: "train" }) }, "Open Train");
    const words = h("p", {}, "No runs yet: start one on the Train tab. Its curves appear here while it learns.");
    this.nothing = h("div.ps-empty", { testid: "runs-empty" }, words, train);
    this.nothing.hidden = true;
    this.figures = h("div");
    const folds = [this.previews.element, this.log.element, this.config.element];
    const facts = [this.header.element, this.death.element, this.charts.element, this.figures];
    this.body = h("div.rc-body", {}, ...facts, ...folds);
    this.main = h("main.rc-main", {}, this.missing, this.body);
    this.page = h("div.rc-page", {}, this.side.element, this.main);
    for (const part of [this.page, this.faces.element, this.board.element]) part.hidden = true;
  }

  start() {
    place.watch((now) => now.tab === "runs" && this.follow(now.run));
    this.list.kick();
  }

  follow(run) {
    if (run === this.selected) return;
    this.selected = run ?? firstChoice(this.runs);
    this.draw();
    this.curves.kick();
    void this.readDetail();
  }

  async readList() {
    try {
      const { runs } = await getJson("/api/runs");
      this.runs = [...runs].sort((one, other) => other.id - one.id);
      if (!this.known) this.curves.kick();
      this.known = true;
      show(this.banner, false);
    } catch (error) {
      this.unreachable(error);
      return false;
    }
    this.settleSelection();
    this.draw();
    await this.readDetail();
    return true;
  }

  settleSelection() {
    if (this.selected !== null || !place.isOpen("runs")) return;
    this.selected = firstChoice(this.runs);
    if (this.selected !== null) place.go({ tab: "runs", run: this.selected }, { replace: true });
  }

  async readCurves() {
    try {
      const added = await this.feed.pull(this.shown());
      if (added) this.drawCurves();
      return true;
    } catch (error) {
      return this.unreachable(error);
    }
  }

  curvesDue() {
    return this.shown().some((run) => this.feed.isDue(run));
  }

  /** Log, settings and previews: read again only when the run has moved on, or while pictures may still come. */
  async readDetail() {
    const run = this.current();
    if (!run) return;
    const key = `${run.id} ${run.status} ${run.epoch}`;
    try {
      if (key !== this.detail.key) return await this.readWhole(run, key);
      if (isActive(run)) await this.previews.load(run.id);
      if (this.log.wants(run)) await this.readLog();
    } catch (error) {
      this.unreachable(error);
    }
  }

  async readWhole(run, key) {
    const [whole] = await Promise.all([getJson(`/api/runs/${run.id}`), this.previews.load(run.id)]);
    if (this.current()?.id !== run.id) return;
    this.detail = { key, log: whole.log_tail, config: whole.config };
    this.drawDetail(run);
  }

  async readLog() {
    const run = this.current();
    if (!run) return;
    const { text } = await getJson(`/api/runs/${run.id}/log`);
    if (this.current()?.id !== run.id) return;
    this.detail.log = text;
    this.drawDetail(run);
  }

  current() {
    return this.runs.find((run) => run.id === this.selected);
  }

  /** The selected run first, then those whose box is ticked. */
  shown() {
    const compared = this.runs.filter((run) => run.id !== this.selected && this.compared.has(run.id));
    return [this.current(), ...compared].filter((run) => run !== undefined);
  }

  compare(id, shown) {
    if (shown) this.compared.add(id);
    else this.compared.delete(id);
    this.draw();
    this.curves.kick();
  }

  changed(run) {
    this.runs = this.runs.map((each) => (each.id === run.id ? run : each));
    // A new champion takes the star from another row.
    this.list.kick();
    this.draw();
  }

  deleted(id) {
    this.runs = this.runs.filter((run) => run.id !== id);
    this.compared.delete(id);
    this.feed.forget(id);
    this.selected = firstChoice(this.runs);
    place.go({ tab: "runs", run: this.selected }, { replace: true });
    this.draw();
    this.list.kick();
    this.curves.kick();
  }

  unreachable(error) {
    if (error.status === 404) return true;
    setText(this.banner, error.status === 0 ? "Server is not answering; retrying…" : error.message);
    show(this.banner, true);
    return false;
  }

  draw() {
    const run = this.current();
    const shown = this.shown();
    this.slots.assign(shown.map((each) => each.id));
    show(this.nothing, this.known && this.runs.length === 0);
    const board = this.faces.face === "board";
    show(this.faces.element, this.runs.length > 0);
    show(this.page, this.runs.length > 0 && !board);
    show(this.board.element, this.runs.length > 0 && board);
    this.placeShared(board);
    this.judgement.draw(run);
    if (board) return this.drawBoard(shown);
    const dark = document.body.classList.contains("dark");
    const slotOf = (id) => (shown.length === 1 ? 0 : this.slots.of(id));
    const colourOf = (id) => (this.slots.of(id) === undefined ? null : colour(slotOf(id), dark));
    this.side.draw(this.runs, { selected: this.selected, compared: this.compared, colourOf });
    show(this.body, run !== undefined);
    show(this.missing, run === undefined);
    if (!run) return setText(this.missing, `There is no run ${this.selected ?? ""} here (any more). Choose another from the list.`);
    this.header.draw(run, new Date());
    this.actions.draw(run);
    this.drawDetail(run);
    return this.drawCurves();
  }

  /** The buttons and the figures of the selected run stand in the face that is shown. */
  placeShared(board) {
    const homes = board ? [this.board.actions, this.board.figures] : [this.header.actions, this.figures];
    [this.actions, this.judgement].forEach(({ element }, at) => {
      if (element.parentElement !== homes[at]) homes[at].append(element);
    });
  }

  drawBoard(shown) {
    const run = this.current();
    if (run) this.actions.draw(run);
    this.board.draw(this.runs, { selected: this.selected, compared: this.compared, shown });
  }

  drawDetail(run) {
    const own = this.detail.key.startsWith(`${run.id} `);
    this.death.draw(run, own ? this.detail.log : "");
    this.log.draw(run, own ? this.detail.log : "");
    this.config.draw(own ? this.detail.config : {});
  }

  drawCurves() {
    const runs = this.shown();
    show(this.charts.element, !runs.every(isShipped));
    const loading = runs.some((run) => this.feed.isLoading(run));
    const state = JSON.stringify([loading, runs.map((run) => [run.id, run.name, this.feed.storeOf(run.id).cursor])]);
    if (state === this.drawn) return;
    this.drawn = state;
    const drawn = runs.map((run) => ({ ...run, slot: this.slots.of(run.id), store: this.feed.storeOf(run.id) }));
    this.charts.draw(drawn, loading);
  }
}
