/**
 * What a judgement says, in rows of text: the photographs as pixels, and the plates by their height. Pure.
 * @typedef {{low: number, high: number|null, plates: number, invented?: number, recall: number, precision: number,
 *   recall_75: number, precision_75: number}} HeightBin
 */
import { count, ratio, short } from "../shell/format.js";
import { judgedShare } from "./runstate.js";

/** @param {import("./runstate.js").RunView} run @returns {string} "Judged on 60 photographs", "Judged on 12 of 60 photographs" */
export function judgedTitle(run) {
  const images = run.judgement?.images ?? 0;
  if (images === 0) return "Not judged";
  return `Judged on ${judgedShare(run) || count(images)} ${images === 1 && !judgedShare(run) ? "photograph" : "photographs"}`;
}

/**
 * @param {import("./runstate.js").Judgement} judgement
 * @returns {[label: string, value: string, title: string, testid: string][]}
 */
export function pixelFigures(judgement) {
  const between = `${ratio(judgement.mean_iou_low)} to ${ratio(judgement.mean_iou_high)}`;
  const pace = judgement.seconds_per_image;
  return [
    ["Mean IoU", `${ratio(judgement.mean_iou)} (${between})`, "Mean of the photographs' own IoUs, with its 95 % interval", "figure-mean"],
    ["Pooled IoU", ratio(judgement.iou), "Of the pixels of all photographs together: large plates count more", "figure-pooled"],
    ["Boundary IoU", ratio(judgement.boundary_iou), "How exact the edges are", "figure-boundary"],
    ["A photograph takes", pace === undefined ? "–" : `${short(Number(pace.toPrecision(2)))} s`, "The model alone, where it was judged", "figure-pace"],
  ];
}

/**
 * A row for all plates, then one for each range of heights. Recall of no plate and precision of nothing drawn are dashes.
 * @param {import("./runstate.js").Judgement} judgement
 * @returns {{height: string, plates: string, invented: string, recall: string, precision: string, recall_75: string,
 *   precision_75: string}[]}
 */
export function plateRows(judgement) {
  const bins = judgement.by_height;
  const all = {
    plates: bins.reduce((sum, bin) => sum + bin.plates, 0),
    invented: bins.every((bin) => bin.invented !== undefined) ? bins.reduce((sum, bin) => sum + bin.invented, 0) : undefined,
    recall: judgement.plate_recall,
    precision: judgement.plate_precision,
    recall_75: judgement.plate_recall_75,
    precision_75: judgement.plate_precision_75,
  };
  return [row("all", all), ...bins.map((bin) => row(heights(bin), bin))];
}

function row(height, figures) {
  const { plates, invented } = figures;
  const some = (share, known) => (known ? ratio(share) : "–");
  const drawn = invented > 0 || (plates > 0 && figures.recall > 0);
  return {
    height,
    plates: count(plates),
    invented: invented === undefined ? "–" : count(invented),
    recall: some(figures.recall, plates > 0),
    precision: some(figures.precision, drawn),
    recall_75: some(figures.recall_75, plates > 0),
    precision_75: some(figures.precision_75, drawn),
  };
}

function heights({ low, high }) {
  return high === null ? `${low} px up` : `${low} to ${high} px`;
}
