/**
 * Photographs of a run by how well they went: which pictures to show, in which order the table stands. Pure.
 * @typedef {{item_id: number, name: string, iou: number, boundary_iou: number, found: number, missed: number,
 *   invented: number, other_iou: number|null}} PhotoScore
 */
import { isActive } from "./runstate.js";

/**
 * On how many of its photographs a run was judged, and what to do about the others.
 * @param {import("./runstate.js").RunView} run
 * @param {{images: number, of: number}} judged images: those judged; of: those there are
 * @returns {string} "" when there is nothing to say
 */
export function judgedWords(run, { images, of }) {
  if (images > 0 && images >= of) return "";
  const some = images > 0 ? `Judged on ${images} of ${of} photographs so far.` : "";
  if (isActive(run)) return some || "Not judged yet: this comes when the run ends.";
  if (of === 0) return "There is no validation photograph to judge it on: it came without any, or they were deleted.";
  if (!run.can_compare) return some || "It ended before it had a model, so there is nothing to judge.";
  return some ? `${some} Compare now goes on with the others.` : `Not judged yet. Compare now judges it on its ${of} validation photographs.`;
}

/** @type {Record<string, {label: string, title: string, beside: boolean}>} what the strip of pictures can show */
export const VIEWS = {
  worst: { label: "Worst", title: "Lowest IoU first", beside: false },
  improved: { label: "Most improved", title: "Largest gain over the other run first", beside: true },
  declined: { label: "Most declined", title: "Largest loss against the other run first", beside: true },
};

/** @param {PhotoScore} photo @returns {number|null} IoU minus the other run's */
export function gain(photo) {
  return photo.other_iou === null ? null : photo.iou - photo.other_iou;
}

/** @param {PhotoScore} photo @returns {string} "+0.031", "−0.200", "" when there is nothing to compare with */
export function gainText(photo) {
  const value = gain(photo);
  if (value === null) return "";
  const rounded = Math.abs(value).toFixed(3);
  return rounded === "0.000" ? "0.000" : `${value < 0 ? "−" : "+"}${rounded}`;
}

/**
 * Photographs in the order of a view. Improved holds only gains, declined only losses.
 * @param {PhotoScore[]} photos
 * @param {string} view
 * @returns {PhotoScore[]}
 */
export function inView(photos, view) {
  const by = (value) => [...photos].sort((one, other) => value(one) - value(other) || one.item_id - other.item_id);
  if (view === "improved") return by((photo) => -gain(photo)).filter((photo) => gain(photo) > 0);
  if (view === "declined") return by(gain).filter((photo) => gain(photo) !== null && gain(photo) < 0);
  return by((photo) => photo.iou);
}

/** @param {PhotoScore} photo @returns {string} "1 found, 1 missed, 2 invented", or "none" where there is no plate */
export function plateCounts(photo) {
  const parts = [];
  if (photo.found) parts.push(`${photo.found} found`);
  if (photo.missed) parts.push(`${photo.missed} missed`);
  if (photo.invented) parts.push(`${photo.invented} invented`);
  return parts.join(", ") || "none";
}
