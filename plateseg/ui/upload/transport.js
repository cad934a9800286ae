/** One file to the server, with progress: XMLHttpRequest, because fetch tells nothing of what was sent. */
import { ApiError, sentenceOf } from "../shell/api.js";

/**
 * @param {string} url
 * @param {Blob} body streamed from disk by the browser
 * @param {{signal: AbortSignal, onProgress: (bytes: number) => void}} options
 * @returns {Promise<void>} rejects with ApiError
 */
export function putFile(url, body, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener("abort", abort, { once: true });
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("load", () => (request.status < 300 ? resolve() : reject(refusal(request))));
    request.addEventListener("error", () => whyNot(body).then(reject));
    request.addEventListener("abort", () => reject(signal.reason ?? new DOMException("Cancelled", "AbortError")));
    request.addEventListener("loadend", () => signal.removeEventListener("abort", abort));
    request.open("PUT", url);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    return request.send(body);
  });
}

/** A file that was moved or is locked fails like a server that is away; reading a byte of it tells them apart. */
async function whyNot(body) {
  try {
    await body.slice(0, 1).arrayBuffer();
  } catch {
    const sentence = "The browser could not read this file. It may have been moved, or be open elsewhere; choose it again.";
    return new ApiError(sentence, { status: 400 });
  }
  return new ApiError("The server is not answering.", { status: 0 });
}

function refusal(request) {
  let body = null;
  try {
    body = JSON.parse(request.responseText);
  } catch {
    // A proxy's HTML page says no more than the status does.
  }
  return new ApiError(sentenceOf(request.status, body), { status: request.status, body });
}
