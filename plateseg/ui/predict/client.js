/** The Predict routes. */
import { ApiError, getJson, sendJson, sentenceOf } from "../shell/api.js";

/** @returns {Promise<{id: string, name: string, champion: boolean, best_iou: number|null}[]>} champion first */
export async function fetchModels() {
  const { models } = await getJson("/api/models");
  return [...models].sort((one, other) => Number(other.champion) - Number(one.champion));
}

/**
 * @param {Blob|null} file null for one that the browser could not open
 * @param {{name: string, model: string}} options
 * @returns {Promise<import("./session.js").Prediction>}
 */
export async function predict(file, { name, model }) {
  const bytes = await readable(file);
  const query = new URLSearchParams({ model, name });
  const headers = { Accept: "application/json", "Content-Type": file.type || "application/octet-stream" };
  const response = await reach(`/api/predictions?${query}`, { method: "POST", headers, body: bytes });
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  throw new ApiError(sentenceOf(response.status, body), { status: response.status, body });
}

/** @param {string} id @param {number} threshold @param {AbortSignal} signal @returns {Promise<import("./session.js").Cut>} */
export function fetchCut(id, threshold, signal) {
  return getJson(`/api/predictions/${encodeURIComponent(id)}?threshold=${written(threshold)}`, { signal });
}

/** @param {string} id @param {number} threshold @returns {Promise<{item_id: number, duplicate: boolean}>} */
export function keep(id, threshold) {
  return sendJson("POST", `/api/predictions/${encodeURIComponent(id)}/keep`, { threshold: Number(written(threshold)) });
}

/** @param {string} id @param {"mask"|"overlay"} what @param {number} threshold @returns {string} */
export function downloadUrl(id, what, threshold) {
  return `/api/predictions/${encodeURIComponent(id)}/${what}?threshold=${written(threshold)}`;
}

/**
 * A picture in the form canvases take, with its values untouched by colour management.
 * @param {string} url
 * @returns {Promise<ImageBitmap>}
 */
export async function fetchPicture(url) {
  const response = await reach(url, {});
  if (!response.ok) {
    const body = await response.json().catch(() => null);
    throw new ApiError(sentenceOf(response.status, body), { status: response.status, body });
  }
  return createImageBitmap(await response.blob(), { colorSpaceConversion: "none", premultiplyAlpha: "none" });
}

/** The threshold as the slider shows it: page and server must cut at the very same number. */
function written(threshold) {
  return threshold.toFixed(2);
}

async function reach(url, init) {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new ApiError("The server is not answering. Start it again, then predict again.", { status: 0, body: null });
  }
}

/** A folder, or a file deleted since it was dropped, fails here with the true reason instead of as a network error. */
async function readable(file) {
  try {
    return await file.arrayBuffer();
  } catch {
    throw new ApiError("This file could not be read. Drop the photograph itself, not a folder.", { status: 400 });
  }
}
