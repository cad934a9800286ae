/**
 * The board of runs as plain data: columns, order, and the settings in which runs differ. Pure.
 * @typedef {import("./runstate.js").RunView} RunView
 * @typedef {{key: string, label: string, title: string, number: boolean, down: boolean,
 *   value: (run: RunView, now: Date) => string|number|null, text: (run: RunView, now: Date) => string}} Column
 * @typedef {{key: string, down: boolean}} Order
 */
import { duration, ratio } from "../shell/format.js";
import { isActive, isShipped, judgedShare, secondsTaken, verdictLine } from "./runstate.js";

/** @type {Record<string, number>} how good a verdict is, for sorting */
const RANK = { champion: 3, better: 2, "cannot tell": 1, worse: 0 };

/** @param {RunView} run @returns {number|null} mean IoU at the photographs' resolution, or at the network's until judged */
function meanIou(run) {
  return run.judgement?.mean_iou ?? run.best_iou;
}

/** @param {RunView} run @returns {string} "0.871 to 0.930", or "0.871 to 0.930, 12 of 60"; "" before it was judged */
export function interval(run) {
  if (!run.judgement) return "";
  const between = `${ratio(run.judgement.mean_iou_low)} to ${ratio(run.judgement.mean_iou_high)}`;
  return [between, judgedShare(run)].filter(Boolean).join(", ");
}

/** @param {RunView} run @returns {string} "champion", "better", "worse", "cannot tell", "" */
export function verdictWord(run) {
  return run.champion ? "champion" : (run.verdict?.decision ?? "");
}

/** @param {RunView} run @returns {string} the verdict with its figures and whom it was against, for a tooltip */
export function verdictTitle(run) {
  if (run.champion) return "Proposes masks and predicts";
  return verdictLine(run) || (isActive(run) ? "Compared with the champion when it ends" : "Not compared with the champion yet");
}

/** @param {RunView} run @returns {string} "+0.031" of a run that was compared, else "" */
export function differenceText(run) {
  if (run.champion || !run.verdict) return "";
  const difference = run.verdict.difference;
  return `${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(3)}`;
}

const words = (key, label, text) => ({ key, label, title: "", number: false, down: false, value: text, text });
const figure = (key, label, title, value, text) => ({ key, label, title, number: true, down: true, value, text });
const share = (key, label, title, value) => figure(key, label, title, value, (run) => ratio(value(run)));

/** @type {Column[]} */
export const COLUMNS = [
  words("name", "Run", (run) => run.name),
  words("architecture", "Architecture", (run) => run.architecture),
  figure(
    "size",
    "Size",
    "Longer side of what the network sees, in pixels",
    (run) => run.image_size,
    (run) => String(run.image_size),
  ),
  figure(
    "data",
    "Data",
    "Photographs to train on / to validate with",
    (run) => run.train_items + run.val_items,
    (run) => `${run.train_items} / ${isShipped(run) ? "–" : run.val_items}`,
  ),
  share("iou", "Mean IoU", "Of the best model on its validation photographs, with its 95 % interval", meanIou),
  share(
    "boundary",
    "Boundary",
    "Boundary IoU: how exact the edges are",
    (run) => run.judgement?.boundary_iou ?? null,
  ),
  share(
    "recall",
    "Recall .75",
    "Share of plates found with an IoU of at least 0.75",
    (run) => run.judgement?.plate_recall_75 ?? null,
  ),
  figure("time", "Time", "At work, over all its sittings", secondsTaken, (run, now) => duration(secondsTaken(run, now))),
  {
    key: "verdict",
    label: "Verdict",
    title: "Against the champion, on the same photographs",
    number: false,
    down: true,
    value: (run) => RANK[verdictWord(run)] ?? null,
    text: verdictWord,
  },
];

/**
 * Runs in order; what has no value stands last either way, and equals by number, newest first.
 * @param {RunView[]} runs
 * @param {Order} order
 * @param {Date} now
 * @returns {RunView[]}
 */
export function sorted(runs, order, now) {
  const column = COLUMNS.find(({ key }) => key === order.key) ?? COLUMNS[0];
  const valued = runs.map((run) => ({ run, value: column.value(run, now) }));
  valued.sort((one, other) => compare(one.value, other.value, order.down) || other.run.id - one.run.id);
  return valued.map(({ run }) => run);
}

function compare(one, other, down) {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  const rising = typeof one === "string" ? one.localeCompare(other, "en", { numeric: true }) : one - other;
  return down ? -rising : rising;
}

/** @param {Order} order @param {string} key the column that was clicked @returns {Order} */
export function clicked(order, key) {
  if (order.key === key) return { key, down: !order.down };
  return { key, down: COLUMNS.find((column) => column.key === key)?.down ?? false };
}

/**
 * One row a setting, in the order of the first run's settings.
 * @param {Record<string, unknown>[]} configs one of each compared run
 * @returns {{name: string, values: string[], differs: boolean}[]}
 */
export function settingRows(configs) {
  const names = [...new Set(configs.flatMap((config) => Object.keys(config)))];
  return names.map((name) => {
    const values = configs.map((config) => shown(config[name]));
    return { name: name.replaceAll("_", " "), values, differs: new Set(values).size > 1 };
  });
}

function shown(value) {
  if (value === undefined || value === null || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
