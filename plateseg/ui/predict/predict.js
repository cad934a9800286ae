/**
 * The Predict tab: photographs in, plates out. element.dataset.state tells how the photograph shown stands:
 * empty | busy | ready | error.
 */
import { h, show } from "../shell/dom.js";
import { place } from "../shell/place.js";
import { loadStyle } from "../shell/style.js";
import { Asker } from "./asker.js";
import { fetchCut, fetchPicture, keep } from "./client.js";
import { DropZone } from "./dropzone.js";
import { Levels } from "./levels.js";
import { ModelChooser } from "./modelchooser.js";
import { Busy, Failure, NoModel } from "./notices.js";
import { Panel, USUAL } from "./panel.js";
import { Session } from "./session.js";
import { Stage } from "./stage.js";
import { Strip } from "./strip.js";
import { ViewBar } from "./viewbar.js";
import { busyLine, thresholdWords } from "./words.js";
import { Worker } from "./worker.js";

/** How long the slider must rest before the figures are asked for, in milliseconds. */
const REST = 150;
/** When figures that could not be had are asked for again, in milliseconds. */
const PATIENCE = 3000;

/** @param {HTMLElement} element empty */
export async function mount(element) {
  await loadStyle(new URL("./predict.css", import.meta.url));
  await new Room(element).open();
}

class Room {
  constructor(element) {
    this.element = element;
    this.session = new Session();
    this.threshold = USUAL;
    /** @type {import("./session.js").Prediction|null} whose pictures are on the stage */
    this.staged = null;
    /** @type {import("./session.js").Shot|null} on its way into the dataset */
    this.keeping = null;
    this.retry = 0;
    this.worker = new Worker(this.session, { model: () => this.models.value, onChange: (shot) => this.onAnswer(shot) });
    this.asker = new Asker(({ id, threshold }, signal) => fetchCut(id, threshold, signal), {
      delay: REST,
      onAnswer: (cut, { shot }) => this.onCut(shot, cut),
      onError: (error, { shot }) => this.onLost(shot, error),
    });
    this.build();
  }

  build() {
    const onHover = (index) => this.light(index);
    this.zone = new DropZone(this.element, { onFiles: (files) => this.onFiles(files) });
    this.models = new ModelChooser({ onChoose: () => this.again(), onKnown: () => this.draw() });
    this.noModel = new NoModel();
    this.unknown = new Failure({ testid: "models", label: "Look again", onAgain: () => this.models.refresh() });
    this.strip = new Strip({ onSelect: (key) => this.session.select(key) && this.show() });
    this.viewbar = new ViewBar({ onView: (view) => this.setView(view), onFit: () => this.stage.fit() });
    this.stage = new Stage({ onHover, onZoom: (fitted) => this.viewbar.setFitted(fitted) });
    this.busy = new Busy();
    this.failure = new Failure({ testid: "predict", label: "Predict again", onAgain: () => this.again() });
    this.panel = new Panel({
      onThreshold: (value) => this.setThreshold(value),
      onHover,
      onOpen: (plate) => this.stage.closeUp(plate),
      onKeep: () => this.keep(),
    });
    this.panel.linkAnnotate(() => this.session.current?.kept?.item_id ?? null);
    this.stage.element.append(this.busy.element);
    this.view = h("section.pr-view", {}, this.viewbar.element, this.stage.element);
    this.result = h("div.pr-result", {}, this.view, this.panel.element);
    const bar = h("header.pr-bar", {}, this.zone.element, this.models.element);
    this.element.classList.add("pr-root");
    const notices = [this.noModel.element, this.unknown.element];
    this.element.replaceChildren(...notices, bar, this.strip.element, this.failure.element, this.result);
  }

  async open() {
    this.setView("overlay");
    this.draw();
    place.watch(({ tab }) => tab === "predict" && void this.models.refresh());
    await this.models.refresh();
  }

  onFiles(files) {
    this.session.add(files);
    this.show();
    void this.worker.run();
  }

  /** A photograph begins or ends its way through the model. */
  onAnswer(shot) {
    if (shot === this.session.current) this.show();
    else this.draw();
    if (shot.phase === "ready" && shot !== this.session.current) void this.thumbnail(shot);
    if (shot.phase === "error" && this.models.models !== null) void this.models.refresh();
  }

  /** The current photograph through the chosen model once more. */
  again() {
    const shot = this.session.current;
    if (!shot) return;
    this.session.again(shot);
    this.show();
    void this.worker.run();
  }

  /** Brings the current photograph on the stage. */
  show() {
    const shot = this.session.current;
    this.asker.cancel();
    this.panel.say("");
    if (shot?.phase === "ready") {
      if (shot.prediction !== this.staged) void this.stagePictures(shot);
      this.ask(shot);
    }
    this.draw();
  }

