/** JSON over HTTP with errors a person can read. */

/** How long a reading request may stay unanswered, in milliseconds. */
const READ_LIMIT = 30_000;

/** status: HTTP status, 0 when the server did not answer. body: the parsed JSON of the answer, or null. */
export class ApiError extends Error {
  constructor(message, { status, body = null }) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }
}

/**
 * @param {string} url
 * @param {{signal?: AbortSignal}} options
 * @returns {Promise<any>} rejects with ApiError, or with the AbortError of the caller's own signal
 */
export function getJson(url, { signal } = {}) {
  return request(url, { method: "GET", headers: { Accept: "application/json" } }, signal, READ_LIMIT);
}

/**
 * @param {"POST"|"PUT"|"PATCH"|"DELETE"} method
 * @param {string} url
 * @param {any} body left out of the request when undefined or null
 * @param {{signal?: AbortSignal}} options
 */
export function sendJson(method, url, body, { signal } = {}) {
  const headers = { Accept: "application/json" };
  const init = { method, headers };
  if (body !== undefined && body !== null) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  return request(url, init, signal, 0);
}

/** The sentence for an answer that is not a success. */
export function sentenceOf(status, body) {
  if (typeof body?.error === "string" && body.error) return body.error;
  if (typeof body?.detail === "string" && body.detail) return body.detail;
  if (status === 404) return "That does not exist (any more). Reload the page.";
  if (status === 413) return "That is larger than the server accepts.";
  if (status >= 500) return `The server failed (${status}). Its log says why; try again.`;
  return `The server refused this (${status}).`;
}

async function request(url, init, signal, limit) {
  const control = new AbortController();
  const forward = () => control.abort(signal.reason);
  if (signal?.aborted) forward();
  signal?.addEventListener("abort", forward, { once: true });
  const timer = limit ? setTimeout(() => control.abort(), limit) : 0;
  try {
    const response = await fetch(url, { ...init, signal: control.signal });
    return await read(response);
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ApiError("The server is not answering.", { status: 0 });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", forward);
  }
}

async function read(response) {
  const text = await response.text();
  const body = parse(text);
  if (!response.ok) throw new ApiError(sentenceOf(response.status, body), { status: response.status, body });
  if (body === undefined) {
    throw new ApiError("The server's answer was not understood. Reload the page.", { status: response.status });
  }
  return body;
}

/** @returns {any} undefined when the text is not JSON, null when it is empty */
function parse(text) {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
