/** Sends the photographs of a session through the model, one after another. */
import { predict } from "./client.js";

export class Worker {
  /**
   * @param {import("./session.js").Session} session
   * @param {{model: () => string, onChange: (shot: import("./session.js").Shot) => void}} options
   */
  constructor(session, { model, onChange }) {
    this.session = session;
    this.model = model;
    this.onChange = onChange;
    /** Whether a prediction has succeeded: the first one loads the model. */
    this.warm = false;
  }

  /** Takes the next photograph unless one is under way; comes back to itself until none waits. */
  async run() {
    for (let shot = this.session.next(); shot; shot = this.session.next()) await this.take(shot);
  }

  async take(shot) {
    this.session.begin(shot);
    this.onChange(shot);
    try {
      this.session.succeed(shot, await predict(shot.file, { name: shot.name, model: this.model() }));
      this.warm = true;
    } catch (error) {
      this.session.fail(shot, `${shot.name}: ${error.message}`, error.status !== 400 && error.status !== 413);
    }
    this.onChange(shot);
  }
}
