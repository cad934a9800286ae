/** Knows whether the server answers: a quiet look now and then, and every two seconds while it is gone. */

const CALM = 6000;
const ANXIOUS = 2000;

export class ServerWatch {
  /** @param {{health: () => Promise<any>, onChange: (gone: boolean) => void, isIdle: () => boolean}} hooks */
  constructor({ health, onChange, isIdle }) {
    this.health = health;
    this.onChange = onChange;
    this.isIdle = isIdle;
    this.gone = false;
    this.timer = 0;
  }

  start() {
    this.#plan(CALM);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = -1;
  }

  reportGone() {
    if (this.gone) return;
    this.gone = true;
    this.onChange(true);
    this.#plan(ANXIOUS);
  }

  reportAnswer() {
    if (!this.gone) return;
    this.gone = false;
    this.onChange(false);
    this.#plan(CALM);
  }

  #plan(delay) {
    if (this.timer === -1) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#look(), delay);
  }

  async #look() {
    if (!this.gone && this.isIdle()) return this.#plan(CALM);
    try {
      await this.health({ signal: AbortSignal.timeout(ANXIOUS * 2) });
      this.reportAnswer();
    } catch (error) {
      // An answer with an error is an answer; only silence means gone.
      if (!error.status) this.reportGone();
      else this.reportAnswer();
    }
    this.#plan(this.gone ? ANXIOUS : CALM);
  }
}