  async stagePictures(shot) {
    const { prediction } = shot;
    const due = () => this.session.current === shot && shot.prediction === prediction;
    try {
      const [photo, probability] = await Promise.all([prediction.image, prediction.probability].map(bring));
      if (!due()) return [photo, probability].forEach((levels) => levels.close());
      this.stage.open(photo, probability);
      this.strip.picture(shot.key, photo);
      this.staged = prediction;
      this.draw();
    } catch (error) {
      if (due()) this.onLost(shot, error);
    }
  }

  async thumbnail(shot) {
    if (!this.strip.lacksPicture(shot.key)) return;
    try {
      const photo = await bring(shot.prediction.image);
      this.strip.picture(shot.key, photo);
      photo.close();
    } catch (error) {
      // The tile stays grey; choosing it says what is wrong.
      console.warn(error);
    }
  }

  setView(view) {
    this.stage.set({ view });
    this.viewbar.draw(view, this.threshold);
  }

  /** On the canvas at once; the figures follow when the slider rests. */
  setThreshold(value) {
    this.threshold = value;
    this.stage.set({ threshold: value });
    this.viewbar.draw(this.stage.view, value);
    const shot = this.session.current;
    if (shot?.phase !== "ready") return;
    this.panel.drawThreshold(shot, value);
    this.ask(shot);
  }

  ask(shot) {
    this.asker.cancel();
    clearTimeout(this.retry);
    if (shot.cut.threshold === this.threshold) {
      this.panel.say("");
      return this.drawPlates(shot);
    }
    return this.asker.put({ shot, id: shot.prediction.id, threshold: this.threshold });
  }

  onCut(shot, cut) {
    this.panel.say("");
    this.session.recut(shot, cut);
    this.draw();
  }

  /** The server forgot this prediction (it keeps the last few), or is gone. */
  onLost(shot, error) {
    if (error.status === 404) {
      this.session.fail(shot, `${shot.name}: ${error.message}`, true);
      this.staged = null;
      return this.draw();
    }
    if (shot.prediction === this.staged) return this.waitForFigures(shot, error);
    this.session.fail(shot, `${shot.name}: ${error.message}`, true);
    return this.draw();
  }

  /** What is on the canvas stays right; only the figures are late. */
  waitForFigures(shot, error) {
    this.panel.say(`${error.message} The figures are of threshold ${thresholdWords(shot.cut.threshold)}.`);
    this.retry = setTimeout(() => this.session.current === shot && shot.phase === "ready" && this.ask(shot), PATIENCE);
  }

  async keep() {
    const shot = this.session.current;
    const { prediction } = shot;
    this.panel.say("");
    this.keeping = shot;
    this.draw();
    try {
      const kept = await keep(prediction.id, this.threshold);
      if (shot.prediction === prediction) shot.kept = kept;
    } catch (error) {
      if (this.session.current === shot) this.panel.say(error.message);
    } finally {
      this.keeping = null;
    }
    this.draw();
  }

  light(index) {
    this.stage.set({ lit: index });
    this.panel.table.light(index);
  }

  drawPlates(shot) {
    if (shot.prediction !== this.staged || this.stage.plates === shot.cut.plates) return;
    this.stage.set({ plates: shot.cut.plates, lit: null });
  }

  draw() {
    const { current: shot, shots } = this.session;
    const onStage = shot?.phase === "ready" && shot.prediction === this.staged;
    const state = !shot ? "empty" : shot.phase === "error" ? "error" : onStage ? "ready" : "busy";
    this.noModel.draw(this.models.none, state === "error" ? this.failure : null);
    this.unknown.draw(this.models.models === null ? this.models.error : "", true);
    show(this.models.element, !this.models.none);
    this.models.select.disabled = state === "busy";
    this.zone.setCompact(shots.length > 0);
    this.strip.draw(shots, shot);
    this.failure.draw(state === "error" ? shot.error : "", state === "error" && shot.canRetry);
    show(this.result, state === "busy" || state === "ready");
    show(this.panel.element, state === "ready");
    this.busy.draw(state === "busy" ? this.busySentence(shot) : "");
    this.stage.element.classList.toggle("waiting", state === "busy");
    if (state === "ready") {
      this.panel.draw(shot, this.threshold);
      this.panel.drawKeeping(this.keeping === shot, shot.kept !== null);
      this.stage.set({ threshold: this.threshold });
      this.drawPlates(shot);
    }
    this.element.dataset.state = state;
  }

  busySentence(shot) {
    const waiting = this.session.shots.filter((each) => each.phase === "waiting" && each !== shot).length;
    return shot.phase === "ready" ? `Loading ${shot.name}…` : busyLine(shot.name, waiting, !this.worker.warm);
  }
}

/** @param {string} url @returns {Promise<Levels>} */
async function bring(url) {
  return Levels.of(await fetchPicture(url));
}
