/** How an import reads what it is given, as plain data. Pure, so Node can test it. */

/**
 * @typedef {{format: string, labels: string, without_shape: string, by_change: boolean, every: string}} Options as the
 *   form holds them: labels with commas between, seconds as they were typed
 */

/** Nothing chosen: everything is recognised from the files. @type {Readonly<Options>} */
export const DEFAULTS = Object.freeze({ format: "auto", labels: "", without_shape: "auto", by_change: false, every: "1" });

export const WITHOUT_SHAPE = [
  ["auto", "Go by the format"],
  ["no-plate", "They show no plate"],
  ["unlabelled", "They are not labelled yet"],
];

const MOST_LABELS = 20;
const LONGEST_LABEL = 200;
const SHORTEST_STEP = 0.01;
const LONGEST_STEP = 3600;

/** @param {string} text @returns {string[]} */
export function labelsOf(text) {
  return [...new Set(text.split(",").map((name) => name.trim()).filter(Boolean))];
}

/** @param {string} text seconds, with a point or a comma @returns {number} NaN for what is no number */
export function secondsOf(text) {
  const trimmed = text.trim().replace(",", ".");
  return trimmed === "" ? Number.NaN : Number(trimmed);
}

/**
 * @param {Options} options
 * @returns {Partial<Record<keyof Options, string>>} a sentence for each field that cannot be
 */
export function problemsOf({ labels, by_change, every }) {
  const found = {};
  const names = labelsOf(labels);
  if (names.length > MOST_LABELS) found.labels = `At most ${MOST_LABELS} labels, here are ${names.length}.`;
  else if (names.some((name) => name.length > LONGEST_LABEL)) found.labels = `A label has at most ${LONGEST_LABEL} characters.`;
  const seconds = secondsOf(every);
  if (by_change) return found;
  if (!Number.isFinite(seconds)) found.every = "Seconds are a number, such as 1 or 0.5.";
  else if (seconds < SHORTEST_STEP || seconds > LONGEST_STEP) {
    found.every = `Frames can be taken every ${SHORTEST_STEP} to ${LONGEST_STEP} seconds.`;
  }
  return found;
}

/** @param {Options} options without problems @returns {object} what the server is sent; nothing for what is the default */
export function bodyOf(options) {
  const body = {};
  if (options.format !== DEFAULTS.format) body.format = options.format;
  if (labelsOf(options.labels).length > 0) body.labels = labelsOf(options.labels);
  if (options.without_shape !== DEFAULTS.without_shape) body.without_shape = options.without_shape;
  if (options.by_change) body.by_change = true;
  else if (secondsOf(options.every) !== secondsOf(DEFAULTS.every)) body.every = secondsOf(options.every);
  return body;
}

/**
 * @param {Options} options
 * @param {(format: string) => string} titleOf
 * @returns {string} what is not as usual, so that a closed form hides nothing; "" for nothing
 */
export function summaryOf(options, titleOf) {
  const body = bodyOf(options);
  const parts = [];
  if (body.format) parts.push(titleOf(body.format));
  if (body.labels) parts.push(`plate is ${body.labels.join(" or ")}`);
  if (body.without_shape === "no-plate") parts.push("without a shape: no plate");
  if (body.without_shape === "unlabelled") parts.push("without a shape: not labelled");
  if (body.by_change) parts.push("video frames by change of scene");
  if (body.every !== undefined) parts.push(`a video frame every ${options.every.trim()} s`);
  return parts.join(" · ");
}
