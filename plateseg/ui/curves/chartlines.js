/** Which lines a chart of some runs holds, in which colour and stroke. Pure. */
import { fittingWeight, smooth, span } from "./lines.js";
import { colour, faint } from "./palette.js";

/** More epochs than this are drawn without a dot each. */
const MOST_DOTS = 80;

/**
 * The two charts: what is measured by step (noisy, smoothed) and what is measured by epoch; spikes: whether the heights
 * have no bound of their own.
 */
export const CHARTS = {
  loss: {
    title: "Loss",
    spikes: true,
    byStep: [{ name: "train/loss", label: "train" }],
    byEpoch: [{ name: "val/loss", label: "validation" }],
  },
  iou: {
    title: "IoU",
    spikes: false,
    byStep: [{ name: "train/iou", label: "train" }],
    byEpoch: [
      { name: "val/iou", label: "validation, pooled" },
      { name: "val/mean_iou", label: "validation, mean" },
    ],
  },
};

/**
 * @typedef {{id: number, name: string, slot: number, store: import("./series.js").MetricStore}} Shown
 * @typedef {{axis: "step"|"epoch", smoothing: number, log: boolean}} View
 * @typedef {{key: string, run: number, runName: string, label: string, x: Float64Array, y: Float64Array,
 *   raw: Float64Array, stroke: string, width: number, dash: number[], points: boolean, faint: boolean,
 *   byStep: boolean}} DrawnLine
 */

/**
 * The lines of one chart, back to front. With one run every metric has a colour of its own; with several the
 * colour is the run's and validation is told by its dashes and points.
 * @param {"loss"|"iou"} chart
 * @param {Shown[]} runs
 * @param {View} view
 * @param {boolean} dark
 * @returns {DrawnLine[]}
 */
export function linesOf(chart, runs, view, dark) {
  const alone = runs.length === 1;
  const lines = runs.flatMap((run) => [
    ...CHARTS[chart].byStep.flatMap((metric) => stepLines(run, metric, view, colour(alone ? 0 : run.slot, dark))),
    ...CHARTS[chart].byEpoch.flatMap((metric, at) =>
      epochLine(run, metric, view, colour(alone ? at + 1 : run.slot, dark), { alone, at }),
    ),
  ]);
  return [...lines.filter((line) => line.faint), ...lines.filter((line) => !line.faint)];
}

function stepLines(run, metric, view, stroke) {
  const series = run.store.get(metric.name);
  if (!series?.length) return [];
  const raw = positive(series.heights, view.log);
  const x = series.along(view.axis);
  const common = { run: run.id, runName: run.name, label: metric.label, x, dash: [], raw, byStep: true };
  // A line of one point is invisible without a dot.
  const points = series.length === 1;
  const line = { ...common, key: `${run.id} ${metric.name}`, stroke, width: 1.75, points, faint: false };
  const weight = fittingWeight(view.smoothing, series.length);
  if (weight <= 0) return [{ ...line, y: raw, width: 1.25 }];
  const behind = { ...line, key: `${line.key} raw`, y: raw, stroke: faint(stroke, 0.26), width: 1, faint: true };
  return [behind, { ...line, y: positive(smooth(series.heights, weight), view.log) }];
}

function epochLine(run, metric, view, stroke, { alone, at }) {
  const series = run.store.get(metric.name);
  if (!series?.length) return [];
  const y = positive(series.heights, view.log);
  const dash = at > 0 ? [2, 3] : alone ? [] : [7, 4];
  const line = { run: run.id, runName: run.name, label: metric.label, x: series.along(view.axis), y, raw: y, byStep: false };
  const points = series.length <= MOST_DOTS;
  return [{ ...line, key: `${run.id} ${metric.name}`, stroke, width: 1.75, dash, points, faint: false }];
}

/**
 * How far up a chart needs to reach. The first validations of a young network can be thirty times as high as anything
 * after them, and would press all that matters into the bottom line: what is more than twice as high as the training
 * line ever was is cut off, and told.
 * @param {DrawnLine[]} lines
 * @param {{from: number, to: number}} window the x range on screen
 * @returns {{top: number, above: number}} top: Infinity where nothing is cut off; above: points that are
 */
export function ceiling(lines, { from, to }) {
  const heights = (byStep) => lines.filter((line) => !line.faint && line.byStep === byStep).map((line) => within(line, { from, to }));
  const highest = heights(true).reduce((most, ys) => ys.reduce((high, y) => Math.max(high, y), most), 0);
  if (highest <= 0) return { top: Infinity, above: 0 };
  const above = heights(false).reduce((sum, ys) => sum + ys.filter((y) => y > 2 * highest).length, 0);
  return { top: above ? 2 * highest : Infinity, above };
}

function within({ x, y }, window) {
  const { start, end } = span(x, window);
  return y.subarray(start, end);
}

/** On a log scale there is no zero: such values stand at the smallest number worth drawing. */
function positive(values, log) {
  return log ? values.map((value) => Math.max(value, 1e-6)) : values;
}
