/**
 * The photographs one goes through: those that the list's filter holds, and those visited since it was chosen. An answer
 * takes a photograph out of the filter; it keeps its place in the walk, so that the way back leads to it. Pure.
 */

/** As many visited ones keep their place, the newest; the server takes 500. */
const KEPT = 300;

export class Walk {
  /** @param {{get: (name: string) => string}} preferences where the filter is kept: status, split */
  constructor(preferences) {
    this.preferences = preferences;
    /** @type {number[]} ids, the newest last */
    this.visited = [];
  }

  /** @returns {{status: string, split: string, also: string}} what the server is asked with; also: ids with commas */
  get filter() {
    const [status, split] = ["status", "split"].map((name) => this.preferences.get(name));
    // Nothing leaves a list of all.
    return { status, split, also: status || split ? this.visited.join(",") : "" };
  }

  /** @param {number} id of a photograph that is being opened */
  visit(id) {
    this.visited = [...this.visited.filter((each) => each !== id), id].slice(-KEPT);
  }

  /** Another filter was chosen: only the open photograph is in its list whatever it holds. */
  startAnew() {
    this.visited = this.visited.slice(-1);
  }
}
