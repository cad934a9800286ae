/** Photographs that were deleted on this page: its other tabs hear of it. */
const EVENT = "plateseg-deleted";

/** @typedef {{gone: Set<number>, told: string}} News gone: their numbers; told: a sentence for the person */

/** @param {News} news */
export function tellDeleted(news) {
  dispatchEvent(new CustomEvent(EVENT, { detail: news }));
}

/** @param {(news: News) => void} hear @returns {() => void} stop */
export function watchDeleted(hear) {
  const heard = (event) => hear(event.detail);
  addEventListener(EVENT, heard);
  return () => removeEventListener(EVENT, heard);
}
