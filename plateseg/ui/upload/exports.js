/** What an export asks for and says, as plain data. Pure, so Node can test it. */
import { count, plural } from "../shell/format.js";

const PARTS = { train: "train", val: "validation", test: "test", all: "without a split" };

/**
 * @param {{format: string, splits: string[], all: number, rest: boolean}} choice rest: photographs nobody has answered
 * @returns {string} a query string; every split chosen is none named
 */
export function queryOf({ format, splits, all, rest }) {
  const query = new URLSearchParams({ format });
  if (splits.length < all) query.set("split", splits.join(","));
  if (rest) query.set("status", "labelled,no_plate,todo");
  return query.toString();
}

/**
 * @param {{photographs: number, by_part: Record<string, number>, notes: string[],
 *   skipped: {reason: string, count: number, names: string[]}[], renamed: [string, string][], renamed_count: number}} preview
 *   names, renamed: the first few
 * @returns {string[]} sentences; the first says how many go
 */
export function previewLines({ photographs, by_part, notes, skipped, renamed, renamed_count }) {
  const parts = Object.entries(by_part).map(([part, number]) => `${count(number)} ${PARTS[part] ?? part}`);
  const head = plural(photographs, "photograph") + (parts.length ? `: ${parts.join(", ")}` : "");
  const behind = skipped.map(
    ({ reason, count: number, names }) =>
      `${plural(number, "photograph")} left out, ${reason} (${names.join(", ")}${number > names.length ? ", …" : ""})`,
  );
  const names = renamed.map(([old, now]) => `${old} is written as ${now}`);
  const more = renamed_count > renamed.length ? [`and ${count(renamed_count - renamed.length)} more renamed`] : [];
  return [head, ...notes, ...behind, ...names, ...more];
}

/** @returns {boolean} whether the sentences leave names out, so that the whole list is worth a link */
export function isCut({ skipped, renamed, renamed_count }) {
  return renamed_count > renamed.length || skipped.some(({ count: number, names }) => number > names.length);
}
