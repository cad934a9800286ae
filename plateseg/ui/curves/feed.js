/** The metric points of the shown runs, fetched from where each was left off. */
import { getJson } from "../shell/api.js";
import { MetricStore } from "./series.js";
import { isActive } from "./runstate.js";

/** @typedef {import("./runstate.js").RunView} RunView */

export class Feed {
  constructor() {
    /**
     * answered: the first answer came; complete: the state of the run in which it was read to its end.
     * @type {Map<number, {store: MetricStore, answered: boolean, complete: string}>}
     */
    this.entries = new Map();
  }

  /** @param {number} id @returns {MetricStore} */
  storeOf(id) {
    return this.entry(id).store;
  }

  /** @returns {boolean} whether the run's first answer is still to come */
  isLoading(run) {
    return !this.entry(run.id).answered;
  }

  /** A run that works may have new points; one that ended is read once more and then left alone. */
  isDue(run) {
    return isActive(run) || this.entry(run.id).complete !== stateOf(run);
  }

  /** Forgets a run that is gone. */
  forget(id) {
    this.entries.delete(id);
  }

  /**
   * Fetches what is new of the given runs.
   * @param {RunView[]} runs
   * @returns {Promise<boolean>} whether there is something new to draw
   */
  async pull(runs) {
    const due = runs.filter((run) => this.isDue(run));
    const news = await Promise.all(due.map((run) => this.pullOne(run)));
    return news.some(Boolean);
  }

  async pullOne(run) {
    const entry = this.entry(run.id);
    const state = stateOf(run);
    const answer = await getJson(`/api/runs/${run.id}/metrics?after=${entry.store.cursor}`);
    if (answer.cursor < entry.store.cursor) entry.store.clear();
    const added = entry.store.merge(answer);
    // Only an answer without points says that nothing is left; servers may send long series in parts.
    entry.complete = added || isActive(run) ? "" : state;
    const first = !entry.answered;
    entry.answered = true;
    return added || first;
  }

  entry(id) {
    if (!this.entries.has(id)) this.entries.set(id, { store: new MetricStore(), answered: false, complete: "" });
    return this.entries.get(id);
  }
}

function stateOf(run) {
  return `${run.status} ${run.step} ${run.ended_at ?? ""}`;
}
