/** Beside the photograph: threshold, figures, plates, and what can be done with them. */
import { h, setText, show } from "../shell/dom.js";
import { ratio } from "../shell/format.js";
import { place } from "../shell/place.js";
import { downloadUrl } from "./client.js";
import { PlateTable } from "./platetable.js";
import { maskShare, size, thresholdWords, took } from "./words.js";

/** @typedef {import("./session.js").Shot} Shot */

export const USUAL = 0.5;

export class Panel {
  /**
   * @param {{onThreshold: (value: number) => void, onHover: (index: number|null) => void,
   *   onOpen: (plate: import("./session.js").Plate) => void, onKeep: () => void}} handlers
   */
  constructor({ onThreshold, onHover, onOpen, onKeep }) {
    this.table = new PlateTable({ onHover, onOpen });
    this.element = h("aside.pr-panel", {}, this.figures(), this.slider(onThreshold), this.table.element, this.actions(onKeep));
  }

  /** @param {Shot} shot answered @param {number} threshold the slider's */
  draw(shot, threshold) {
    const { prediction, cut } = shot;
    setText(this.score, cut.plates.length ? ratio(cut.score) : "–");
    setText(this.size, `${size(prediction.width, prediction.height)} px`);
    setText(this.mask, maskShare(cut.mask_pixels, prediction.width * prediction.height));
    setText(this.model, prediction.model);
    this.model.title = prediction.model;
    setText(this.time, took(prediction.seconds));
    this.table.draw(cut.plates, cut.threshold);
    this.drawKept(shot);
    this.drawThreshold(shot, threshold);
  }

  /** Follows the slider at once; the figures grey out until the server has counted again. */
  drawThreshold(shot, threshold) {
    if (Number(this.range.value) !== threshold) this.range.value = threshold.toFixed(2);
    setText(this.value, thresholdWords(threshold));
    this.reset.disabled = threshold === USUAL;
    const stale = shot.cut.threshold !== threshold;
    this.table.setStale(stale);
    this.score.classList.toggle("stale", stale);
    this.downloadMask.href = downloadUrl(shot.prediction.id, "mask", threshold);
    this.downloadOverlay.href = downloadUrl(shot.prediction.id, "overlay", threshold);
  }

  /** @param {Shot} shot */
  drawKept({ kept }) {
    show(this.kept, kept !== null);
    if (!kept) return;
    setText(this.keptText, kept.duplicate ? "This photograph was in the dataset already." : "Added with this mask as its proposal.");
  }

  /** @param {boolean} busy @param {boolean} done */
  drawKeeping(busy, done) {
    this.keep.disabled = busy || done;
    setText(this.keep, busy ? "Adding…" : done ? "In the dataset" : "Add to dataset");
  }

  /** @param {string} sentence empty: nothing went wrong */
  say(sentence) {
    setText(this.said, sentence);
    show(this.said, sentence !== "");
  }

  figures() {
    this.score = h("dd.pr-score", { testid: "predict-score" });
    this.size = h("dd", { testid: "predict-size" });
    this.mask = h("dd", { testid: "predict-mask-pixels" });
    this.model = h("dd.pr-clip", { testid: "predict-model-name" });
    this.time = h("dd", { testid: "predict-time" });
    const pairs = [["Mean score", this.score], ["Photograph", this.size], ["Mask", this.mask], ["Model", this.model], ["Time", this.time]];
    return h("dl.pr-figures", {}, ...pairs.flatMap(([name, value]) => [h("dt", {}, name), value]));
  }

  slider(onThreshold) {
    this.range = h("input", { type: "range", min: "0", max: "1", step: "0.01", testid: "threshold" });
    this.range.setAttribute("aria-label", "Threshold");
    this.range.addEventListener("input", () => onThreshold(Number(this.range.value)));
    this.value = h("output", { testid: "threshold-value" });
    this.reset = h("button.ps-button.small.quiet", { testid: "threshold-reset", onclick: () => onThreshold(USUAL) }, "Reset");
    const head = h("div.pr-row", {}, h("span", {}, "Threshold"), this.value, this.reset);
    return h("div.pr-threshold", {}, head, this.range);
  }

  actions(onKeep) {
    this.downloadMask = h("a.ps-button", { testid: "download-mask", download: "" }, "Download mask");
    this.downloadOverlay = h("a.ps-button", { testid: "download-overlay", download: "" }, "Download overlay");
    this.keep = h("button.ps-button.primary", { testid: "add-dataset", onclick: onKeep }, "Add to dataset");
    this.keptText = h("span", { role: "status" });
    this.annotate = h("button.ps-button.small", { testid: "open-annotate" }, "Open in Annotate");
    this.kept = h("div.ps-notice.good", { testid: "predict-kept" }, this.keptText, this.annotate);
    this.said = h("p.ps-notice.bad", { testid: "predict-said", role: "alert" });
    show(this.kept, false);
    show(this.said, false);
    return h("div.pr-actions", {}, this.downloadMask, this.downloadOverlay, this.keep, this.kept, this.said);
  }

  /** @param {() => number|null} itemOf the item the current photograph became */
  linkAnnotate(itemOf) {
    this.annotate.addEventListener("click", () => place.go({ tab: "annotate", item: itemOf() }));
  }
}
