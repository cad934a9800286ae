/** What the page says in figures. Pure. */
import { count, plural, ratio } from "../shell/format.js";

/** @param {number} width @param {number} height @returns {string} "1280 × 720" */
export function size(width, height) {
  return `${Math.round(width)} × ${Math.round(height)}`;
}

/** @param {number} seconds @returns {string} "84 ms", "1.27 s", "12.4 s" */
export function took(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/** @param {number} pixels @param {number} total @returns {string} "18,400 px (2.0 %)" */
export function maskShare(pixels, total) {
  if (!total) return `${count(pixels)} px`;
  const percent = (100 * pixels) / total;
  const share = pixels > 0 && percent < 0.05 ? "under 0.1" : percent.toFixed(1);
  return `${count(pixels)} px (${share} %)`;
}

/** @param {number} threshold 0..1 @returns {string} "0.50"; nothing is quite certain, so 1 is all that rounds to it */
export function thresholdWords(threshold) {
  return threshold >= 1 ? "above 0.99" : threshold.toFixed(2);
}

/** @param {number} plates @param {number} threshold @returns {string} the line above the table */
export function found(plates, threshold) {
  if (plates === 0) return `No plate at threshold ${thresholdWords(threshold)}.`;
  return plural(plates, "plate");
}

/** @param {{name: string, champion: boolean, best_iou: number|null}} model @returns {string} an option of the chooser */
export function modelLabel({ name, champion, best_iou: best }) {
  const iou = typeof best === "number" ? ` · IoU ${ratio(best)}` : "";
  return `${champion ? "★ " : ""}${name}${champion ? " (champion)" : ""}${iou}`;
}

/** @param {string} name @param {number} queued photographs that wait behind this one @param {boolean} first */
export function busyLine(name, queued, first) {
  const then = queued > 0 ? ` ${plural(queued, "photograph")} after it.` : "";
  const why = first ? " The first prediction loads the model, this takes some seconds." : "";
  return `Predicting ${name}…${then}${why}`;
}
