/** Arithmetic of pages and selections. Pure. */
import { count } from "../shell/format.js";

export const PAGE_SIZE = 48;

/**
 * @param {number} total items that match
 * @param {number} page asked for, from 0
 * @returns {{page: number, pages: number, offset: number, first: number, last: number}} page: the one there is;
 *   first and last: positions from 1, both 0 when nothing matches
 */
export function pageOf(total, page, size = PAGE_SIZE) {
  const pages = Math.max(1, Math.ceil(total / size));
  const real = Math.min(Math.max(0, page), pages - 1);
  const offset = real * size;
  return { page: real, pages, offset, first: total === 0 ? 0 : offset + 1, last: Math.min(total, offset + size) };
}

/**
 * The pages to offer as buttons: the first, the last and those around the present one; null is a gap.
 * @param {number} page @param {number} pages
 * @returns {(number|null)[]}
 */
export function pageButtons(page, pages) {
  const near = [0, pages - 1, page - 1, page, page + 1].filter((each) => each >= 0 && each < pages);
  const wanted = [...new Set(near)].sort((one, other) => one - other);
  return wanted.flatMap((each, at) => {
    const gap = at > 0 ? each - wanted[at - 1] : 1;
    if (gap === 2) return [each - 1, each];
    return gap > 2 ? [null, each] : [each];
  });
}

/** @param {number} total photographs the filter holds @param {boolean} filtered @returns {string} */
export function selectAllLabel(total, filtered) {
  return filtered ? `Select all ${count(total)} of this filter` : `Select all ${count(total)}`;
}

/**
 * A selection after a click on a box.
 * @param {Set<number>} selected ids
 * @param {number[]} ids on the page, in order
 * @param {number} id clicked
 * @param {{shift: boolean, anchor: number|null}} click anchor: the id clicked before
 * @returns {Set<number>}
 */
export function toggled(selected, ids, id, { shift, anchor }) {
  const result = new Set(selected);
  const add = !selected.has(id);
  const from = shift && anchor !== null && ids.includes(anchor) ? ids.indexOf(anchor) : ids.indexOf(id);
  const to = ids.indexOf(id);
  for (const each of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (add) result.add(each);
    else result.delete(each);
  }
  return result;
}
