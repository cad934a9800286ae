/** Photographs that were deleted on this page: its other tabs hear of it. */
const EVENT = "plateseg-deleted";

/** @param {Set<number>} gone their numbers */
export function tellDeleted(gone) {
  dispatchEvent(new CustomEvent(EVENT, { detail: gone }));
}

/** @param {(gone: Set<number>) => void} hear @returns {() => void} stop */
export function watchDeleted(hear) {
  const heard = (event) => hear(event.detail);
  addEventListener(EVENT, heard);
  return () => removeEventListener(EVENT, heard);
}
