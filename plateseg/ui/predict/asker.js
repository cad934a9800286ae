/**
 * Asks the newest question only: waits until the person holds still, drops what is under way, never passes on an
 * answer to an older question.
 * @template Q, A
 */
export class Asker {
  /**
   * @param {(question: Q, signal: AbortSignal) => Promise<A>} ask
   * @param {{delay: number, onAnswer: (answer: A, question: Q) => void, onError: (error: Error, question: Q) => void}} options
   *   delay: milliseconds of stillness before a question is sent
   */
  constructor(ask, { delay, onAnswer, onError }) {
    this.ask = ask;
    this.delay = delay;
    this.onAnswer = onAnswer;
    this.onError = onError;
    this.timer = 0;
    this.control = new AbortController();
    this.ticket = 0;
  }

  /** @param {Q} question @returns {void} */
  put(question) {
    this.cancel();
    this.timer = setTimeout(() => this.send(question), this.delay);
  }

  /** Forgets the question and any answer still to come. */
  cancel() {
    clearTimeout(this.timer);
    this.control.abort();
    this.ticket += 1;
  }

  async send(question) {
    const ticket = this.ticket;
    this.control = new AbortController();
    try {
      const answer = await this.ask(question, this.control.signal);
      if (ticket === this.ticket) this.onAnswer(answer, question);
    } catch (error) {
      if (ticket === this.ticket) this.onError(error, question);
    }
  }
}
