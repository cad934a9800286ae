/** What an export asks for and says, as plain data. Pure, so Node can test it. */
import { count, plural } from "../shell/format.js";

const PARTS = { train: "train", val: "validation", test: "test", all: "without a split" };
const MOST_RENAMED = 5;

/**
 * @param {{format: string, splits: string[], all: number, rest: boolean}} choice rest: photographs nobody has answered
 * @returns {string} a query string; every split chosen is none named
 */
export function queryOf({ format, splits, all, rest }) {
  const query = new URLSearchParams({ format });
  if (splits.length < all) query.set("split", splits.join(","));
  if (rest) query.set("status", "labelled,no_plate,proposed,unlabelled");
  return query.toString();
}

/**
 * @param {{photographs: number, by_part: Record<string, number>, notes: string[],
 *   skipped: {reason: string, count: number, names: string[]}[], renamed: [string, string][]}} preview
 * @returns {string[]} sentences; the first says how many go
 */
export function previewLines({ photographs, by_part, notes, skipped, renamed }) {
  const parts = Object.entries(by_part).map(([part, number]) => `${count(number)} ${PARTS[part] ?? part}`);
  const head = plural(photographs, "photograph") + (parts.length ? `: ${parts.join(", ")}` : "");
  const behind = skipped.map(
    ({ reason, count: number, names }) =>
      `${plural(number, "photograph")} left out, ${reason} (${names.join(", ")}${number > names.length ? ", …" : ""})`,
  );
  const names = renamed.slice(0, MOST_RENAMED).map(([old, now]) => `${old} is written as ${now}`);
  const more = renamed.length > MOST_RENAMED ? [`and ${count(renamed.length - MOST_RENAMED)} more renamed`] : [];
  return [head, ...notes, ...behind, ...names, ...more];
}
