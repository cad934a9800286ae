/** The HTTP contract of the Annotate tab. Every call rejects with ApiError {message, status, body}; status 0: no answer. */
import { getJson, sendJson } from "../shell/api.js";

export class Client {
  /** @param {{onGone: () => void, onAnswer: () => void}} hooks told whether the server answers */
  constructor({ onGone, onAnswer }) {
    this.onGone = onGone;
    this.onAnswer = onAnswer;
  }

  /** @param {{status?: string, split?: string, also?: string, offset?: number, limit?: number}} filter */
  items(filter, options) {
    return this.#told(getJson(`/api/items?${query(filter)}`, options));
  }

  item(id, filter = {}, options) {
    return this.#told(getJson(`/api/items/${id}?${query(filter)}`, options));
  }

  mask(id, number) {
    return this.#told(getJson(`/api/items/${id}/masks/${number}`));
  }

  proposal(id, model) {
    return this.#told(sendJson("POST", `/api/items/${id}/proposal`, { model }));
  }

  /** What a model proposed before, by the number of its revision. */
  earlierProposal(id, number) {
    return this.#told(sendJson("POST", `/api/items/${id}/proposal`, { revision: number }));
  }

  saveRevision(id, revision) {
    return this.#told(sendJson("POST", `/api/items/${id}/revisions`, revision));
  }

  restore(id, number, after) {
    return this.#told(sendJson("POST", `/api/items/${id}/restore`, { number, after }));
  }

  setStatus(id, status) {
    return this.#told(sendJson("POST", `/api/items/${id}/status`, { status }));
  }

  keepSuspect(id) {
    return this.#told(sendJson("POST", `/api/suspects/${id}/keep`, { kept: true }));
  }

  nextSuspect(id) {
    return this.#told(getJson(`/api/suspects/next?item=${id}`));
  }

  /** @param {"train"|"val"|"test"|"free"} split */
  pin(id, split) {
    return this.#told(sendJson("POST", "/api/dataset/pin", { items: [id], split }));
  }

  models() {
    return this.#told(getJson("/api/models"));
  }

  health(options) {
    return getJson("/api/health", options);
  }

  async #told(answer) {
    try {
      const body = await answer;
      this.onAnswer();
      return body;
    } catch (error) {
      if (error.status === 0) this.onGone();
      throw error;
    }
  }
}

function query(filter) {
  const given = Object.entries(filter).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
