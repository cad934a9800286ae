/** Which import this browser tab began, so that a reload takes it up again. */

const KEY = "plateseg.import";

/** @returns {string|null} */
export function recallImport() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {string|null} id null when it is over */
export function rememberImport(id) {
  try {
    if (id === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, id);
  } catch {
    // Without storage a reload during an import shows its report only once it is done.
  }
}
