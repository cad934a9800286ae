/**
 * What a run's fields mean for the page. Pure.
 * @typedef {{images: number, of?: number, mean_iou: number, mean_iou_low: number, mean_iou_high: number, iou: number,
 *   boundary_iou: number, plate_recall: number, plate_precision: number, plate_recall_75: number,
 *   plate_precision_75: number, seconds_per_image?: number, by_height: import("./figures.js").HeightBin[]}} Judgement
 * @typedef {{decision: string, difference: number, low: number, high: number, images: number, sentence: string,
 *   against: {run_id: number, name: string}}} Verdict
 * @typedef {{id: number, name: string, status: string, stopping: boolean, architecture: string, image_size: number,
 *   batch_size: number, batch: string, learning_rate: number, epochs: number, device: string, epoch: number, step: number,
 *   steps_per_epoch: number, progress: number, eta_seconds: number|null, seconds_per_step: number|null,
 *   memory_mb: number|null, images_per_second: number|null, best_iou: number|null, best_epoch: number|null,
 *   champion: boolean, origin: string, judgement: Judgement|null, verdict: Verdict|null, can_resume: boolean,
 *   can_promote: boolean, can_compare: boolean, message: string, created_at: string, started_at: string|null,
 *   ended_at: string|null, worked_before: number, train_items: number, val_items: number, snapshot: string, snapshot_id: number}} RunView
 */
import { duration, eta, memory, ratio, short } from "../shell/format.js";

/** @param {RunView} run @returns {boolean} whether it works or waits for its turn */
export function isActive(run) {
  return run.status === "running" || run.status === "queued";
}

/** @param {RunView} run @returns {boolean} whether it came with plateseg: of its training nothing is here */
export function isShipped(run) {
  return run.origin === "starter";
}

/** @param {RunView} run @returns {boolean} whether it ended without wanting to */
export function isBroken(run) {
  return run.status === "failed" || run.status === "lost";
}

/** @param {RunView} run @returns {string} */
export function statusWord(run) {
  if (isShipped(run)) return "shipped";
  return run.stopping && isActive(run) ? "stopping" : run.status;
}

/** @param {RunView} run @returns {string} what it is doing, or why it ended */
export function sentence(run) {
  const stopping = run.stopping && isActive(run);
  return stopping ? "Stopping: it ends the present step, validates and keeps the model." : run.message;
}

/** @param {RunView} run @returns {{stop: boolean, resume: boolean, remove: boolean, promote: boolean, compare: boolean}} */
export function allowed(run) {
  return {
    stop: isActive(run) && !run.stopping,
    resume: run.can_resume,
    remove: run.status !== "running",
    promote: run.can_promote && !run.champion,
    compare: run.can_compare,
  };
}

/** @param {RunView} run @returns {string} "IoU 0.913 · 12 min left", below the name in the list */
export function summary(run) {
  if (isShipped(run)) return "ready to propose before you have labelled";
  const best = run.best_iou === null ? "no IoU yet" : `IoU ${ratio(run.best_iou)}`;
  const progress = run.status === "running" ? eta(run.eta_seconds) : "";
  return [best, progress].filter(Boolean).join(" · ");
}

/** @param {RunView} run @returns {string} how it stands against the champion, "" before it was compared */
export function verdictLine(run) {
  if (run.champion || !run.verdict) return "";
  return `Against ${run.verdict.against.name} (run ${run.verdict.against.run_id}), ${run.verdict.sentence}.`;
}

/** @param {RunView} run @returns {string} "12 of 60" while it was judged on a part of its photographs, else "" */
export function judgedShare(run) {
  const { images, of } = run.judgement ?? {};
  return images < of ? `${images} of ${of}` : "";
}

/** @param {RunView} run @returns {number} the epoch of its last step, which may not be finished; 0 before the first */
export function epochAt(run) {
  return run.steps_per_epoch > 0 ? Math.max(run.epoch, Math.ceil(run.step / run.steps_per_epoch)) : run.epoch;
}

/** @param {RunView} run @returns {string} "epoch 7 of 20 · step 412 of 1,200 · 12 min left", "ended in epoch 5 of 50 · …" */
export function progressLine(run) {
  if (isShipped(run)) return "Trained elsewhere and shipped: there are no curves of it.";
  const steps = run.steps_per_epoch > 0 ? ` of ${(run.steps_per_epoch * run.epochs).toLocaleString("en")}` : "";
  if (!isActive(run) && run.step === 0) return "ended before its first step";
  const ended = isActive(run) ? "" : "ended in ";
  const parts = [`${ended}epoch ${epochAt(run)} of ${run.epochs}`, `step ${run.step.toLocaleString("en")}${steps}`];
  if (run.status === "running") parts.push(eta(run.eta_seconds) || "measuring the first steps for the ETA");
  return parts.join(" · ");
}

/** @returns {string} " (epoch 5)", with a word where a stop came before that epoch's end */
function bestEpoch(run) {
  if (run.best_epoch === null || run.best_iou === null) return "";
  return ` (epoch ${run.best_epoch}${!isActive(run) && run.best_epoch > run.epoch ? ", not finished" : ""})`;
}

/**
 * @param {RunView} run
 * @param {Date} now
 * @returns {[label: string, value: string, testid: string][]}
 */
export function facts(run, now) {
  if (isShipped(run)) return [["Learnt from", `${run.train_items} photographs, not here`, "fact-items"]];
  const speed = run.seconds_per_step === null ? "–" : `${short(run.seconds_per_step)} s`;
  return [
    ["Best IoU", ratio(run.best_iou) + bestEpoch(run), "fact-best"],
    ["Time left", run.status === "running" ? duration(run.eta_seconds) : "–", "fact-eta"],
    ["Time taken", duration(secondsTaken(run, now)), "fact-taken"],
    ["Device", run.device || "–", "fact-device"],
    ["Batch", run.batch, "fact-batch"],
    ["Memory", memory(run.memory_mb), "fact-memory"],
    ["Images/s", run.images_per_second === null ? "–" : run.images_per_second.toFixed(1), "fact-speed"],
    ["A step takes", speed, "fact-step"],
    ["Train / validate", `${run.train_items} / ${run.val_items}`, "fact-items"],
  ];
}

/** @returns {number|null} seconds at work over all its sittings, the last one from start to end, or to now while it runs */
export function secondsTaken(run, now) {
  if (!run.started_at) return run.worked_before || null;
  const end = run.ended_at ? new Date(run.ended_at) : run.status === "running" ? now : null;
  return end === null ? null : run.worked_before + Math.max(0, (end.getTime() - new Date(run.started_at).getTime()) / 1000);
}

/**
 * The run to show when the address names none: one that runs, then one that waits, then the newest.
 * @param {RunView[]} runs
 * @returns {number|null}
 */
export function firstChoice(runs) {
  const newest = [...runs].sort((one, other) => other.id - one.id);
  const chosen = newest.find((run) => run.status === "running") ?? newest.find(isActive) ?? newest[0];
  return chosen?.id ?? null;
}
