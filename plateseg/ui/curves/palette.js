/** Colours of runs and of the curves of one run; readable on light and on dark. Pure. */

const LIGHT = ["#2563eb", "#d9480f", "#0f8a5f", "#9333ea", "#b7791f", "#0e7490", "#be185d", "#4d7c0f"];
const DARK = ["#60a5fa", "#fb923c", "#34d399", "#c084fc", "#facc15", "#22d3ee", "#f472b6", "#a3e635"];

/** @param {number} slot @param {boolean} dark @returns {string} #rrggbb */
export function colour(slot, dark) {
  const list = dark ? DARK : LIGHT;
  return list[slot % list.length];
}

/** @param {string} hex #rrggbb @param {number} alpha 0..1 @returns {string} rgba(...) */
export function faint(hex, alpha) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

/** Gives every shown run a slot of its own and lets it keep it while it stays on the chart. */
export class Slots {
  constructor() {
    /** @type {Map<number, number>} */
    this.taken = new Map();
  }

  /** @param {number[]} ids the runs shown now */
  assign(ids) {
    for (const id of this.taken.keys()) if (!ids.includes(id)) this.taken.delete(id);
    for (const id of ids) if (!this.taken.has(id)) this.taken.set(id, this.lowestFree());
  }

  /** @returns {number|undefined} */
  of(id) {
    return this.taken.get(id);
  }

  lowestFree() {
    const used = new Set(this.taken.values());
    let slot = 0;
    while (used.has(slot)) slot += 1;
    return slot;
  }
}
