/** Repeated asking that rests while nobody looks. */
import { place } from "./place.js";

/**
 * Calls ask() again and again while its tab is on screen; never two at a time, and slower while it fails.
 * Coming back to the tab or the window asks at once.
 */
export class Poller {
  /**
   * @param {string} tab
   * @param {() => Promise<boolean|void>} ask resolves to false when it failed; a rejection counts as that, too
   * @param {{every: number, wanted?: () => boolean}} options every: milliseconds; wanted: whether to ask now
   */
  constructor(tab, ask, { every, wanted = () => true }) {
    this.tab = tab;
    this.ask = ask;
    this.every = every;
    this.wanted = wanted;
    this.failures = 0;
    this.busy = false;
    this.again = false;
    this.timer = 0;
    const wake = () => place.isOpen(this.tab) && this.kick();
    place.watch(wake);
    document.addEventListener("visibilitychange", wake);
  }

  /** Asks now, or right after the question that is under way. */
  kick() {
    clearTimeout(this.timer);
    if (this.busy) {
      this.again = true;
      return;
    }
    void this.tick(true);
  }

  async tick(forced = false) {
    if (!place.isOpen(this.tab)) return;
    if (forced || this.wanted()) await this.askOnce();
    clearTimeout(this.timer);
    const wait = this.again ? 0 : this.every * Math.min(4, 1 + this.failures);
    this.again = false;
    this.timer = setTimeout(() => this.tick(), wait);
  }

  async askOnce() {
    this.busy = true;
    try {
      this.failures = (await this.ask()) === false ? this.failures + 1 : 0;
    } catch (error) {
      console.error(error);
      this.failures += 1;
    } finally {
      this.busy = false;
    }
  }
}
